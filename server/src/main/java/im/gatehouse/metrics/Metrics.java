package im.gatehouse.metrics;

import im.gatehouse.time.Time;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The figures of one server, for Prometheus and under dotted names.
 *
 * <p>Safe from any thread. An instrument is looked up once, when a module starts, and kept in a field; to count then
 * costs a few nanoseconds.
 */
public final class Metrics implements AutoCloseable {
    /** What {@link #prometheus()} is, for the HTTP header. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final int SECONDS_A_SLOT = 10;

    private final Registry registry;
    private final boolean allGlobal;
    private final Time.Timer sampler;
    private final Map<MetricId, Instrument> instruments = new ConcurrentHashMap<>();
    /** By Prometheus name, so that no two specifications share one. Guarded by this. */
    private final Map<String, MetricSpec> declared = new TreeMap<>();
    /** Those whose instruments were taken away after they had shown something. Guarded by this. */
    private final Set<MetricSpec> touchedBefore = new HashSet<>();

    private int seconds;

    /**
     * @param time for the last 60 seconds of each counter
     * @param allGlobal whether dotted names begin with {@code global} and not with the host; the figures of all hosts
     *     are then added up
     */
    public Metrics(Time time, boolean allGlobal) {
        this.registry = new Registry(time);
        this.allGlobal = allGlobal;
        this.sampler = time.every(Duration.ofSeconds(1), this::sample);
    }

    /**
     * Says what will be measured; a Prometheus header appears at once. Making an instrument declares it too.
     *
     * @throws IllegalArgumentException when another metric of this name is declared differently
     */
    public synchronized void declare(Collection<MetricSpec> specs) {
        for (MetricSpec spec : specs) {
            MetricSpec known = declared.putIfAbsent(spec.prometheusName(), spec);
            if (known != null && !known.equals(spec)) {
                throw new IllegalArgumentException(spec.prometheusName() + " is declared twice and differently");
            }
        }
    }

    /**
     * A counter, which is shown as 0 from now on. The same one for the same labels.
     *
     * @param values of the labels, in the order of the specification
     */
    public Counter counter(MetricSpec spec, String... values) {
        MetricId id = id(spec, MetricSpec.Kind.COUNTER, List.of(values));
        return (Counter) made(id, () -> new Counter(id, registry.counter(spec.prometheusName(), id.tags())));
    }

    /** A histogram, which is shown from its first value on; see {@link #counter}. */
    public Histogram histogram(MetricSpec spec, String... values) {
        MetricId id = id(spec, MetricSpec.Kind.HISTOGRAM, List.of(values));
        return (Histogram) made(
                id, () -> new Histogram(id, (LogScaleSummary) registry.summary(spec.prometheusName(), id.tags())));
    }

    /**
     * Shows a figure whenever somebody looks; takes the place of an earlier one with the same labels.
     *
     * @param figure safe from any thread, quick, never blocking
     */
    public synchronized void gauge(MetricSpec spec, List<String> values, DoubleSupplier figure) {
        MetricId id = id(spec, MetricSpec.Kind.GAUGE, values);
        remove(id);
        made(id, () -> new Gauge(
                id,
                io.micrometer.core.instrument.Gauge.builder(spec.prometheusName(), figure::getAsDouble)
                        .tags(id.tags())
                        .register(registry)));
    }

    /** Makes instruments that are taken away together, when a module stops. */
    public Scope scope() {
        return new Scope();
    }

    /**
     * The registry behind it, for libraries that bring their own Micrometer meters. They are shown to Prometheus under
     * their names, with what Prometheus does not allow as underscores, and have no dotted name.
     */
    public MeterRegistry registry() {
        return registry;
    }

    /** Everything in Prometheus' text format 0.0.4, sorted by name and labels. */
    public String prometheus() {
        return Exposition.text(declaredSpecs(), registry.getMeters());
    }

