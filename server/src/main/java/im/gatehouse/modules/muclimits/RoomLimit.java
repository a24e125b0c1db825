package im.gatehouse.modules.muclimits;

import java.math.BigDecimal;

/**
 * The limits of one room where they are others than the configuration's.
 *
 * @param rate events a second, with six decimals at most; 0 for what the configuration says
 * @param factor the bucket holds rate × factor events; 0 for what the configuration says
 * @param byOperator whether an operator has set them, whom the bounds for owners do not bind
 * @param since the moment from which they hold, by the monotonic clock
 */
record RoomLimit(BigDecimal rate, BigDecimal factor, boolean byOperator, long since) {
    /** Nothing of its own. */
    static final RoomLimit NONE = new RoomLimit(BigDecimal.ZERO, BigDecimal.ZERO, false, 0);

    boolean isNone() {
        return rate.signum() == 0 && factor.signum() == 0;
    }

    /** The same numbers, whoever set them and whenever. */
    boolean sameAs(RoomLimit other) {
        return rate.compareTo(other.rate) == 0 && factor.compareTo(other.factor) == 0;
    }

    /** The rate where it is this room's own, else the other. */
    BigDecimal rateOr(BigDecimal otherwise) {
        return rate.signum() == 0 ? otherwise : rate;
    }

    BigDecimal factorOr(BigDecimal otherwise) {
        return factor.signum() == 0 ? otherwise : factor;
    }
}
