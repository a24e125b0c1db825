package im.gatehouse.modules.visitors;

import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows in the metrics how many users came in each month that is over, in the form that is for everybody. */
final class VisitorsGauges implements AutoCloseable {
    static final MetricSpec UNIQUES = MetricSpec.gauge(
            "mod_monthly_visitors",
            "uniques",
            List.of(MetricSpec.HOST_TYPE, "month"),
            "Users who logged in during a month that is over");

    private record Key(String host, String month) {}

    private record Shown(Metrics.Scope scope, long users) {}

    private final Metrics metrics;

    /** What is shown. Guarded by this. */
    private final Map<Key, Shown> shown = new HashMap<>();

    VisitorsGauges(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Shows a host's months, and no others of that host. */
    synchronized void show(String host, Map<String, Long> users) {
        shown.entrySet().removeIf(entry -> {
            boolean gone = entry.getKey().host.equals(host) && !users.containsKey(entry.getKey().month);
            if (gone) {
                entry.getValue().scope.close();
            }
            return gone;
        });
        users.forEach((month, count) -> shown.compute(
                new Key(host, month), (key, before) -> before != null && before.users == count
                        ? before
                        : shown(key, before, count)));
    }

    private Shown shown(Key key, @Nullable Shown before, long users) {
        Metrics.Scope scope = before == null ? metrics.scope() : before.scope;
        scope.gauge(UNIQUES, List.of(key.host, key.month), () -> users);
        return new Shown(scope, users);
    }

    @Override
    public synchronized void close() {
        shown.values().forEach(each -> each.scope.close());
        shown.clear();
    }
}
