package im.gatehouse.modules.invites;

import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.modules.invites.Invitation.Kind;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts invitations made and used, for each host and kind. */
final class InviteMetrics {
    static final MetricSpec MADE = counter("mod_invites_made", "Invitations that were made");
    static final MetricSpec USED = counter("mod_invites_used", "Uses of invitations");

    private final Map<String, Map<Kind, Counter>> made = new HashMap<>();
    private final Map<String, Map<Kind, Counter>> used = new HashMap<>();

    InviteMetrics(Metrics.Scope scope, Set<String> hosts) {
        for (String host : hosts) {
            made.put(host, counters(scope, MADE, host));
            used.put(host, counters(scope, USED, host));
        }
    }

    private static Map<Kind, Counter> counters(Metrics.Scope scope, MetricSpec spec, String host) {
        Map<Kind, Counter> counters = new EnumMap<>(Kind.class);
        for (Kind kind : Kind.values()) {
            counters.put(kind, scope.counter(spec, host, kind.word()));
        }
        return counters;
    }

    void made(Invitation invitation) {
        count(made, invitation);
    }

    void used(Invitation invitation) {
        count(used, invitation);
    }

    private static void count(Map<String, Map<Kind, Counter>> counters, Invitation invitation) {
        Map<Kind, Counter> kinds = counters.get(invitation.domain());
        Counter counter = kinds == null ? null : kinds.get(invitation.kind());
        if (counter != null) {
            counter.increment();
        }
    }

    private static MetricSpec counter(String name, String help) {
        return MetricSpec.counter(name, "count", List.of(MetricSpec.HOST_TYPE, "kind"), help);
    }
}
