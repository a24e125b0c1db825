package im.gatehouse.modules.muclimits;

import im.gatehouse.config.Section;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * Within which the owners of a room choose its limits, both ends allowed.
 *
 * @param leastRate events a second
 * @param mostRate events a second
 * @param leastFactor how much the bucket holds, in seconds of the rate
 * @param mostFactor the same
 * @param longestSlowMode between two messages of one user
 */
record Bounds(
        BigDecimal leastRate,
        BigDecimal mostRate,
        BigDecimal leastFactor,
        BigDecimal mostFactor,
        Duration longestSlowMode) {
    private static final String LEAST_RATE = "owner_min_event_rate";
    private static final String MOST_RATE = "owner_max_event_rate";
    private static final String LEAST_FACTOR = "owner_min_burst_factor";
    private static final String MOST_FACTOR = "owner_max_burst_factor";

    static Bounds read(Section section) {
        Bounds bounds = new Bounds(
                MucLimitsConfig.decimal(section, LEAST_RATE, 0.1, 0.000_001, MucLimitsConfig.MOST_RATE),
                MucLimitsConfig.decimal(section, MOST_RATE, 100, 0.000_001, MucLimitsConfig.MOST_RATE),
                MucLimitsConfig.decimal(section, LEAST_FACTOR, 1, 1, MucLimitsConfig.MOST_FACTOR),
                MucLimitsConfig.decimal(section, MOST_FACTOR, 60, 1, MucLimitsConfig.MOST_FACTOR),
                section.duration("slow_mode_max", Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofDays(1)));
        inOrder(section, LEAST_RATE, bounds.leastRate, MOST_RATE, bounds.mostRate);
        inOrder(section, LEAST_FACTOR, bounds.leastFactor, MOST_FACTOR, bounds.mostFactor);
        return bounds;
    }

    private static void inOrder(Section section, String low, BigDecimal least, String high, BigDecimal most) {
        if (least.compareTo(most) > 0) {
            section.problem(low, "is above " + high + ", so that owners could choose nothing");
        }
    }

    BigDecimal rate(BigDecimal rate) {
        return rate.max(leastRate).min(mostRate);
    }

    BigDecimal factor(BigDecimal factor) {
        return factor.max(leastFactor).min(mostFactor);
    }
}
