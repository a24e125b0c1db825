package im.gatehouse.metrics;

import io.micrometer.core.instrument.Meter;

/** One measured thing with all its labels; made and taken away by {@link Metrics}. */
sealed interface Instrument permits Counter, Histogram, Gauge {
    MetricId id();

    Meter meter();

    /** Whether it ever showed anything but its beginning. */
    boolean touched();
}
