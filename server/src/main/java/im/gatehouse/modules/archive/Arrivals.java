package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Knows whose client has come, or come back to its session, just now: it may say again what it does not know to have
 * arrived. Safe from any thread; does not block.
 */
final class Arrivals {
    /** So long after it has come a client may say again what it said before. */
    private static final Duration SOON = Duration.ofMinutes(2);

    private static final Session.Key<Instant> RETURN = new Session.Key<>("the return of the client");

    private final Sessions sessions;
    private final Time time;

    Arrivals(Sessions sessions, Time time) {
        this.sessions = sessions;
        this.time = time;
    }

    /** A client has come back to its session. */
    void returned(Session session) {
        session.keep(RETURN, time.now());
    }

    /** Whether a session's client has come just now. */
    boolean isNew(Session session) {
        Instant soon = time.now().minus(SOON);
        Instant returned = session.kept(RETURN);
        return session.info().since().isAfter(soon) || returned != null && returned.isAfter(soon);
    }

    /** Whether the client with a full address is here and has come just now. */
    boolean isNew(Jid full) {
        Session session = sessions.find(full);
        return session != null && isNew(session);
    }

    /** Whether the client with a full address has come just now, or it is not known when. */
    boolean mayBeNew(Jid full) {
        Session session = sessions.find(full);
        return session == null || isNew(session);
    }

    /** Whether one of somebody's clients has come just now, or it is not known when. */
    boolean maySomeBeNew(Jid account) {
        List<Session> all = sessions.of(account);
        return all.isEmpty() || all.stream().anyMatch(this::isNew);
    }
}
