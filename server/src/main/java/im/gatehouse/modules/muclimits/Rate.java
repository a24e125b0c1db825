package im.gatehouse.modules.muclimits;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * How a bucket fills. All amounts are in billionths of an event.
 *
 * @param micros events in a million seconds, so that a rate with six decimals is exact; from 1 to 100,000 million
 * @param capacity what the bucket holds, at most 8.64 × 10^18
 * @param fillNanos nanoseconds after which an empty bucket is full for certain
 * @param perHalfLife what part a nanosecond is of the time in which what a sender used fades to a half: in which the
 *     bucket fills
 * @param since the moment from which this rate holds, by the monotonic clock
 */
record Rate(long micros, long capacity, long fillNanos, double perHalfLife, long since) {
    static final BigDecimal EVENT = BigDecimal.valueOf(1_000_000_000L);

    /**
     * @param eventsPerSecond above 0, with six decimals at most
     * @param burstFactor with six decimals at most
     */
    static Rate of(BigDecimal eventsPerSecond, BigDecimal burstFactor, long since) {
        long fillNanos = burstFactor.multiply(EVENT).setScale(0, RoundingMode.CEILING).longValueExact() + 1;
        return new Rate(
                eventsPerSecond.movePointRight(6).longValueExact(),
                amount(eventsPerSecond.multiply(burstFactor)),
                fillNanos,
                1.0 / fillNanos,
                since);
    }

    /** Whether buckets fill alike under both, whenever they began to hold. */
    boolean sameAs(Rate other) {
        return micros == other.micros && capacity == other.capacity;
    }

    /** A number of events, what is less than a billionth cut off. */
    static long amount(BigDecimal events) {
        return events.multiply(EVENT).setScale(0, RoundingMode.FLOOR).longValueExact();
    }
}
