package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Counter;
import im.gatehouse.metrics.Histogram;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.stanza.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Counts and times what archives do, for each host; users' ({@code pm}) and rooms' ({@code muc}) apart. */
final class ArchiveMetrics {
    /** Whose archives. */
    enum Kind {
        PM("mod_mam_pm"),
        MUC("mod_mam_muc");

        private final MetricSpec archived;
        private final MetricSpec archiveTime;
        private final MetricSpec lookups;
        private final MetricSpec lookupSize;
        private final MetricSpec lookupTime;
        private final MetricSpec dropped;
        private final MetricSpec droppedQueries;
        private final MetricSpec removed;
        private final MetricSpec prefsGets;
        private final MetricSpec prefsSets;

        Kind(String name) {
            archived = counter(name + "_archive_message", "Messages kept in an archive");
            archiveTime = histogram(name + "_archive_message", "time", "Microseconds until a message was on disk");
            lookups = counter(name + "_lookup", "Questions to an archive");
            lookupSize = histogram(name + "_lookup", "size", "Messages in an answer");
            lookupTime = histogram(name + "_lookup", "time", "Microseconds until a question was answered");
            dropped = counter(name + "_dropped", "Messages that could not be kept");
            droppedQueries = counter(name + "_dropped_iq", "Questions that were refused");
            removed = counter(name + "_remove_archive", "Archives that were removed whole");
            prefsGets = counter(name + "_get_prefs", "Preferences that were asked for");
            prefsSets = counter(name + "_set_prefs", "Preferences that were changed");
        }

        private List<MetricSpec> specs() {
            return List.of(archived, archiveTime, lookups, lookupSize, lookupTime, dropped, droppedQueries, removed);
        }
    }

    /** One host's instruments for one kind of archive. */
    private static final class Instruments {
        final Counter archived;
        final Histogram archiveTime;
        final Counter lookups;
        final Histogram lookupSize;
        final Histogram lookupTime;
        final Counter dropped;
        final Counter droppedQueries;
        final Counter removed;
        final @Nullable Counter prefsGets;
        final @Nullable Counter prefsSets;

        Instruments(Metrics.Scope scope, Kind kind, String host) {
            archived = scope.counter(kind.archived, host);
            archiveTime = scope.histogram(kind.archiveTime, host);
            lookups = scope.counter(kind.lookups, host);
            lookupSize = scope.histogram(kind.lookupSize, host);
            lookupTime = scope.histogram(kind.lookupTime, host);
            dropped = scope.counter(kind.dropped, host);
            droppedQueries = scope.counter(kind.droppedQueries, host);
            removed = scope.counter(kind.removed, host);
            prefsGets = kind == Kind.PM ? scope.counter(kind.prefsGets, host) : null;
            prefsSets = kind == Kind.PM ? scope.counter(kind.prefsSets, host) : null;
        }
    }

    private final Map<String, Instruments> users = new HashMap<>();
    private final Map<String, Instruments> rooms = new HashMap<>();
    private final UnaryOperator<String> hostOf;

    /**
     * @param hostOf the served host to which a domain belongs
     */
    ArchiveMetrics(Metrics.Scope scope, Set<String> hosts, UnaryOperator<String> hostOf) {
        this.hostOf = hostOf;
        for (String host : hosts) {
            users.put(host, new Instruments(scope, Kind.PM, host));
            rooms.put(host, new Instruments(scope, Kind.MUC, host));
        }
    }

    static MetricSpec[] specs() {
        List<MetricSpec> specs = new ArrayList<>(Kind.PM.specs());
        specs.addAll(Kind.MUC.specs());
        specs.add(Kind.PM.prefsGets);
        specs.add(Kind.PM.prefsSets);
        return specs.toArray(MetricSpec[]::new);
    }

    private static MetricSpec counter(String name, String help) {
        return MetricSpec.counter(name, "count", List.of(MetricSpec.HOST_TYPE), help);
    }

    private static MetricSpec histogram(String name, String part, String help) {
        return MetricSpec.histogram(name, part, List.of(MetricSpec.HOST_TYPE), help);
    }

    // --- what happens ---

    void archived(Saying saying, Duration took) {
        forEach(saying, at -> {
            at.archived.increment();
            at.archiveTime.record(took);
        });
    }

    void dropped(Saying saying) {
        forEach(saying, at -> at.dropped.increment());
    }

    private void forEach(Saying saying, Consumer<Instruments> action) {
        Kind kind = saying.message.type() == Message.Type.GROUPCHAT ? Kind.MUC : Kind.PM;
        if (saying.sender != null) {
            of(kind, saying.sender.owner()).ifPresent(action);
        }
        if (saying.receiver != null) {
            of(kind, saying.receiver.owner()).ifPresent(action);
        }
    }

    void lookedUp(Kind kind, Jid owner, int messages, Duration took) {
        of(kind, owner).ifPresent(at -> {
            at.lookups.increment();
            at.lookupSize.record(messages);
            at.lookupTime.record(took);
        });
    }

    void refusedQuery(Kind kind, Jid owner) {
        of(kind, owner).ifPresent(at -> at.droppedQueries.increment());
    }

    void removed(Kind kind, Jid owner) {
        of(kind, owner).ifPresent(at -> at.removed.increment());
    }

    void prefsAsked(Jid owner) {
        of(Kind.PM, owner).ifPresent(at -> increment(at.prefsGets));
    }

    void prefsChanged(Jid owner) {
        of(Kind.PM, owner).ifPresent(at -> increment(at.prefsSets));
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    private Optional<Instruments> of(Kind kind, Jid owner) {
        Map<String, Instruments> byHost = kind == Kind.PM ? users : rooms;
        return Optional.ofNullable(byHost.get(kind == Kind.PM ? owner.domain() : hostOf.apply(owner.domain())));
    }
}
