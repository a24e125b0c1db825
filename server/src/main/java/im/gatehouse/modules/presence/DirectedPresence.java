package im.gatehouse.modules.presence;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * To whom a session sent presence of its own accord, rooms above all: they hear when it goes (RFC 6121 section 4.6).
 * Touched in the session's lane alone.
 */
final class DirectedPresence {
    private static final Session.Key<DirectedPresence> KEY = new Session.Key<>("directed presence");

    private final Set<Jid> receivers = new LinkedHashSet<>();

    private DirectedPresence() {}

    /**
     * Remembers a receiver.
     *
     * @return false when there are too many already
     */
    static boolean remember(Session session, Jid receiver, int most) {
        DirectedPresence kept = session.kept(KEY);
        if (kept == null) {
            kept = new DirectedPresence();
            session.keep(KEY, kept);
        }
        return kept.receivers.contains(receiver) || kept.receivers.size() < most && kept.receivers.add(receiver);
    }

    /** Forgets a receiver, who has been told. */
    static void forget(Session session, Jid receiver) {
        DirectedPresence kept = session.kept(KEY);
        if (kept != null) {
            kept.receivers.remove(receiver);
        }
    }

    /** The receivers that match, who are forgotten by that. */
    static List<Jid> take(Session session, Predicate<Jid> matching) {
        DirectedPresence kept = session.kept(KEY);
        if (kept == null) {
            return List.of();
        }
        List<Jid> taken = kept.receivers.stream().filter(matching).toList();
        taken.forEach(kept.receivers::remove);
        return taken;
    }

    /** All receivers. Call it when the session is at rest. */
    static List<Jid> of(Session session) {
        DirectedPresence kept = session.kept(KEY);
        return kept == null ? List.of() : List.copyOf(kept.receivers);
    }

    /** All receivers, who are forgotten by that. */
    static List<Jid> take(Session session) {
        DirectedPresence kept = session.kept(KEY);
        if (kept == null) {
            return List.of();
        }
        session.keep(KEY, null);
        return List.copyOf(kept.receivers);
    }
}
