package im.gatehouse.modules.presence;

import im.gatehouse.account.Accounts;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.roster.Farewell;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.modules.roster.SubscriptionState;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Presence.Type;
import im.gatehouse.stanza.StanzaError.Condition;

/**
 * Lets users ask to see each other's presence, agree, refuse, and end it (RFC 6121 section 3). The user's half and the
 * contact's half know of each other only by the stanzas between them, wherever the contact's server may be.
 *
 * <p>All of it may block.
 */
final class Subscriptions {
    /** How many stanzas may wait for a parting, which is handled alone. */
    private static final int LANE = 16;

    private final NoticePoint<Presence> requested = new NoticePoint<>("a request to see a user");
    private final NoticePoint<Presence> asked = new NoticePoint<>("a request that waits for a user's answer");
    private final Rosters rosters;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Router router;
    private final Whereabouts whereabouts;
    private final PresenceMetrics metrics;
    private final NoticePoint<Presences.Exchange> shown = new NoticePoint<>("a contact who sees a user's presence");

    private final NoticePoint<Presences.Exchange> hidden =
            new NoticePoint<>("a contact who sees a user's presence no more");

    Subscriptions(
            Rosters rosters,
            Accounts accounts,
            Sessions sessions,
            Router router,
            Whereabouts whereabouts,
            PresenceMetrics metrics) {
        this.rosters = rosters;
        this.accounts = accounts;
        this.sessions = sessions;
        this.router = router;
        this.whereabouts = whereabouts;
        this.metrics = metrics;
    }

    NoticePoint<Presence> requested() {
        return requested;
    }

    /** See {@link Presences#asked()}. */
    NoticePoint<Presence> asked() {
        return asked;
    }

    /** See {@link Presences#hidden()}. */
    NoticePoint<Presences.Exchange> hidden() {
        return hidden;
    }

    private void hide(Jid account, Jid contact, Lane lane) {
        whereabouts.hide(account, contact, lane);
        hidden.tell(new Presences.Exchange(account, null, contact));
    }

    /** See {@link Presences#shown()}. */
    NoticePoint<Presences.Exchange> shown() {
        return shown;
    }

    private void show(Jid account, Jid contact, Lane lane) {
        whereabouts.tell(account, contact, lane);
        shown.tell(new Presences.Exchange(account, null, contact));
    }

    /**
     * A user takes a step towards a contact (sections 3.1.2, 3.1.5, 3.2.2, 3.3.2 and 3.4.2).
     *
     * @throws im.gatehouse.stanza.StanzaException when the user's roster is full
     */
    void sent(Session session, Presence presence, Lane lane) {
        Jid account = session.account();
        Jid contact = presence.receiver().bare();
        if (contact.equals(account)) {
            return;
        }
        count(account, presence.type());
        Rosters.Change change = rosters.sent(account, contact, presence.type());
        SubscriptionState before = change.before();
        if (before.from() && !change.step().next().from()) {
            hide(account, contact, lane);
        }
        if (change.step().passes()) {
            pass(presence, lane);
        }
        if (!before.from() && change.step().next().from()) {
            show(account, contact, lane);
        }
    }

    /** Where it cannot go its session is told, which the bare address on it would hide (RFC 6120 section 10.4). */
    private void pass(Presence presence, Lane lane) {
        Jid contact = presence.receiver().bare();
        if (router.reaches(contact.domain())) {
            router.route(presence.from(presence.sender().bare()).to(contact), lane);
        } else {
            router.bounce(presence, Condition.REMOTE_SERVER_NOT_FOUND.error(), lane);
        }
    }

    private void count(Jid account, Type type) {
        if (type == Type.SUBSCRIBE) {
            metrics.subscribed(account);
        } else if (type == Type.UNSUBSCRIBE) {
            metrics.unsubscribed(account);
        }
    }

    /**
     * A contact's step arrives for a user (sections 3.1.3, 3.1.6, 3.2.3 and 3.3.3). For somebody who has no account
     * here it is ignored (section 8.5.1).
     *
     * @throws im.gatehouse.stanza.StanzaException when the user has too many unanswered requests
     */
    void received(Presence presence, Lane lane) {
        Jid account = presence.receiver().bare();
        Jid contact = presence.sender().bare();
        if (contact.equals(account) || !accounts.exists(account)) {
            return;
        }
        Presence step = presence.from(contact).to(account);
        if (step.type() == Type.SUBSCRIBE) {
            requested.tell(step);
        }
        Rosters.Change change = rosters.received(step);
        Type reply = change.step().reply();
        if (step.type() == Type.SUBSCRIBE && change.step().passes()) {
            ask(step);
        }
        if (reply != null) {
            router.route(Presence.of(reply, account, contact), lane);
            show(account, contact, lane);
        }
        if (change.before().from() && !change.step().next().from()) {
            hide(account, contact, lane);
        }
    }

    /** Shows a request to all who can answer it; whoever comes later gets it from the store. */
    private void ask(Presence request) {
        for (Session session : sessions.of(request.receiver())) {
            if (session.isAvailable()) {
                session.send(request);
            }
        }
        asked.tell(request);
    }

    /** Tells a contact that a user has parted (section 2.5.2). */
    void part(Farewell farewell) {
        Lane lane = new Lane(LANE);
        SubscriptionState state = farewell.state();
        Jid account = farewell.account();
        Jid contact = farewell.contact();
        if (state.from()) {
            hide(account, contact, lane);
        }
        if (state.to() || state.pendingOut()) {
            router.route(Presence.of(Type.UNSUBSCRIBE, account, contact), lane);
        }
        if (state.from() || state.pendingIn()) {
            router.route(Presence.of(Type.UNSUBSCRIBED, account, contact), lane);
        }
    }
}
