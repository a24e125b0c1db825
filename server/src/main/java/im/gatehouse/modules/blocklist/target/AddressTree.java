package im.gatehouse.modules.blocklist.target;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds all ranges that an IP address of one family lies in, by a binary search and by going outwards from there.
 * Two ranges never overlap in part: one is within the other, or they have nothing in common. Immutable.
 *
 * <p>Addresses are 128 bits in two longs; those of a family with fewer bits begin with them, and end with zeros.
 *
 * @param <R> what is known of a range
 */
final class AddressTree<R> {
    private static final int NONE = -1;

    /**
     * A range, and what is known of it.
     *
     * @param high the first 64 bits of its first address
     * @param low the other bits
     * @param prefix the number of leading bits that all its addresses have, 0 to 128
     */
    record Entry<R>(long high, long low, int prefix, R rule) {
        private boolean contains(long high, long low) {
            return begins(prefix, high ^ this.high, low ^ this.low);
        }
    }

    private final long[] highs;
    private final long[] lows;
    private final byte[] prefixes;

    /** The smallest range around each, or {@link #NONE}. */
    private final int[] parents;

    private final List<R> rules;

    AddressTree(List<Entry<R>> ranges) {
        // A range comes before those within it.
        List<Entry<R>> entries = ranges.stream()
                .sorted(Comparator.<Entry<R>>comparingLong(e -> e.high ^ Long.MIN_VALUE)
                        .thenComparingLong(e -> e.low ^ Long.MIN_VALUE)
                        .thenComparingInt(Entry::prefix))
                .toList();
        this.highs = entries.stream().mapToLong(Entry::high).toArray();
        this.lows = entries.stream().mapToLong(Entry::low).toArray();
        this.rules = entries.stream().map(Entry::rule).toList();
        this.prefixes = new byte[entries.size()];
        this.parents = new int[entries.size()];
        for (int i = 0; i < parents.length; i++) {
            Entry<R> entry = entries.get(i);
            prefixes[i] = (byte) entry.prefix;
            parents[i] = i - 1;
            while (parents[i] != NONE && !entries.get(parents[i]).contains(entry.high, entry.low)) {
                parents[i] = parents[parents[i]];
            }
        }
    }

    /** What is known of the ranges that an address lies in, the innermost first. */
    List<R> find(long high, long low) {
        int innermost = innermost(high, low);
        if (innermost == NONE) {
            return List.of();
        }
        if (parents[innermost] == NONE) {
            return List.of(rules.get(innermost));
        }
        List<R> found = new ArrayList<>();
        for (int i = innermost; i != NONE; i = parents[i]) {
            found.add(rules.get(i));
        }
        return List.copyOf(found);
    }

    /** The last range that begins no later, or the first one around that which reaches so far. */
    private int innermost(long high, long low) {
        int range = lastFrom(high, low);
        while (range != NONE && !begins(prefixes[range] & 0xFF, high ^ highs[range], low ^ lows[range])) {
            range = parents[range];
        }
        return range;
    }

    private int lastFrom(long high, long low) {
        int from = 0;
        int to = highs.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int order = Long.compareUnsigned(highs[middle], high);
            if (order < 0 || order == 0 && Long.compareUnsigned(lows[middle], low) <= 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from - 1;
    }

    /** Whether the leading bits of two addresses are the same, given in which bits they differ. */
    private static boolean begins(int prefix, long high, long low) {
        if (prefix <= Long.SIZE) {
            return prefix == 0 || high >>> Long.SIZE - prefix == 0;
        }
        return high == 0 && low >>> 2 * Long.SIZE - prefix == 0;
    }
}
