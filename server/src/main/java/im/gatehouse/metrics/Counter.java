package im.gatehouse.metrics;

/**
 * Counts how often something happened. Made by {@link Metrics} and kept in a field by whoever counts.
 *
 * <p>Counting is safe from any thread, takes no lock and looks nothing up.
 */
public final class Counter implements Instrument {
    private static final int WINDOW_SECONDS = 60;

    private final MetricId id;
    private final io.micrometer.core.instrument.Counter meter;
    /** The totals of the last seconds, the oldest at {@code next}. Guarded by itself, as is {@code next}. */
    private final long[] past = new long[WINDOW_SECONDS];

    private int next;

    Counter(MetricId id, io.micrometer.core.instrument.Counter meter) {
        this.id = id;
        this.meter = meter;
    }

    public void increment() {
        meter.increment();
    }

    /** Counts several at once; {@code amount} is not negative. */
    public void increment(long amount) {
        meter.increment(amount);
    }

    /** All since the counter was made; exact up to 2^53. */
    public long count() {
        return (long) meter.count();
    }

    /** Those of the last 60 seconds, to the second. */
    public long lastMinute() {
        synchronized (past) {
            return count() - past[next];
        }
    }

    /** Remembers the total; called once a second. */
    void sample() {
        synchronized (past) {
            past[next] = count();
            next = (next + 1) % WINDOW_SECONDS;
        }
    }

    @Override
    public MetricId id() {
        return id;
    }

    @Override
    public io.micrometer.core.instrument.Meter meter() {
        return meter;
    }

    @Override
    public boolean touched() {
        return count() > 0;
    }
}
