package im.gatehouse.modules.muclimits;

import im.gatehouse.jid.Jid;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Who was refused most often in the last one to two hours, for operators who ask. Nothing of it is stored. Safe from
 * any thread.
 */
final class Offenders {
    /** After so long those who were not refused again begin to be forgotten. */
    static final Duration PERIOD = Duration.ofHours(1);

    /** Users that are told apart in a period at most: a swarm must not fill the memory. */
    private static final int MOST = 10_000;

    /**
     * Somebody who was refused.
     *
     * @param user the bare address
     * @param refused how many stanzas
     * @param room where last
     * @param last when last
     */
    record Offender(Jid user, long refused, Jid room, Instant last) {}

    private static final class Record {
        final LongAdder count = new LongAdder();
        volatile Jid room;
        volatile long last;

        Record(Jid room) {
            this.room = room;
        }
    }

    private final Time time;
    private volatile Map<Jid, Record> present = new ConcurrentHashMap<>();
    private volatile Map<Jid, Record> past = Map.of();

    Offenders(Time time) {
        this.time = time;
    }

    void refused(Jid user, Jid room, long now) {
        Map<Jid, Record> known = present;
        Record offender = known.get(user);
        if (offender == null) {
            if (known.size() >= MOST) {
                return;
            }
            offender = known.computeIfAbsent(user, _ -> new Record(room));
        }
        offender.count.increment();
        offender.room = room;
        offender.last = now;
    }

    /** Forgets those who were not refused in the last period. */
    void forget() {
        past = present;
        present = new ConcurrentHashMap<>();
    }

    /**
     * Those who were refused most, the first most often.
     *
     * @param room only those who were last refused there, or null
     */
    List<Offender> top(int most, @Nullable Jid room) {
        long nanos = time.nanos();
        Instant now = time.now();
        Map<Jid, Offender> all = new HashMap<>();
        for (Map<Jid, Record> each : List.of(past, present)) {
            each.forEach((user, record) -> all.merge(
                    user,
                    new Offender(user, record.count.sum(), record.room, now.minusNanos(nanos - record.last)),
                    (before, later) ->
                            new Offender(user, before.refused + later.refused, later.room, later.last)));
        }
        return all.values().stream()
                .filter(offender -> room == null || offender.room.equals(room))
                .sorted(Comparator.comparingLong(Offender::refused).reversed().thenComparing(Offender::user))
                .limit(most)
                .toList();
    }
}
