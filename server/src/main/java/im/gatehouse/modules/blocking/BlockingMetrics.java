package im.gatehouse.modules.blocking;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what was blocked, what was kept away by that, and what was reported, for each host. */
final class BlockingMetrics {
    private static final String REASON = "reason";

    static final MetricSpec BLOCKED = counter("mod_blocking_block", List.of(), "Addresses that users blocked");
    static final MetricSpec UNBLOCKED = counter("mod_blocking_unblock", List.of(), "Addresses that users unblocked");
    static final MetricSpec DENIED =
            counter("mod_blocking_stanza_denied", List.of(), "Stanzas to somebody whom the sender has blocked");
    static final MetricSpec DROPPED =
            counter("mod_blocking_stanza_dropped", List.of(), "Stanzas from somebody whom the receiver has blocked");
    static final MetricSpec REPORTED =
            counter("mod_blocking_report", List.of(REASON), "Reports of users about whom they blocked");

    private final Map<String, Counter> blocked = new HashMap<>();
    private final Map<String, Counter> unblocked = new HashMap<>();
    private final Map<String, Counter> denied = new HashMap<>();
    private final Map<String, Counter> dropped = new HashMap<>();
    private final Map<String, Map<Report.Kind, Counter>> reported = new HashMap<>();

    BlockingMetrics(Metrics.Scope scope, Set<String> hosts) {
        for (String host : hosts) {
            blocked.put(host, scope.counter(BLOCKED, host));
            unblocked.put(host, scope.counter(UNBLOCKED, host));
            denied.put(host, scope.counter(DENIED, host));
            dropped.put(host, scope.counter(DROPPED, host));
            Map<Report.Kind, Counter> kinds = new HashMap<>();
            for (Report.Kind kind : Report.Kind.values()) {
                kinds.put(kind, scope.counter(REPORTED, host, kind.word()));
            }
            reported.put(host, kinds);
        }
    }

    void blocked(Jid account, int addresses) {
        count(blocked.get(account.domain()), addresses);
    }

    void unblocked(Jid account, int addresses) {
        count(unblocked.get(account.domain()), addresses);
    }

    void denied(Jid account) {
        count(denied.get(account.domain()), 1);
    }

    void dropped(Jid account) {
        count(dropped.get(account.domain()), 1);
    }

    void reported(Jid account, Report.Kind kind) {
        Map<Report.Kind, Counter> kinds = reported.get(account.domain());
        if (kinds != null) {
            count(kinds.get(kind), 1);
        }
    }

    private static void count(@org.jspecify.annotations.Nullable Counter counter, int amount) {
        if (counter != null && amount > 0) {
            counter.increment(amount);
        }
    }

    private static MetricSpec counter(String name, List<String> more, String help) {
        List<String> labels = new java.util.ArrayList<>(List.of(MetricSpec.HOST_TYPE));
        labels.addAll(more);
        return MetricSpec.counter(name, "count", labels, help);
    }
}
