package im.gatehouse.modules.muclimits;

import im.gatehouse.modules.muc.setting.RoomConfig;
import java.math.BigDecimal;

/**
 * What the configuration comes to, with amounts as the bucket counts.
 *
 * @param config what the operator wrote
 * @param common the rate of rooms that have no limits of their own
 * @param baseCost of an event
 * @param lineCost of each newline
 * @param own where rooms' own limits are found
 */
record Policy(MucLimitsConfig config, Rate common, long baseCost, long lineCost, OwnLimits own) {
    /** Far above any capacity: such an event never passes. */
    private static final long NEVER = Long.MAX_VALUE / 2;

    static Policy of(MucLimitsConfig config, OwnLimits own, long now) {
        return new Policy(
                config,
                Rate.of(config.eventRate(), config.burstFactor(), now),
                Rate.amount(config.baseCost()),
                Rate.amount(config.lineMultiplier()),
                own);
    }

    /** What an event with so many newlines costs. */
    long cost(int lines) {
        if (lines == 0 || lineCost == 0) {
            return baseCost;
        }
        return lines > NEVER / lineCost ? NEVER : baseCost + lines * lineCost;
    }

    /** What a plain event costs, or one event where those are free: against this, use is little or much. */
    long unit() {
        return baseCost == 0 ? Rate.EVENT.longValueExact() : baseCost;
    }

    /** How the bucket of a room with this configuration fills. */
    Rate rateOf(RoomConfig room) {
        RoomLimit limit = room.get(own);
        if (limit.isNone()) {
            return common;
        }
        BigDecimal rate = limit.rateOr(config.eventRate());
        BigDecimal factor = limit.factorOr(config.burstFactor());
        if (!limit.byOperator()) { // the bounds may have changed since
            rate = limit.rate().signum() == 0 ? rate : config.bounds().rate(rate);
            factor = limit.factor().signum() == 0 ? factor : config.bounds().factor(factor);
        }
        if (rate.multiply(factor).compareTo(config.baseCost()) < 0) {
            return common; // so may the cost: a room is never mute
        }
        long since = limit.since() - common.since() > 0 ? limit.since() : common.since();
        return Rate.of(rate, factor, since);
    }
}
