package im.gatehouse.modules.presence;

import im.gatehouse.account.Accounts;
import im.gatehouse.hook.GuardPoint;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.roster.Contacts;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.router.PresenceRules;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Presence.Type;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users' contacts when they come, change and go, and answers those who ask (RFC 6121 section 4).
 *
 * <p>Only the first presence of a session needs storage; all later ones are told from memory on the thread that brought
 * them. Everything that concerns a session happens in its lane.
 */
public final class Presences implements PresenceRules {
    private static final Logger log = LoggerFactory.getLogger(Presences.class);

    private static final StanzaError STORAGE_FAILED =
            Condition.INTERNAL_SERVER_ERROR.error("Try again later").type(StanzaError.Type.WAIT);

    /**
     * Presence that would go between a user and somebody else without the user's doing.
     *
     * @param account the user
     * @param session the user's session, which may have ended already; null when it is not about one
     * @param other whoever would be told, or asked, or shown
     */
    public record Exchange(Jid account, @Nullable Session session, Jid other) {}

    private final Rosters rosters;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Router router;
    private final Whereabouts whereabouts;
    private final Subscriptions subscriptions;
    private final NoticePoint<Session> aboutToTakeMessages =
            new NoticePoint<>("a session that is about to take messages");
    private final NoticePoint<Session> takingMessages = new NoticePoint<>("a session that takes messages");
    private final GuardPoint<Exchange, StanzaError> exchanging =
            new GuardPoint<>("an exchange of presence", Condition.INTERNAL_SERVER_ERROR.error());
    private final NoticePoint<Session> announced = new NoticePoint<>("the presence of a session");
    private final List<PresenceStamp> stamps = new CopyOnWriteArrayList<>();
    private final List<Predicate<Element>> told = new CopyOnWriteArrayList<>();
    private volatile PresenceConfig config;

    Presences(
            Rosters rosters,
            Accounts accounts,
            Sessions sessions,
            Router router,
            PresenceMetrics metrics,
            PresenceConfig config) {
        this.rosters = rosters;
        this.accounts = accounts;
        this.sessions = sessions;
        this.router = router;
        this.whereabouts = new Whereabouts(sessions, router);
        this.subscriptions = new Subscriptions(rosters, accounts, sessions, router, whereabouts, metrics);
        this.config = config;
    }

