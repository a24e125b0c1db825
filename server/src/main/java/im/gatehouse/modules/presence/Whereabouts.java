package im.gatehouse.modules.presence;

import im.gatehouse.jid.Jid;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Presence;
import java.util.function.Consumer;

/**
 * Tells one receiver of every resource of a user, present or going: for probes, new subscriptions and those that end.
 *
 * <p>What is said of a session is said in that session's lane, so that nobody hears of an older presence after a newer
 * one. Safe from any thread, never blocks.
 */
final class Whereabouts {
    private final Sessions sessions;
    private final Router router;

    Whereabouts(Sessions sessions, Router router) {
        this.sessions = sessions;
        this.router = router;
    }

    /**
     * Sends the last presence of each available resource.
     *
     * @param lane the lane that the caller is in
     * @return whether there was an available resource
     */
    boolean tell(Jid account, Jid receiver, Lane lane) {
        boolean any = false;
        for (Session session : sessions.of(account)) {
            if (session.isAvailable()) {
                any = true;
                tellOf(session, receiver, lane);
            }
        }
        return any;
    }

    /** Sends the last presence of one resource, when it is available. */
    void tellOf(Session session, Jid receiver, Lane lane) {
        inLane(session, lane, own -> {
            Presence presence = session.presence();
            if (presence != null) {
                router.route(presence.to(receiver), own);
            }
        });
    }

    /** Sends an unavailable presence of each available resource to somebody who may no longer see them. */
    void hide(Jid account, Jid receiver, Lane lane) {
        for (Session session : sessions.of(account)) {
            if (session.isAvailable()) {
                Presence gone = Presence.of(Presence.Type.UNAVAILABLE, session.jid(), receiver);
                inLane(session, lane, own -> router.route(gone, own));
            }
        }
    }

    /** A session whose lane is full is spoken for at once: late news would be worse than doubtful order. */
    private static void inLane(Session session, Lane current, Consumer<Lane> task) {
        if (session.lane() == current || !session.lane().offer(() -> task.accept(session.lane()))) {
            task.accept(current);
        }
    }
}
