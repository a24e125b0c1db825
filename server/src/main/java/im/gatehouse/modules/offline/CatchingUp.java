package im.gatehouse.modules.offline;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The accounts whose sessions are being given what was stored. What comes for them meanwhile is stored, too, and goes
 * behind, so that nothing overtakes what was said before it (RFC 6120 section 10.1).
 *
 * <p>An account stands here before one of its sessions can be seen to take messages, and from every message that is
 * stored while one does; it goes when all that waits has been handed over. Safe from any thread; nothing blocks.
 */
final class CatchingUp {
    /**
     * @param sessions that are to be given what waits; never empty
     * @param step another one whenever something was stored or a session came; never the same twice
     */
    private record State(Set<Session> sessions, long step) {
        State with(Collection<Session> more, long next) {
            Set<Session> all = new HashSet<>(sessions);
            all.addAll(more);
            return new State(Set.copyOf(all), next);
        }

        @Nullable State without(Session session) {
            Set<Session> rest = new HashSet<>(sessions);
            rest.remove(session);
            return rest.isEmpty() ? null : new State(Set.copyOf(rest), step);
        }
    }

    private static final State NONE = new State(Set.of(), 0);

    private final Map<Jid, State> byAccount = new ConcurrentHashMap<>();
    private final AtomicLong lastStep = new AtomicLong();

    /** Whether anything is to be stored for an account though a session of it takes messages. Takes no lock. */
    boolean includes(Jid account) {
        return !byAccount.isEmpty() && byAccount.containsKey(account.bare());
    }

    /** Whether a session is being given what was stored, and no other of its account is. Takes no lock. */
    boolean isOnly(Session session) {
        return !byAccount.isEmpty() && of(session.account()).sessions.equals(Set.of(session));
    }

    boolean includes(Session session) {
        return of(session.account()).sessions.contains(session);
    }

    private State of(Jid account) {
        return byAccount.getOrDefault(account, NONE);
    }

    /** From now on these sessions of an account are to be given first what is stored. */
    void begin(Jid account, Collection<Session> sessions) {
        if (!sessions.isEmpty()) {
            long next = lastStep.incrementAndGet();
            byAccount.compute(account, (_, present) -> (present == null ? NONE : present).with(sessions, next));
        }
    }

    /** To be asked before it is looked what is stored; see {@link #end}. */
    long step(Jid account) {
        return of(account).step;
    }

    /**
     * All that was stored has been handed over.
     *
     * @param step what {@link #step} answered before
     * @return false when something has been stored since: then it is to be looked once more
     */
    boolean end(Jid account, long step) {
        return byAccount.computeIfPresent(account, (_, present) -> present.step == step ? null : present) == null;
    }

    /** A session takes no messages any more, or nobody can tell what waits. Answers which others are being given that. */
    Set<Session> leave(Session session) {
        State rest = byAccount.computeIfPresent(session.account(), (_, present) -> present.without(session));
        return rest == null ? Set.of() : rest.sessions;
    }
}
