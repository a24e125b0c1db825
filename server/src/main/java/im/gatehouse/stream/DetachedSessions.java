package im.gatehouse.stream;

import im.gatehouse.jid.Jid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The sessions whose clients are away, within bounds. Safe from any thread; calls nobody. */
final class DetachedSessions {
    /** In the order in which their clients went. Guarded by this. */
    private final SequencedSet<SessionLine> all = new LinkedHashSet<>();

    /** Guarded by this. */
    private final Map<Jid, SequencedSet<SessionLine>> byAccount = new HashMap<>();

    /** About how much memory waits for all of them. */
    private final AtomicLong bytes = new AtomicLong();

    /**
     * Adds a session.
     *
     * @param size how much memory waits for its client
     * @return those that have to end to make room: the oldest of the account, the oldest of all
     */
    synchronized List<SessionLine> add(SessionLine line, long size, int mostPerAccount, int most) {
        bytes.addAndGet(size);
        all.add(line);
        SequencedSet<SessionLine> own = byAccount.computeIfAbsent(line.account(), _ -> new LinkedHashSet<>(2));
        own.add(line);
        List<SessionLine> surplus = new ArrayList<>(0);
        if (own.size() > mostPerAccount) {
            surplus.add(own.getFirst());
        }
        if (all.size() > most && !surplus.contains(all.getFirst())) {
            surplus.add(all.getFirst());
        }
        return surplus;
    }

    /** Takes a session out; without effect, but for the memory, when it is not here. */
    synchronized void remove(SessionLine line, long size) {
        bytes.addAndGet(-size);
        if (all.remove(line)) {
            byAccount.computeIfPresent(line.account(), (_, own) -> {
                own.remove(line);
                return own.isEmpty() ? null : own;
            });
        }
    }

    /** More waits. Answers how much in all. */
    long grow(long more) {
        return bytes.addAndGet(more);
    }

    long bytes() {
        return bytes.get();
    }

    synchronized int count() {
        return all.size();
    }

    synchronized List<SessionLine> copy() {
        return List.copyOf(all);
    }

    /** The one for which most waits, or null when there is none. */
    @Nullable SessionLine fullest() {
        SessionLine fullest = null;
        long most = -1;
        for (SessionLine line : copy()) {
            long size = line.waitingBytes();
            if (size > most) {
                most = size;
                fullest = line;
            }
        }
        return fullest;
    }
}
