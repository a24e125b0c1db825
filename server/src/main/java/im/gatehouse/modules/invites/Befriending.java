package im.gatehouse.modules.invites;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Presence.Type;

/**
 * Makes contacts of who invites and who comes, by the steps that both would take themselves (RFC 6121 section 3). All
 * of it may block; taken again after it was interrupted, it does no harm.
 */
final class Befriending {
    private static final int LANE = 16;

    private final Rosters rosters;
    private final Router router;

    Befriending(Rosters rosters, Router router) {
        this.rosters = rosters;
        this.router = router;
    }

    /**
     * Has two accounts of this server see each other.
     *
     * @throws im.gatehouse.stanza.StanzaException when a roster is full
     */
    void befriend(Jid newcomer, Jid inviter) {
        rosters.sent(newcomer, inviter, Type.SUBSCRIBED);
        rosters.sent(inviter, newcomer, Type.SUBSCRIBED);
        subscribe(inviter, newcomer);
        subscribe(newcomer, inviter);
    }

    /** One asks, the other has agreed already, and the one learns it. */
    private void subscribe(Jid asker, Jid asked) {
        rosters.sent(asker, asked, Type.SUBSCRIBE);
        rosters.received(Presence.of(Type.SUBSCRIBE, asker, asked));
        rosters.received(Presence.of(Type.SUBSCRIBED, asked, asker));
    }

    /** Whether an account lets somebody see its presence already. */
    boolean maySee(Jid account, Jid contact) {
        return rosters.item(account, contact).state().from();
    }

    /**
     * Has an account agree beforehand to be seen by somebody who is about to ask, wherever, and ask in turn (XEP-0379
     * section 3.5).
     *
     * @throws im.gatehouse.stanza.StanzaException when the roster is full
     */
    void welcome(Jid inviter, Jid contact) {
        rosters.sent(inviter, contact, Type.SUBSCRIBED);
        boolean asks = !rosters.item(inviter, contact).state().to();
        if (asks) {
            rosters.sent(inviter, contact, Type.SUBSCRIBE);
            router.route(Presence.of(Type.SUBSCRIBE, inviter, contact), new Lane(LANE));
        }
    }
}
