package im.gatehouse.metrics;

import io.micrometer.core.instrument.Meter;
import java.time.Duration;

/**
 * Shows how values are spread, usually times in microseconds. Made by {@link Metrics} and kept in a field.
 *
 * <p>Recording is safe from any thread, takes no lock and looks nothing up.
 */
public final class Histogram implements Instrument {
    private final MetricId id;
    private final LogScaleSummary meter;

    Histogram(MetricId id, LogScaleSummary meter) {
        this.id = id;
        this.meter = meter;
    }

    /** Adds a value; a negative one is left out. */
    public void record(long value) {
        meter.record(value);
    }

    /** Adds a length of time, in whole microseconds. */
    public void record(Duration duration) {
        meter.record(duration.toNanos() / 1000);
    }

    /** How many values there were since the histogram was made. */
    public long count() {
        return meter.count();
    }

    LogScaleSummary.Window lastMinute() {
        return meter.lastMinute();
    }

    void rotate() {
        meter.rotate();
    }

    @Override
    public MetricId id() {
        return id;
    }

    @Override
    public Meter meter() {
        return meter;
    }

    @Override
    public boolean touched() {
        return count() > 0;
    }
}