    /** Everything that has a dotted name, sorted by it. */
    public SortedMap<List<String>, Reading> dotted() {
        Map<List<String>, List<Instrument>> byName = instruments.values().stream()
                .collect(Collectors.groupingBy(instrument -> instrument.id().dotted(allGlobal)));
        SortedMap<List<String>, Reading> readings = new TreeMap<>(Metrics::compare);
        byName.forEach((name, same) -> readings.put(name, reading(same)));
        return Collections.unmodifiableSortedMap(readings);
    }

    /** What was declared, sorted by name. */
    public Set<MetricSpec> declared() {
        return new LinkedHashSet<>(declaredSpecs());
    }

    /** What ever counted or measured something, so that a test can hold it against {@link #declared()}. */
    public synchronized Set<MetricSpec> touched() {
        Set<MetricSpec> touched = new HashSet<>(touchedBefore);
        instruments.values().stream().filter(Instrument::touched).forEach(i -> touched.add(i.id().spec()));
        return touched;
    }

    /** Stops looking at the clock. */
    @Override
    public void close() {
        sampler.cancel();
        registry.close();
    }

    /** Instruments with one owner. Safe from any thread. */
    public final class Scope implements AutoCloseable {
        private final Set<MetricId> made = ConcurrentHashMap.newKeySet();

        private Scope() {}

        /** See {@link Metrics#counter}. */
        public Counter counter(MetricSpec spec, String... values) {
            made.add(new MetricId(spec, List.of(values)));
            return Metrics.this.counter(spec, values);
        }

        /** See {@link Metrics#histogram}. */
        public Histogram histogram(MetricSpec spec, String... values) {
            made.add(new MetricId(spec, List.of(values)));
            return Metrics.this.histogram(spec, values);
        }

        /** See {@link Metrics#gauge}. */
        public void gauge(MetricSpec spec, List<String> values, DoubleSupplier figure) {
            made.add(new MetricId(spec, values));
            Metrics.this.gauge(spec, values, figure);
        }

        /** Takes the instruments away; who still counts with one counts for nobody. */
        @Override
        public void close() {
            made.forEach(Metrics.this::remove);
        }
    }

    private MetricId id(MetricSpec spec, MetricSpec.Kind kind, List<String> values) {
        if (spec.kind() != kind) {
            throw new IllegalArgumentException(spec.prometheusName() + " is a " + spec.kind());
        }
        declare(List.of(spec));
        return new MetricId(spec, values);
    }

    private synchronized Instrument made(MetricId id, Supplier<Instrument> maker) {
        return instruments.computeIfAbsent(id, _ -> maker.get());
    }

    private synchronized void remove(MetricId id) {
        Instrument instrument = instruments.remove(id);
        if (instrument != null) {
            registry.remove(instrument.meter());
            if (instrument.touched()) {
                touchedBefore.add(id.spec());
            }
        }
    }

    private synchronized List<MetricSpec> declaredSpecs() {
        return List.copyOf(declared.values());
    }

    private void sample() {
        seconds++;
        boolean slotEnds = seconds % SECONDS_A_SLOT == 0;
        for (Instrument instrument : instruments.values()) {
            switch (instrument) {
                case Counter counter -> counter.sample();
                case Histogram histogram when slotEnds -> histogram.rotate();
                default -> {}
            }
        }
    }

    /** One name, one kind: the specification decides both. */
    private static Reading reading(List<Instrument> same) {
        return switch (same.getFirst()) {
            case Counter _ -> new Reading.Spiral(
                    same.stream().mapToLong(each -> ((Counter) each).count()).sum(),
                    same.stream().mapToLong(each -> ((Counter) each).lastMinute()).sum());
            case Gauge _ -> new Reading.Level(
                    same.stream().mapToDouble(each -> ((Gauge) each).value()).sum());
            case Histogram _ -> same.stream()
                    .map(each -> ((Histogram) each).lastMinute())
                    .reduce(LogScaleSummary.Window::plus)
                    .orElseThrow()
                    .reading();
        };
    }

    private static int compare(List<String> left, List<String> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int parts = left.get(i).compareTo(right.get(i));
            if (parts != 0) {
                return parts;
            }
        }
        return Integer.compare(left.size(), right.size());
    }
}
