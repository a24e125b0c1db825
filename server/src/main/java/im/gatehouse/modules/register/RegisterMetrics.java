package im.gatehouse.modules.register;

import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts accounts that were made and removed from within clients, and attempts that were too many, for each host. */
final class RegisterMetrics {
    static final MetricSpec MADE = counter("mod_register_made", "Accounts that people made from within a client");
    static final MetricSpec REMOVED = counter("mod_register_removed", "Accounts that their owners removed");
    static final MetricSpec THROTTLED =
            counter("mod_register_throttled", "Attempts to make an account from an address that has made too many");

    private final Map<String, Counter> made = new HashMap<>();
    private final Map<String, Counter> removed = new HashMap<>();
    private final Map<String, Counter> throttled = new HashMap<>();

    RegisterMetrics(Metrics.Scope scope, Set<String> hosts) {
        for (String host : hosts) {
            made.put(host, scope.counter(MADE, host));
            removed.put(host, scope.counter(REMOVED, host));
            throttled.put(host, scope.counter(THROTTLED, host));
        }
    }

    void made(String host) {
        count(made, host);
    }

    void removed(String host) {
        count(removed, host);
    }

    void throttled(String host) {
        count(throttled, host);
    }

    private static void count(Map<String, Counter> counters, String host) {
        Counter counter = counters.get(host);
        if (counter != null) {
            counter.increment();
        }
    }

    private static MetricSpec counter(String name, String help) {
        return MetricSpec.counter(name, "count", List.of(MetricSpec.HOST_TYPE), help);
    }
}
