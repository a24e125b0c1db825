package im.gatehouse.metrics;

/**
 * Sorts values into cells that are never wider than an eighth of the values in them. A cell holds its upper bound, so
 * that every power of two ends one.
 *
 * <p>Values up to 16 have a cell each (0 shares that of 1); above 2^40 there is one for all.
 */
final class LogScale {
    private static final int EXACT = 16;
    private static final int EXACT_BITS = 4;
    private static final int HIGHEST_BIT = 39;
    private static final int PARTS = 8;
    private static final int PART_BITS = 3;

    /** How many cells there are. */
    static final int CELLS = EXACT + (HIGHEST_BIT - EXACT_BITS + 1) * PARTS + 1;

    private LogScale() {}

    /** The cell of a value that is not negative. */
    static int cell(long value) {
        long below = Math.max(value - 1, 0);
        if (below < EXACT) {
            return (int) below;
        }
        int bit = 63 - Long.numberOfLeadingZeros(below);
        if (bit > HIGHEST_BIT) {
            return CELLS - 1;
        }
        int part = (int) (below >>> (bit - PART_BITS)) & (PARTS - 1);
        return EXACT + (bit - EXACT_BITS) * PARTS + part;
    }

    /** The largest value of a cell. */
    static long upperBound(int cell) {
        if (cell < EXACT) {
            return cell + 1L;
        }
        if (cell == CELLS - 1) {
            return Long.MAX_VALUE;
        }
        int bit = (cell - EXACT) / PARTS + EXACT_BITS;
        long part = (cell - EXACT) % PARTS;
        return (1L << bit) + ((part + 1) << (bit - PART_BITS));
    }
}
