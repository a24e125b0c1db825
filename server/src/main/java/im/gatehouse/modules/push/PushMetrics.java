package im.gatehouse.modules.push;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts notifications, for each host. */
final class PushMetrics {
    static final MetricSpec PUBLISHED = counter("mod_push_published", "Notifications published to push services");
    static final MetricSpec FAILED = counter("mod_push_failed", "Notifications that a push service refused or left unanswered");
    static final MetricSpec DISABLED = counter("mod_push_disabled", "Registrations that ended because of failures");

    private final Map<String, Counter> published = new HashMap<>();
    private final Map<String, Counter> failed = new HashMap<>();
    private final Map<String, Counter> disabled = new HashMap<>();

    PushMetrics(Metrics.Scope scope, Set<String> hosts) {
        for (String host : hosts) {
            published.put(host, scope.counter(PUBLISHED, host));
            failed.put(host, scope.counter(FAILED, host));
            disabled.put(host, scope.counter(DISABLED, host));
        }
    }

    void published(Jid account) {
        count(published, account);
    }

    void failed(Jid account) {
        count(failed, account);
    }

    void disabled(Jid account) {
        count(disabled, account);
    }

    private static void count(Map<String, Counter> counters, Jid account) {
        Counter counter = counters.get(account.domain());
        if (counter != null) {
            counter.increment(1);
        }
    }

    private static MetricSpec counter(String name, String help) {
        return MetricSpec.counter(name, "count", List.of(MetricSpec.HOST_TYPE), help);
    }
}
