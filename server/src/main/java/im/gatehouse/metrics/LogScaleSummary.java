package im.gatehouse.metrics;

import io.micrometer.core.instrument.AbstractDistributionSummary;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.NoopHistogram;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * A summary that never forgets for Prometheus, and knows the last minute for the dotted names.
 *
 * <p>One array of counts (2.4 kB) serves both: powers of two are sums of its cells, and the last minute is the
 * difference to a copy of a minute ago. A copy is made every ten seconds, and only if something was recorded.
 */
final class LogScaleSummary extends AbstractDistributionSummary {
    private static final int HIGHEST_POWER = 30;

    /** One more than a minute has: so nothing is forgotten before a report that comes every minute has told it. */
    private static final int SLOTS = 7;

    private record Slot(long[] counts, double sum, long min, long max) {}

    /** The values of some span of time. */
    record Window(long[] counts, double sum, long min, long max) {
        Window plus(Window other) {
            long[] both = counts.clone();
            for (int i = 0; i < both.length; i++) {
                both[i] += other.counts[i];
            }
            return new Window(both, sum + other.sum, Math.min(min, other.min), Math.max(max, other.max));
        }

        Reading.Spread reading() {
            long n = total(counts);
            return n == 0
                    ? new Reading.Spread(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                    : new Reading.Spread(
                            n,
                            Math.round(sum / n),
                            min,
                            max,
                            quantile(n, 0.5),
                            quantile(n, 0.75),
                            quantile(n, 0.9),
                            quantile(n, 0.95),
                            quantile(n, 0.99),
                            quantile(n, 0.999));
        }

        /** Never more than an eighth too high. */
        private long quantile(long n, double share) {
            long rank = (long) Math.ceil(n * share);
            int cell = 0;
            for (long seen = counts[0]; seen < rank; seen += counts[cell]) {
                cell++;
            }
            return Math.clamp(LogScale.upperBound(cell), min, max);
        }
    }

    private final AtomicLongArray cells = new AtomicLongArray(LogScale.CELLS);
    private final DoubleAdder sum = new DoubleAdder();
    private final LongAccumulator min = new LongAccumulator(Math::min, Long.MAX_VALUE);
    private final LongAccumulator max = new LongAccumulator(Math::max, Long.MIN_VALUE);
    /** State at the ends of the last spans of ten seconds, the oldest at {@code next}. Guarded by itself. */
    private final Slot[] past = new Slot[SLOTS];

    private int next;

    LogScaleSummary(Meter.Id id, double scale) {
        super(id, scale, NoopHistogram.INSTANCE);
        Slot beginning = new Slot(new long[LogScale.CELLS], 0, Long.MAX_VALUE, Long.MIN_VALUE);
        Arrays.fill(past, beginning);
    }

    @Override
    protected void recordNonNegative(double amount) {
        long value = (long) Math.ceil(amount);
        sum.add(amount);
        min.accumulate(value);
        max.accumulate(value);
        cells.incrementAndGet(LogScale.cell(value));
    }

    @Override
    public long count() {
        return total(counts());
    }

    @Override
    public double totalAmount() {
        return sum.sum();
    }

    /** The highest value of the last minute. */
    @Override
    public double max() {
        return Math.max(lastMinute().max(), 0);
    }

    /** Cumulative counts of the powers of two up to 2^30, for ever. */
    @Override
    public HistogramSnapshot takeSnapshot() {
        long[] counts = counts();
        CountAtBucket[] buckets = new CountAtBucket[HIGHEST_POWER + 1];
        int cell = 0;
        long seen = 0;
        for (int power = 0; power <= HIGHEST_POWER; power++) {
            for (long bound = 1L << power; LogScale.upperBound(cell) <= bound; cell++) {
                seen += counts[cell];
            }
            buckets[power] = new CountAtBucket((double) (1L << power), (double) seen);
        }
        return new HistogramSnapshot(total(counts), totalAmount(), max(), new ValueAtPercentile[0], buckets, null);
    }

    /** The last 50 to 60 seconds. */
    Window lastMinute() {
        synchronized (past) {
            Slot from = past[next];
            long[] now = counts();
            long lowest = min.get();
            long most = max.get();
            for (int i = 1; i < SLOTS; i++) {
                Slot slot = past[(next + i) % SLOTS];
                lowest = Math.min(lowest, slot.min);
                most = Math.max(most, slot.max);
            }
            for (int i = 0; i < now.length; i++) {
                now[i] -= from.counts[i];
            }
            return new Window(now, totalAmount() - from.sum, lowest, most);
        }
    }

    /** Ends a span of ten seconds. */
    void rotate() {
        synchronized (past) {
            Slot last = past[(next + SLOTS - 1) % SLOTS];
            long[] now = counts();
            boolean idle = Arrays.equals(now, last.counts);
            past[next] = new Slot(
                    idle ? last.counts : now, totalAmount(), min.getThenReset(), max.getThenReset());
            next = (next + 1) % SLOTS;
        }
    }

    private long[] counts() {
        long[] counts = new long[LogScale.CELLS];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = cells.get(i);
        }
        return counts;
    }

    private static long total(long[] counts) {
        long total = 0;
        for (long count : counts) {
            total += count;
        }
        return total;
    }
}
