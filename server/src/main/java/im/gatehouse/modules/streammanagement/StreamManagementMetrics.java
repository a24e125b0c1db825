package im.gatehouse.modules.streammanagement;

import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.stream.StreamManagement;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Counts sessions that wait for their clients, and what becomes of them. */
final class StreamManagementMetrics {
    static final MetricSpec RESUMED = counter("resumed", "How often a client had its session again");
    static final MetricSpec NOT_RESUMED = counter("not_resumed", "How often a client asked in vain for its session");
    static final MetricSpec DETACHED = counter("detached", "How often a session began to wait for its client");
    static final MetricSpec GIVEN_UP = counter("given_up", "Sessions that waited in vain, or for too much");
    static final MetricSpec WAITING = MetricSpec.gauge(
            "mod_stream_management_waiting", "value", List.of(), "Sessions that wait for their clients");
    static final MetricSpec WAITING_BYTES = MetricSpec.gauge(
            "mod_stream_management_waiting_bytes", "value", List.of(), "About how much memory waits for their clients");

    private final Map<StreamManagement.Event, Counter> counters = new EnumMap<>(StreamManagement.Event.class);

    StreamManagementMetrics(Metrics.Scope scope) {
        for (StreamManagement.Event event : StreamManagement.Event.values()) {
            counters.put(event, scope.counter(spec(event)));
        }
    }

    private static MetricSpec spec(StreamManagement.Event event) {
        return switch (event) {
            case RESUMED -> RESUMED;
            case NOT_RESUMED -> NOT_RESUMED;
            case DETACHED -> DETACHED;
            case GIVEN_UP -> GIVEN_UP;
        };
    }

    void happened(StreamManagement.Event event) {
        counters.get(event).increment(1);
    }

    private static MetricSpec counter(String what, String help) {
        return MetricSpec.counter("mod_stream_management_" + what, "count", List.of(), help);
    }
}
