package im.gatehouse.metrics;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a module measures, declared once: one figure under two names.
 *
 * <p>For Prometheus it is {@code NAME_PART} with labels; in the dotted scheme it is the list of the host, the name, the
 * values of the other labels by the alphabet of their names, and the part.
 *
 * @param name such as {@code mod_blocklist_rdbms}
 * @param part such as {@code count} or {@code time}
 * @param labels the labels' names, in the order in which values are given; without {@code host_type} the figure is the
 *     whole server's
 * @param help one sentence for people
 */
public record MetricSpec(String name, String part, Kind kind, List<String> labels, String help) {
    /** The label whose value is the host, and which leads the dotted name. */
    public static final String HOST_TYPE = "host_type";

    private static final Pattern WORD = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

    /** What kind of figure it is. */
    public enum Kind {
        /** Only rises; in the dotted scheme a spiral: the total and the last 60 seconds. */
        COUNTER,
        /** How values are spread, usually microseconds, in buckets of powers of two. */
        HISTOGRAM,
        /** Rises and falls. */
        GAUGE
    }

    /** @throws IllegalArgumentException for names that Prometheus would not take, or a label given twice */
    public MetricSpec {
        labels = List.copyOf(labels);
        boolean words = WORD.matcher(name).matches()
                && WORD.matcher(part).matches()
                && labels.stream().allMatch(label -> WORD.matcher(label).matches());
        if (!words || Set.copyOf(labels).size() != labels.size()) {
            throw new IllegalArgumentException("not the names of a metric: " + name + ", " + part + ", " + labels);
        }
    }

    /** Counts something, for each host and whatever else is told apart. */
    public static MetricSpec counter(String name, String part, List<String> labels, String help) {
        return new MetricSpec(name, part, Kind.COUNTER, labels, help);
    }

    /** Measures how values are spread; see {@link Histogram}. */
    public static MetricSpec histogram(String name, String part, List<String> labels, String help) {
        return new MetricSpec(name, part, Kind.HISTOGRAM, labels, help);
    }

    /** Shows a figure as it is now. */
    public static MetricSpec gauge(String name, String part, List<String> labels, String help) {
        return new MetricSpec(name, part, Kind.GAUGE, labels, help);
    }

    /** The name for Prometheus, such as {@code mod_blocklist_rdbms_count}. */
    public String prometheusName() {
        return name + "_" + part;
    }
}
