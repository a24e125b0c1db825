package im.gatehouse.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes meters in Prometheus' text format 0.0.4, under exactly their names: Prometheus' own writers would append
 * {@code _total} to a counter, and the names are those that dashboards for MongooseIM ask for. As there, the type comes
 * before the help, labels are sorted, and a histogram ends with count and sum.
 */
final class Exposition {
    private static final Comparator<Meter> BY_LABELS = Comparator.comparing(meter -> labels(meter.getId(), ""));

    private final StringBuilder out = new StringBuilder(4096);

    private Exposition() {}

    static String text(List<MetricSpec> declared, List<Meter> meters) {
        Map<String, List<Meter>> families = new TreeMap<>();
        meters.forEach(meter -> families.computeIfAbsent(name(meter), _ -> new ArrayList<>()).add(meter));
        Map<String, MetricSpec> specs =
                declared.stream().collect(Collectors.toMap(MetricSpec::prometheusName, spec -> spec));
        specs.keySet().forEach(name -> families.computeIfAbsent(name, _ -> new ArrayList<>()));
        Exposition exposition = new Exposition();
        families.forEach((name, family) -> exposition.family(name, specs.get(name), family));
        return exposition.out.toString();
    }

    private void family(String name, @Nullable MetricSpec spec, List<Meter> meters) {
        String type = spec == null ? type(meters.getFirst()) : spec.kind().name().toLowerCase(Locale.ROOT);
        String help = spec == null ? meters.getFirst().getId().getDescription() : spec.help();
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        if (help != null) {
            out.append("# HELP ").append(name).append(' ').append(escapeHelp(help)).append('\n');
        }
        meters.sort(BY_LABELS);
        meters.forEach(meter -> series(name, meter));
    }

    /** What cannot be told apart by its figures alone is taken for a gauge. */
    private static String type(Meter meter) {
        return switch (meter) {
            case Counter _, FunctionCounter _ -> "counter";
            case DistributionSummary _ -> "histogram";
            case Timer _, FunctionTimer _ -> "summary";
            default -> "gauge";
        };
    }

    private void series(String name, Meter meter) {
        String labels = labels(meter.getId(), "");
        switch (meter) {
            case Counter counter -> line(name, labels, counter.count());
            case FunctionCounter counter -> line(name, labels, counter.count());
            case TimeGauge gauge -> line(name, labels, gauge.value(TimeUnit.SECONDS));
            case Gauge gauge -> line(name, labels, gauge.value());
            case DistributionSummary summary -> histogram(name, summary);
            case Timer timer -> summary(name, labels, timer.count(), timer.totalTime(TimeUnit.SECONDS));
            case FunctionTimer timer -> summary(name, labels, timer.count(), timer.totalTime(TimeUnit.SECONDS));
            case LongTaskTimer timer -> line(name, labels, timer.activeTasks());
            default -> meter.measure().forEach(m -> {
                String statistic = "statistic=\"" + m.getStatistic().getTagValueRepresentation() + "\"";
                line(name, labels(meter.getId(), statistic), m.getValue());
            });
        }
    }

    private void summary(String name, String labels, double count, double seconds) {
        line(name + "_count", labels, count);
        line(name + "_sum", labels, seconds);
    }

    /** A histogram that has seen nothing has no series, since its quantiles mean nothing. */
    private void histogram(String name, DistributionSummary summary) {
        HistogramSnapshot snapshot = summary.takeSnapshot();
        if (snapshot.count() == 0) {
            return;
        }
        for (CountAtBucket bucket : snapshot.histogramCounts()) {
            String bound = "le=\"" + number(bucket.bucket()) + "\"";
            line(name + "_bucket", labels(summary.getId(), bound), bucket.count());
        }
        line(name + "_bucket", labels(summary.getId(), "le=\"+Inf\""), snapshot.count());
        String labels = labels(summary.getId(), "");
        line(name + "_count", labels, snapshot.count());
        line(name + "_sum", labels, snapshot.total());
    }

    private void line(String name, String labels, double value) {
        out.append(name).append(labels).append(' ').append(number(value)).append('\n');
    }

    private static String name(Meter meter) {
        String name = meter.getId().getName().replaceAll("[^a-zA-Z0-9_:]", "_");
        return meter instanceof Timer || meter instanceof FunctionTimer ? name + "_seconds" : name;
    }

    /** Micrometer keeps labels sorted by name. */
    private static String labels(Meter.Id id, String last) {
        List<String> labels = new ArrayList<>();
        for (Tag tag : id.getTagsAsIterable()) {
            labels.add(tag.getKey().replaceAll("[^a-zA-Z0-9_]", "_") + "=\"" + escapeLabel(tag.getValue()) + '"');
        }
        if (!last.isEmpty()) {
            labels.add(last);
        }
        return labels.isEmpty() ? "" : "{" + String.join(",", labels) + "}";
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            return Long.toString((long) value);
        }
        return Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : Double.toString(value);
    }

    private static String escapeHelp(String text) {
        return text.replace("\\", "\\\\").replace("\n", "\\n");
    }

    private static String escapeLabel(String text) {
        return escapeHelp(text).replace("\"", "\\\"");
    }
}
