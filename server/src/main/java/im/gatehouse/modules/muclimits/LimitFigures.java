package im.gatehouse.modules.muclimits;

import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.modules.muc.Room;
import im.gatehouse.modules.muc.RoomEvent;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Counts what was admitted and refused, for each host by kind of event and by reason. */
final class LimitFigures {
    static final MetricSpec ADMITTED = MetricSpec.counter(
            "mod_muc_limits",
            "admitted",
            List.of(MetricSpec.HOST_TYPE, "kind"),
            "Events of unaffiliated users in rooms that passed");
    static final MetricSpec REFUSED = MetricSpec.counter(
            "mod_muc_limits",
            "refused",
            List.of(MetricSpec.HOST_TYPE, "kind", "reason"),
            "Events in rooms that were refused");
    static final MetricSpec OBSERVED = MetricSpec.counter(
            "mod_muc_limits",
            "observed",
            List.of(MetricSpec.HOST_TYPE, "kind", "reason"),
            "Events in rooms that would have been refused and passed, because the limits only observe");
    static final MetricSpec ALARMS = MetricSpec.counter(
            "mod_muc_limits", "alarms", List.of(MetricSpec.HOST_TYPE), "Floods by which a room closed its door");
    static final MetricSpec THROTTLED = MetricSpec.gauge(
            "mod_muc_limits",
            "throttled",
            List.of(MetricSpec.HOST_TYPE),
            "Rooms that refused somebody in the last ten seconds because they are overactive");

    private static final RoomEvent.Kind[] KINDS = RoomEvent.Kind.values();
    private static final Refused[] REASONS = Refused.values();

    /** The counters of one host, by the ordinals of kind and reason. */
    private record Host(Counter[] admitted, Counter[][] refused, Counter[][] observed, Counter alarms) {}

    private final Map<String, Host> hosts = new HashMap<>();

    LimitFigures(Metrics.Scope scope, Collection<String> hosts) {
        hosts.forEach(host -> this.hosts.put(host, counters(scope, host)));
    }

    private static Host counters(Metrics.Scope scope, String host) {
        Counter[] admitted = new Counter[KINDS.length];
        Counter[][] refused = new Counter[KINDS.length][REASONS.length];
        Counter[][] observed = new Counter[KINDS.length][REASONS.length];
        for (RoomEvent.Kind kind : KINDS) {
            String word = kind.name().toLowerCase(Locale.ROOT);
            admitted[kind.ordinal()] = scope.counter(ADMITTED, host, word);
            for (Refused reason : REASONS) {
                refused[kind.ordinal()][reason.ordinal()] = scope.counter(REFUSED, host, word, reason.label());
                observed[kind.ordinal()][reason.ordinal()] = scope.counter(OBSERVED, host, word, reason.label());
            }
        }
        return new Host(admitted, refused, observed, scope.counter(ALARMS, host));
    }

    void admitted(RoomEvent event) {
        Host host = hosts.get(event.room().host());
        if (host != null) {
            host.admitted[event.kind().ordinal()].increment();
        }
    }

    void refused(RoomEvent event, Refused reason) {
        Host host = hosts.get(event.room().host());
        if (host != null) {
            host.refused[event.kind().ordinal()][reason.ordinal()].increment();
        }
    }

    void observed(RoomEvent event, Refused reason) {
        Host host = hosts.get(event.room().host());
        if (host != null) {
            host.observed[event.kind().ordinal()][reason.ordinal()].increment();
        }
    }

    void alarm(Room room) {
        Host host = hosts.get(room.host());
        if (host != null) {
            host.alarms.increment();
        }
    }
}
