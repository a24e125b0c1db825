package im.gatehouse.admin.operations;

import im.gatehouse.metrics.Metrics;
import im.gatehouse.metrics.Reading;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code metric}: the figures under their dotted names. */
public final class MetricOperations {
    private static final String ANY = "_";

    private record SpiralMetric(List<String> name, String type, long one, long count) {}

    private record GaugeMetric(List<String> name, String type, long value) {}

    private record HistogramMetric(
            List<String> name,
            String type,
            long n,
            long mean,
            long min,
            long max,
            long median,
            long p50,
            long p75,
            long p90,
            long p95,
            long p99,
            long p999) {}

    private record MetricDictEntry(String key, long value) {}

    private record MetricDictResult(List<String> name, List<MetricDictEntry> dict) {}

    private final Metrics metrics;

    private MetricOperations(Metrics metrics) {
        this.metrics = metrics;
    }

    public static AdminOperations of(Metrics metrics) {
        MetricOperations all = new MetricOperations(metrics);
        return AdminOperations.ofResource(MetricOperations.class, "metric.graphqls")
                .global("MetricAdminQuery", "getMetrics", all::getMetrics)
                .global("MetricAdminQuery", "getMetricsAsDicts", all::getMetricsAsDicts);
    }

    private List<Object> getMetrics(AdminCall call) {
        List<Object> results = new ArrayList<>();
        List<String> wanted = texts(call, "name");
        metrics.dotted().forEach((name, reading) -> {
            if (begins(name, wanted)) {
                results.add(result(name, reading));
            }
        });
        return results;
    }

    private static Object result(List<String> name, Reading reading) {
        return switch (reading) {
            case Reading.Spiral(long count, long one) -> new SpiralMetric(name, "spiral", one, count);
            case Reading.Level(double value) -> new GaugeMetric(name, "gauge", Math.round(value));
            case Reading.Spread s ->
                new HistogramMetric(
                        name, "histogram", s.n(), s.mean(), s.min(), s.max(), s.median(), s.median(), s.p75(), s.p90(),
                        s.p95(), s.p99(), s.p999());
        };
    }

    private List<MetricDictResult> getMetricsAsDicts(AdminCall call) {
        List<MetricDictResult> results = new ArrayList<>();
        List<String> wanted = texts(call, "name");
        List<String> keys = texts(call, "keys");
        metrics.dotted().forEach((name, reading) -> {
            if (begins(name, wanted)) {
                results.add(new MetricDictResult(name, entries(reading, keys)));
            }
        });
        return results;
    }

    private static List<MetricDictEntry> entries(Reading reading, List<String> keys) {
        List<MetricDictEntry> entries = new ArrayList<>();
        for (Map.Entry<String, Number> entry : reading.values().entrySet()) {
            if (keys.isEmpty() || keys.contains(entry.getKey())) {
                entries.add(new MetricDictEntry(
                        entry.getKey(), Math.round(entry.getValue().doubleValue())));
            }
        }
        return entries;
    }

    private static List<String> texts(AdminCall call, String argument) {
        @Nullable List<?> given = call.optional(argument, List.class);
        return given == null ? List.of() : given.stream().map(String::valueOf).toList();
    }

    private static boolean begins(List<String> name, List<String> wanted) {
        if (wanted.size() > name.size()) {
            return false;
        }
        for (int i = 0; i < wanted.size(); i++) {
            if (!wanted.get(i).equals(ANY) && !wanted.get(i).equals(name.get(i))) {
                return false;
            }
        }
        return true;
    }
}
