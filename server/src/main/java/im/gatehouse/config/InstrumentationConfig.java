package im.gatehouse.config;

import java.time.Duration;
import java.util.Optional;

/** {@code [instrumentation]}: how figures are named and to whom they are sent. */
public record InstrumentationConfig(boolean allMetricsAreGlobal, Optional<Graphite> graphite) {
    /**
     * {@code [instrumentation.graphite]}, where a {@code host} is given.
     *
     * @param prefix put before each name, with a dot between; may be empty
     * @param interval at least one second
     */
    public record Graphite(String host, int port, String prefix, Duration interval) {
        static Optional<Graphite> read(Section section) {
            int port = section.integer("port", 2003, 1, 65535);
            String prefix = section.string("prefix", "");
            Duration interval = Duration.ofSeconds(section.integer("interval_seconds", 60, 1, 86_400));
            String host = section.nonEmpty("host", "");
            return host.isEmpty() ? Optional.empty() : Optional.of(new Graphite(host, port, prefix, interval));
        }
    }

    static InstrumentationConfig read(Section section) {
        return new InstrumentationConfig(
                section.section("exometer").bool("all_metrics_are_global", false),
                Graphite.read(section.section("graphite")));
    }
}
