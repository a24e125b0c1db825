package im.gatehouse.modules.offline;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts messages on their way into the store and out of it, for each host. */
final class OfflineMetrics {
    static final MetricSpec STORED = counter("mod_offline_stored", "Messages stored for somebody who was away");
    static final MetricSpec DELIVERED = counter("mod_offline_delivered", "Stored messages handed to a session");
    static final MetricSpec REFUSED = counter("mod_offline_refused", "Messages that could not be stored");

    private final Map<String, Counter> stored = new HashMap<>();
    private final Map<String, Counter> delivered = new HashMap<>();
    private final Map<String, Counter> refused = new HashMap<>();

    OfflineMetrics(Metrics.Scope scope, Set<String> hosts) {
        for (String host : hosts) {
            stored.put(host, scope.counter(STORED, host));
            delivered.put(host, scope.counter(DELIVERED, host));
            refused.put(host, scope.counter(REFUSED, host));
        }
    }

    void stored(Jid account) {
        count(stored, account, 1);
    }

    void delivered(Jid account, int messages) {
        count(delivered, account, messages);
    }

    void refused(Jid account) {
        count(refused, account, 1);
    }

    private static void count(Map<String, Counter> counters, Jid account, int amount) {
        Counter counter = counters.get(account.domain());
        if (counter != null) {
            counter.increment(amount);
        }
    }

    private static MetricSpec counter(String name, String help) {
        return MetricSpec.counter(name, "count", List.of(MetricSpec.HOST_TYPE), help);
    }
}