    void config(PresenceConfig fresh) {
        config = fresh;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    /**
     * Told right before a session can be seen to take messages; {@link #takingMessages} follows. Runs in the session's
     * lane, maybe on an event loop, and must not block.
     */
    public NoticePoint<Session> aboutToTakeMessages() {
        return aboutToTakeMessages;
    }

    /**
     * Told when a session begins to take messages for the account: it has become available with a priority of 0 or
     * more, or has raised its priority to that. Runs in the session's lane, maybe on an event loop: what may block goes
     * through the lane.
     */
    public NoticePoint<Session> takingMessages() {
        return takingMessages;
    }

    /**
     * Asked before somebody is told that a user has come, changed or gone, before a contact is asked for its presence,
     * and before a request that waits is shown; a refusal is told to nobody. Must not block.
     */
    public GuardPoint<Exchange, StanzaError> exchanging() {
        return exchanging;
    }

    private boolean mayExchange(Session session, Jid other) {
        return !(exchanging.ask(new Exchange(session.account(), session, other)) instanceof Verdict.Refuse<StanzaError>);
    }

    /**
     * Told of a request to see a user who has an account here, before it is handled; the addresses are bare. Runs on a
     * virtual thread and may block. What it agrees to beforehand, such as an approval, holds for the request already.
     */
    public NoticePoint<Presence> requested() {
        return subscriptions.requested();
    }

    /**
     * Told of a request to see a user that has been stored, and waits for the user's answer; the addresses are bare.
     * Runs on a virtual thread and may block.
     */
    public NoticePoint<Presence> asked() {
        return subscriptions.asked();
    }

    /**
     * Has others believe that a user has gone. Never blocks.
     *
     * @param receivers who see the presence of the account
     * @param directed of whom else hear those to whom a session sent presence of its own accord
     */
    public void hide(Jid account, Collection<Jid> receivers, Predicate<Jid> directed) {
        for (Session session : sessions.of(account)) {
            Lane lane = session.lane();
            lane.add(() -> {
                Set<Jid> told = new LinkedHashSet<>(session.isAvailable() ? receivers : List.of());
                told.addAll(DirectedPresence.take(session, directed));
                told.forEach(to -> router.route(Presence.of(Type.UNAVAILABLE, session.jid(), to), lane));
            });
        }
    }

    /**
     * Has others know again where a user is, and the user where they are. Never blocks.
     *
     * @param receivers who see the presence of the account
     * @param seen whose presence the account sees
     */
    public void show(Jid account, Collection<Jid> receivers, Collection<Jid> seen) {
        for (Session session : sessions.of(account)) {
            Lane lane = session.lane();
            lane.add(() -> {
                Presence presence = session.presence();
                if (presence != null) {
                    Presence probe = Presence.of(Type.PROBE, session.jid(), account);
                    receivers.forEach(to -> router.route(presence.to(to), lane));
                    seen.forEach(to -> router.route(probe.to(to), lane));
                }
            });
        }
    }

    /**
     * Told when a session has become available, has changed its presence or is available no more, and its contacts
     * have heard of it. Runs in the session's lane, maybe on an event loop: what may block goes through the lane.
     */
    public NoticePoint<Session> announced() {
        return announced;
    }

    /**
     * Told when a contact begins to see an account's presence, and has been told of it. Runs on a virtual thread in the
     * lane of whoever agreed, and may block.
     */
    public NoticePoint<Exchange> shown() {
        return subscriptions.shown();
    }

    /**
     * Told when a contact sees an account's presence no more, which is stored by then. Runs on a virtual thread and may
     * block.
     */
    public NoticePoint<Exchange> hidden() {
        return subscriptions.hidden();
    }

    /**
     * Has something added to what available sessions say of themselves, to everybody and to somebody.
     *
     * @return takes it away again
     */
    public Runnable addStamp(PresenceStamp stamp) {
        stamps.add(stamp);
        return () -> stamps.remove(stamp);
    }

    /**
     * Has something told of an available session only when it is new: those who have heard it from the session already,
     * and nobody else, are not told again.
     *
     * @return takes it away again
     */
    public Runnable tellOnce(Predicate<Element> what) {
        told.add(what);
        return () -> told.remove(what);
    }

    /** What a change of presence tells to those who know the presence until then. */
    private Presence news(@Nullable Presence before, Presence presence) {
        if (before == null || told.isEmpty()) {
            return presence;
        }
        return presence.without(
                child -> told.stream().anyMatch(what -> what.test(child)) && before.children().contains(child));
    }

    private Presence stamped(Session session, Presence presence) {
        Presence stamped = presence;
        for (int i = 0; i < stamps.size(); i++) {
            stamped = stamps.get(i).stamp(session, stamped);
        }
        return stamped;
    }

    // --- to everybody (sections 4.2, 4.4 and 4.5) ---

    @Override
    public void broadcast(Session session, Presence presence, Lane lane) {
        if (hasEnded(session)) {
            return;
        }
        if (presence.type() == Type.UNAVAILABLE) {
            boolean wasAvailable = session.isAvailable();
            withdraw(session, presence, lane);
            if (wasAvailable) {
                router.route(presence.to(session.jid()), lane);
            }
        } else if (session.isAvailable()) {
            change(session, stamped(session, presence), lane);
        } else {
            lane.blocking(() -> refusing(presence, lane, () -> arrive(session, stamped(session, presence), lane)));
        }
    }

    /** What a session said may be handled after its end; nobody would ever take back what others were told then. */
    private boolean hasEnded(Session session) {
        return sessions.find(session.jid()) != session;
    }

    private void change(Session session, Presence presence, Lane lane) {
        boolean beginsToTake = beginsToTake(session, presence);
        Presence before = session.presence();
        if (beginsToTake) {
            aboutToTakeMessages.tell(session);
        }
        session.presence(presence);
        tell(session, news(before, presence), lane);
        announced.tell(session);
        if (beginsToTake) {
            takingMessages.tell(session);
        }
    }

    private void arrive(Session session, Presence presence, Lane lane) {
        Rosters.Arrival arrival = rosters.arrive(session);
        boolean beginsToTake = beginsToTake(session, presence);
        if (beginsToTake) {
            aboutToTakeMessages.tell(session);
        }
        session.presence(presence);
        tell(session, presence, lane);
        for (Session other : sessions.of(session.account())) {
            if (other != session) {
                whereabouts.tellOf(other, session.jid(), lane);
            }
        }
        Presence probe = Presence.of(Type.PROBE, session.jid(), session.account());
        for (Jid contact : arrival.contacts().to()) {
            if (mayExchange(session, contact)) {
                router.route(probe.to(contact), lane);
            }
        }
        for (Presence request : arrival.requests()) {
            if (mayExchange(session, request.sender())) {
                session.send(request);
            }
        }
        announced.tell(session);
        if (beginsToTake) {
            takingMessages.tell(session);
        }
    }

    private static boolean beginsToTake(Session session, Presence presence) {
        return presence.priority() >= 0 && !session.takesMessages();
    }

    /** Tells those who see the user, and the user's own available resources, the session itself among them. */
    private Contacts tell(Session session, Presence presence, Lane lane) {
        Contacts contacts = Objects.requireNonNullElse(rosters.contacts(session.account()), Contacts.NONE);
        for (Jid contact : contacts.from()) {
            if (mayExchange(session, contact)) {
                router.route(presence.to(contact), lane);
            }
        }
        router.route(presence.to(session.account()), lane);
        return contacts;
    }

    /** Tells all who believe a session to be there that it is not. */
    private void withdraw(Session session, Presence unavailable, Lane lane) {
        Contacts told = Contacts.NONE;
        if (session.isAvailable()) {
            session.presence(null);
            told = tell(session, unavailable, lane);
            announced.tell(session);
        }
        for (Jid receiver : DirectedPresence.take(session)) {
            if (!told.from().contains(receiver.bare()) && mayExchange(session, receiver)) {
                router.route(unavailable.to(receiver), lane);
            }
        }
    }

    /** A session has ended, with or without a word (section 4.5.1). Runs in its lane and may block. */
    void ended(Session session) {
        Session successor = sessions.find(session.jid());
        if (successor == null || !successor.isAvailable()) {
            withdraw(session, Presence.of(Type.UNAVAILABLE, session.jid(), null), session.lane());
        }
        rosters.leave(session);
    }

    // --- to somebody (section 4.6) ---

    @Override
    public void sent(Session session, Presence presence, Lane lane) {
        if (hasEnded(session)) {
            return;
        }
        switch (presence.type()) {
            case AVAILABLE -> {
                if (DirectedPresence.remember(session, presence.receiver(), config.maxDirected())) {
                    router.route(stamped(session, presence), lane);
                } else {
                    router.bounce(presence, Condition.RESOURCE_CONSTRAINT.error("Too many receivers"), lane);
                }
            }
            case UNAVAILABLE -> {
                DirectedPresence.forget(session, presence.receiver());
                router.route(presence, lane);
            }
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED ->
                lane.blocking(
                        () -> refusing(presence, lane, () -> subscriptions.sent(session, presence, lane)));
            case PROBE, ERROR -> router.route(presence, lane);
        }
    }

    // --- from somebody (sections 3 and 4.3) ---

    @Override
    public void received(Presence presence, Lane lane) {
        if (presence.type() == Type.PROBE) {
            probed(presence.receiver().bare(), presence.sender(), presence, lane);
        } else if (presence.type().isSubscription()) {
            lane.blocking(() -> refusing(presence, lane, () -> subscriptions.received(presence, lane)));
        }
    }

    private void probed(Jid account, Jid asker, Presence probe, Lane lane) {
        Contacts contacts = rosters.contacts(account);
        if (asker.bare().equals(account)) {
            answer(true, account, asker, lane);
        } else if (contacts != null) {
            answer(contacts.from().contains(asker.bare()), account, asker, lane);
        } else {
            lane.blocking(
                    () -> refusing(probe, lane, () -> answer(maySee(account, asker.bare()), account, asker, lane)));
        }
    }

    private boolean maySee(Jid account, Jid asker) {
        return accounts.exists(account) && rosters.item(account, asker).state().from();
    }

    /** Answers a probe (section 4.3.2). */
    private void answer(boolean maySee, Jid account, Jid asker, Lane lane) {
        if (!maySee) {
            router.route(Presence.of(Type.UNSUBSCRIBED, account, asker.bare()), lane);
        } else if (!whereabouts.tell(account, asker, lane)) {
            router.route(Presence.of(Type.UNAVAILABLE, account, asker), lane);
        }
    }

    /** The boundary to storage: what cannot be done is told to the one who asked for it. */
    private void refusing(Presence presence, Lane lane, Runnable work) {
        try {
            work.run();
        } catch (StanzaException e) {
            router.bounce(addressed(presence), e.error(), lane);
        } catch (StorageException e) {
            log.warn("A presence could not be handled: {}", e.getMessage());
            router.bounce(addressed(presence), STORAGE_FAILED, lane);
        }
    }

    /** A broadcast has no receiver; the error to it comes from the user's own account. */
    private static Presence addressed(Presence presence) {
        return presence.to() == null ? presence.to(presence.sender().bare()) : presence;
    }
}
