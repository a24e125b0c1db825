package im.gatehouse.modules.roster;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what is done with rosters, for each host. */
final class RosterMetrics {
    static final MetricSpec GET = counter("mod_roster_get", "Rosters that clients asked for");
    static final MetricSpec SET = counter("mod_roster_set", "Changes that clients asked for");
    static final MetricSpec PUSH = counter("mod_roster_push", "Changes that a session was told of");

    private final Map<String, Counter> gets = new HashMap<>();
    private final Map<String, Counter> sets = new HashMap<>();
    private final Map<String, Counter> pushes = new HashMap<>();

    RosterMetrics(Metrics.Scope scope, Set<String> hosts) {
        for (String host : hosts) {
            gets.put(host, scope.counter(GET, host));
            sets.put(host, scope.counter(SET, host));
            pushes.put(host, scope.counter(PUSH, host));
        }
    }

    void got(Jid account) {
        count(gets, account);
    }

    void set(Jid account) {
        count(sets, account);
    }

    void pushed(Jid account) {
        count(pushes, account);
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
