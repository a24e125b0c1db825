package im.gatehouse.modules.presence;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts the subscriptions that users asked for and gave up, for each host. */
final class PresenceMetrics {
    static final MetricSpec SUBSCRIBE = counter("mod_presence_subscribe", "Subscriptions that users asked for");
    static final MetricSpec UNSUBSCRIBE = counter("mod_presence_unsubscribe", "Subscriptions that users gave up");

    private final Map<String, Counter> subscriptions = new HashMap<>();
    private final Map<String, Counter> unsubscriptions = new HashMap<>();

    PresenceMetrics(Metrics.Scope scope, Set<String> hosts) {
        for (String host : hosts) {
            subscriptions.put(host, scope.counter(SUBSCRIBE, host));
            unsubscriptions.put(host, scope.counter(UNSUBSCRIBE, host));
        }
    }

    void subscribed(Jid account) {
        count(subscriptions, account);
    }

    void unsubscribed(Jid account) {
        count(unsubscriptions, account);
    }

    private static void count(Map<String, Counter> counters, Jid account) {
        Counter counter = counters.get(account.domain());
        if (counter != null) {
            counter.increment();
        }
    }

    private static MetricSpec counter(String name, String help) {
        return MetricSpec.counter(name, "count", List.of(MetricSpec.HOST_TYPE), help);
    }
}
