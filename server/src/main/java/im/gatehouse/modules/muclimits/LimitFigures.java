package im.gatehouse.modules.muclimits;

import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.modules.muc.Room;
import im.gatehouse.modules.muc.RoomEvent;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
    private record Host(String name, Counter[] admitted, Counter[][] refused, Counter[][] observed, Counter alarms) {}

    /** Mostly one: a loop is quicker than looking a name up. */
    private final Host[] hosts;

    LimitFigures(Metrics.Scope scope, Collection<String> hosts) {
        this.hosts = hosts.stream().map(host -> counters(scope, host)).toArray(Host[]::new);
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
        return new Host(host, admitted, refused, observed, scope.counter(ALARMS, host));
    }

    private @Nullable Host host(Room room) {
        String name = room.host();
        for (Host host : hosts) {
            if (host.name.equals(name)) {
                return host;
            }
        }
        return null;
    }

    void admitted(RoomEvent event) {
        Host host = host(event.room());
        if (host != null) {
            host.admitted[event.kind().ordinal()].increment();
        }
    }

    void refused(RoomEvent event, Refused reason) {
        Host host = host(event.room());
        if (host != null) {
            host.refused[event.kind().ordinal()][reason.ordinal()].increment();
        }
    }

    void observed(RoomEvent event, Refused reason) {
        Host host = host(event.room());
        if (host != null) {
            host.observed[event.kind().ordinal()][reason.ordinal()].increment();
        }
    }

    void alarm(Room room) {
        Host host = host(room);
        if (host != null) {
            host.alarms.increment();
        }
    }
}
