package im.gatehouse.metrics;

/** A figure that is asked for whenever somebody looks. */
record Gauge(MetricId id, io.micrometer.core.instrument.Gauge meter) implements Instrument {
    double value() {
        return meter.value();
    }

    @Override
    public boolean touched() {
        return true;
    }
}
