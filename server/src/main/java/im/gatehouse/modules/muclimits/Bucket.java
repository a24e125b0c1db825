package im.gatehouse.modules.muclimits;

import java.math.BigInteger;

/**
 * The events that a room has left. It is full at the start, is refilled at every use, and loses nothing to rounding:
 * after any number of uses it holds what the rate and the time make. Belongs to its room's lane.
 */
final class Bucket {
    private static final long MILLION = 1_000_000;

    private Rate rate;

    /** Billionths of an event, from 0 to the capacity. */
    private long tokens;

    /** Millionths of a billionth of an event, from 0 to 999,999: what the last refill left over. */
    private int rest;

    /** When it was last refilled, by the monotonic clock. */
    private long at;

    Bucket(Rate rate, long now) {
        this.rate = rate;
        this.tokens = rate.capacity();
        this.at = now;
    }

    /** The rate that holds. */
    Rate rate() {
        return rate;
    }

    /**
     * Takes what an event costs, if it is there; else nothing.
     *
     * @param current the rate that holds now; where it is another than before, the bucket is as full in proportion as
     *     it was at the change
     * @param now by the monotonic clock
     */
    boolean take(long cost, Rate current, long now) {
        return take(cost, 0, current, now);
    }

    /**
     * Takes what an event costs, if it is there and enough is left for others; else nothing. A full bucket has nobody
     * else to think of: from that the cost alone is taken.
     *
     * @param leave what must be left, not negative
     */
    boolean take(long cost, long leave, Rate current, long now) {
        if (tokens(current, now) < wanted(cost, leave, current)) {
            return false;
        }
        tokens -= cost;
        return true;
    }

    /** What must be there so that an event of this cost may pass. */
    static long wanted(long cost, long leave, Rate rate) {
        return cost + Math.clamp(rate.capacity() - cost, 0, leave);
    }

    /** Billionths of an event that are there. */
    long tokens(Rate current, long now) {
        if (current != rate) {
            adopt(current);
        }
        refill(now);
        return tokens;
    }

    /** Whether it is as full as it can be. */
    boolean isFull(Rate current, long now) {
        return tokens(current, now) == current.capacity();
    }

    private void refill(long now) {
        long elapsed = now - at;
        if (elapsed <= 0) {
            return;
        }
        at = now;
        if (elapsed >= rate.fillNanos()) {
            tokens = rate.capacity();
            rest = 0;
            return;
        }
        // elapsed × micros / 10^6 without a product that could exceed 64 bits
        long parts = elapsed % MILLION * rate.micros() + rest;
        long gain = elapsed / MILLION * rate.micros() + parts / MILLION;
        if (gain >= rate.capacity() - tokens) {
            tokens = rate.capacity();
            rest = 0;
        } else {
            tokens += gain;
            rest = (int) (parts % MILLION);
        }
    }

    private void adopt(Rate next) {
        refill(next.since());
        tokens = BigInteger.valueOf(tokens)
                .multiply(BigInteger.valueOf(next.capacity()))
                .divide(BigInteger.valueOf(rate.capacity()))
                .longValueExact();
        rest = 0;
        rate = next;
    }
}
