package im.gatehouse.modules.roster;

import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.modules.roster.SubscriptionState.Step;
import im.gatehouse.session.Luggage;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everybody's contact lists (RFC 6121 section 2): what clients see and change of them, and what they hear when somebody
 * else changes them. Whatever a client is told has been stored before.
 *
 * <p>Of an account with an available session the contacts that presence goes to and comes from are kept in memory, so
 * that presence needs no storage. Everything but {@link #contacts} may block, so call it on virtual threads; all of it
 * is safe from any number of them.
 */
public final class Rosters {
    private static final Logger log = LoggerFactory.getLogger(Rosters.class);

    /** Set on sessions that asked for their roster and so hear of its changes (section 2.2). */
    private static final Session.Key<Interest> INTEREST = new Session.Key<>("roster interest");

    /** Under which a session's interest is packed. */
    private static final String LUGGAGE = "roster";

    /** Set on sessions for whose sake the account's contacts are in memory. */
    private static final Session.Key<Boolean> ARRIVED = new Session.Key<>("contacts in memory");

    /** With more changes than this, a client that knows an old version gets the whole roster at once. */
    private static final int MOST_CHANGES = 64;

    /** Of so many removed contacts it is remembered when they were removed. */
    private static final int REMOVED_KEPT = 256;

    /** What a stored request may measure; of a larger one only the asking itself is kept. */
    private static final int MOST_REQUEST_LENGTH = 8_192;

    /**
     * What a step of a subscription did.
     *
     * @param before the state until then
     * @param step what followed; it has been stored
     */
    public record Change(SubscriptionState before, Step step) {}

    /**
     * What a session that becomes available needs to know.
     *
     * @param contacts to whom presence goes and from whom it comes
     * @param requests the {@code subscribe} stanzas that the user has not answered yet
     */
    public record Arrival(Contacts contacts, List<Presence> requests) {}

    private record Whole(RosterStore.Versions versions, List<RosterItem> items) {}

    /** An entry before and after a change that has been stored. */
    private record Saved(RosterItem before, RosterItem after) {}

    private final RosterStore store = new RosterStore();
    private final AccountLocks locks = new AccountLocks();
    private final NoticePoint<Farewell> parted = new NoticePoint<>("the parting from a contact");

    /** The contacts of accounts with an available session. Changed while the account's lock is held. */
    private final Map<Jid, Contacts> present = new ConcurrentHashMap<>();

    private final Database database;
    private final Sessions sessions;
    private final Time time;
    private final RosterMetrics metrics;
    private volatile RosterConfig config;

    Rosters(Database database, Sessions sessions, Time time, RosterMetrics metrics, RosterConfig config) {
        this.database = database;
        this.sessions = sessions;
        this.time = time;
        this.metrics = metrics;
        this.config = config;
    }

    void config(RosterConfig fresh) {
        config = fresh;
    }

    /**
     * Told when a user has parted from a contact, who must now hear of it; told again after a crash in between. Runs on
     * a virtual thread and may block. What is between the two has been deleted on the user's side.
     */
    public NoticePoint<Farewell> parted() {
        return parted;
    }

    // --- what clients ask ---

    /** Answers a client with its roster (section 2.1.3), and from now on tells it of changes. */
    Iq get(Iq request) {
        Jid account = own(request);
        metrics.got(account);
        Session session = sessions.find(request.sender());
        if (session == null) {
            throw new StanzaException(Condition.RECIPIENT_UNAVAILABLE);
        }
        String known = request.request().attribute("ver");
        return locks.with(account, () -> {
            Interest interest = interest(session);
            session.lane().add(interest::open);
            return known == null ? whole(request, account) : since(known, request, account, interest);
        });
    }

    private static Interest interest(Session session) {
        Interest earlier = session.kept(INTEREST);
        if (earlier != null) {
            earlier.supersede();
        }
        Interest interest = new Interest(session);
        session.keep(INTEREST, interest);
        return interest;
    }

    /** Remembers over a restart that a session hears of changes. */
    void pack(Luggage luggage) {
        if (luggage.session().kept(INTEREST) != null) {
            luggage.put(LUGGAGE, Element.of("interested", ""));
        }
    }

    void unpack(Luggage luggage) {
        if (luggage.get(LUGGAGE) != null) {
            interest(luggage.session()).open();
        }
    }

    /** Answers a client that knows a version of its roster (section 2.6.3). */
    private Iq since(String known, Iq request, Jid account, Interest interest) {
        RosterStore.Versions versions = database.read(db -> store.versions(db, account));
        if (known.equals(Long.toString(versions.current()))) {
            return request.result();
        }
        long version = number(known);
        if (version < versions.oldest() || version > versions.current()) {
            return whole(request, account);
        }
        List<RosterItem> changed = database.read(db -> store.changedSince(db, account, version));
        if (changed.size() > MOST_CHANGES) {
            return whole(request, account);
        }
        changed.forEach(item -> interest.push(push(account, item).to(request.sender())));
        return request.result();
    }

    private static long number(String version) {
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private Iq whole(Iq request, Jid account) {
        Element.Builder query = Element.builder("query", RosterItem.NAMESPACE);
        Whole whole = database.read(db -> new Whole(store.versions(db, account), store.listed(db, account)));
        query.attribute("ver", Long.toString(whole.versions().current()));
        whole.items().forEach(item -> query.child(item.toElement()));
        return request.result(query.build());
    }

    /** Changes a client's roster as it asks (sections 2.3 to 2.5). */
    Iq set(Iq request) {
        Jid account = own(request);
        metrics.set(account);
        RosterEdit edit = RosterEdit.read(request.request(), config);
        if (edit.jid().equals(account)) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Nobody is a contact of their own");
        }
        if (edit.removes()) {
            remove(account, edit.jid());
        } else {
            locks.with(account, () -> edit(account, edit));
        }
        return request.result();
    }

    private Saved edit(Jid account, RosterEdit edit) {
        // Told even when nothing is different: clients wait for the push, not for the result.
        return save(account, edit.jid(), true, item -> item.edited(edit.name(), edit.groups()), _ -> {});
    }

    private void remove(Jid account, Jid contact) {
        Saved saved = locks.with(account, () -> save(account, contact, false, Rosters::removed, _ -> {}));
        Farewell farewell = new Farewell(account, contact, saved.before().state());
        if (farewell.isDue()) {
            tell(farewell);
        }
    }

    private static RosterItem removed(RosterItem item) {
        if (!item.listed()) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND);
        }
        return item.removed();
    }

    private static Jid own(Iq request) {
        Jid account = request.sender().bare();
        if (request.to() != null && !request.receiver().bare().equals(account)) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        return account;
    }

    // --- what presence asks ---

    /**
     * The contacts of an account, or null while none of its sessions has become available. Takes no lock, never blocks.
     */
    public @Nullable Contacts contacts(Jid account) {
        return present.get(account);
    }

    /** Whether an account lets somebody see its presence; see {@link PresenceAccess}. May block. */
    boolean seesPresence(Jid account, Jid asker) {
        Contacts present = contacts(account);
        return present == null ? item(account, asker).state().from() : present.from().contains(asker);
    }

    /**
     * Takes the contacts of a session's account into memory, where they stay until {@link #leave}, and makes it available
     * in the same turn: a request or a consent that is stored before is in the answer, and of what is stored later the
     * session hears like any other.
     */
    public Arrival arrive(Session session, Presence presence) {
        return locks.with(session.account(), () -> {
            Arrival arrival = remember(session);
            session.presence(presence);
            return arrival;
        });
    }

    /** Takes the contacts of a session that is available already into memory, where they stay until {@link #leave}. */
    public void arrive(Session session) {
        locks.with(session.account(), () -> remember(session));
    }

    /** Call it while holding the account. */
    private Arrival remember(Session session) {
        Jid account = session.account();
        List<RosterItem> items = database.read(db -> store.concerned(db, account));
        Contacts contacts = Contacts.of(items);
        if (sessions.find(session.jid()) == session) {
            session.keep(ARRIVED, true);
            present.put(account, contacts);
        }
        return new Arrival(contacts, requests(items));
    }

    /** How many requests wait for a user's answer. May block. */
    public int requests(Jid account) {
        return database.read(db -> store.requests(db, account));
    }

    private static List<Presence> requests(List<RosterItem> items) {
        return items.stream()
                .map(RosterItem::request)
                .filter(Objects::nonNull)
                .flatMap(text -> StanzaText.read(text, Presence.class).stream())
                .toList();
    }

    /**
     * Forgets the account's contacts when this was its last session that needed them: it is gone already, or nobody is
     * told of presence any more.
     */
    public void leave(Session session) {
        if (session.kept(ARRIVED) == null) {
            return;
        }
        locks.with(session.account(), () -> {
            session.keep(ARRIVED, null);
            if (sessions.of(session.account()).stream().allMatch(s -> s.kept(ARRIVED) == null)) {
                present.remove(session.account());
            }
            return true;
        });
    }

    /**
     * The user sends a subscription stanza: stores what follows and tells the user's clients.
     *
     * @throws StanzaException when the roster is full
     */
    public Change sent(Jid account, Jid contact, Presence.Type type) {
        return locks.with(account, () -> change(account, contact, state -> state.outbound(type), null));
    }

    /**
     * A subscription stanza arrives for an account that exists: stores what follows and tells the user's clients. Those
     * that asked for the roster hear the stanza itself, where it passes, before the change (section 3.1.6); a
     * {@code subscribe} is not delivered here.
     *
     * @throws StanzaException when the user has too many unanswered requests
     */
    public Change received(Presence presence) {
        Jid account = presence.receiver().bare();
        Jid contact = presence.sender().bare();
        return locks.with(account, () -> change(account, contact, s -> s.inbound(presence.type()), presence));
    }

    private Change change(
            Jid account, Jid contact, Function<SubscriptionState, Step> rule, @Nullable Presence received) {
        UnaryOperator<RosterItem> step =
                item -> item.in(rule.apply(item.state()).next(), request(item, received));
        Saved saved = save(account, contact, false, step, before -> {
            if (received != null && rule.apply(before.state()).passes()) {
                deliver(account, received);
            }
        });
        SubscriptionState before = saved.before().state();
        return new Change(before, rule.apply(before));
    }

    private void deliver(Jid account, Presence presence) {
        if (presence.type() == Presence.Type.SUBSCRIBE) {
            return;
        }
        for (Session session : sessions.of(account)) {
            if (session.kept(INTEREST) != null) {
                session.send(presence);
            }
        }
    }

    /** The request to keep: the one that has just come, but never in place of one that waits already. */
    private static @Nullable String request(RosterItem item, @Nullable Presence received) {
        if (item.request() != null || received == null || received.type() != Presence.Type.SUBSCRIBE) {
            return item.request();
        }
        String text = StanzaText.write(received);
        return text.length() <= MOST_REQUEST_LENGTH ? text : StanzaText.write(received.children(List.of()));
    }

    /** What an account keeps of a contact. */
    public RosterItem item(Jid account, Jid contact) {
        RosterItem item = database.read(db -> store.find(db, account, contact));
        return item == null ? RosterItem.unknown(contact) : item;
    }

    /** The roster of an account, in no order. */
    public List<RosterItem> items(Jid account) {
        return database.read(db -> store.listed(db, account));
    }

    // --- how a change is made ---

    /**
     * Stores a change of one entry, then does what is to be done before the user's clients are told of it, and tells
     * them. Call it with the account held.
     *
     * @param always whether clients are told even when they see no difference
     * @param change may be asked more than once
     * @param beforePush is given the entry as it was before
     */
    private Saved save(
            Jid account,
            Jid contact,
            boolean always,
            UnaryOperator<RosterItem> change,
            Consumer<RosterItem> beforePush) {
        Saved saved = database.write(db -> {
            RosterItem stored = store.find(db, account, contact);
            RosterItem before = stored == null ? RosterItem.unknown(contact) : stored;
            RosterItem after = change.apply(before);
            boolean visible = always || before.listed() != after.listed() || !after.looksLike(before);
            return !visible && after.equals(before)
                    ? new Saved(before, before)
                    : new Saved(before, store(db, account, stored, after, visible));
        });
        RosterItem after = saved.after();
        present.computeIfPresent(account, (_, contacts) -> contacts.with(contact, after.state()));
        beforePush.accept(saved.before());
        if (after.version() != saved.before().version()) {
            push(account, after, sessions.of(account));
        }
        return saved;
    }

    private RosterItem store(
            DSLContext db, Jid account, @Nullable RosterItem stored, RosterItem after, boolean visible) {
        RosterItem before = stored == null ? RosterItem.unknown(after.jid()) : stored;
        checkLimits(db, account, before, after);
        RosterItem kept =
                visible ? after.at(store.raise(db, account, time.now().toEpochMilli())) : after;
        if (stored == null) {
            store.insert(db, account, kept);
        } else if (kept.isForgettable()) {
            store.delete(db, account, kept.jid());
        } else {
            store.update(db, account, kept);
        }
        if (before.listed() && !after.listed()) {
            store.insertFarewell(db, new Farewell(account, after.jid(), before.state()));
            store.trimRemoved(db, account, REMOVED_KEPT);
        }
        return kept;
    }

    private void checkLimits(DSLContext db, Jid account, RosterItem before, RosterItem after) {
        RosterConfig limits = config;
        if (after.listed() && !before.listed() && store.countListed(db, account) >= limits.maxItems()) {
            throw new StanzaException(
                    Condition.RESOURCE_CONSTRAINT, "A roster has at most " + limits.maxItems() + " contacts");
        }
        boolean strangerAsks = !after.listed() && after.request() != null && before.request() == null;
        if (strangerAsks && store.countRequests(db, account) >= limits.maxRequests()) {
            throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "Too many requests are unanswered");
        }
    }

    private void push(Jid account, RosterItem item, List<Session> to) {
        Iq push = push(account, item);
        for (Session session : to) {
            Interest interest = session.kept(INTEREST);
            if (interest != null) {
                metrics.pushed(account);
                interest.push(push.to(session.jid()));
            }
        }
    }

    private static Iq push(Jid account, RosterItem item) {
        String version = Long.toString(item.version());
        Element query = Element.builder("query", RosterItem.NAMESPACE)
                .attribute("ver", version)
                .child(item.toElement())
                .build();
        return Iq.of(Iq.Type.SET, account, account, "push-" + version, query);
    }

    // --- partings ---

    /** Deletes an account's rows in the transaction that removes it; {@link #accountRemoved} is to follow. */
    void removeAccount(DSLContext db, Jid account) {
        store.removeAccount(db, account);
    }

    /** Deletes the rows of all accounts of a domain. Contacts elsewhere find out when they look for them. */
    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }

    /** An account has been removed: its contacts hear of it before this returns. */
    void accountRemoved(Jid account) {
        Thread telling = Thread.startVirtualThread(() -> tellOutstanding(account));
        try {
            telling.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Tells in the background what contacts should have heard before the server was last stopped.
     *
     * @return does it
     */
    public Thread resume() {
        return Thread.startVirtualThread(() -> tellOutstanding(null));
    }

    /** Tells what contacts of an account, or (null) of all, have not heard yet. */
    private void tellOutstanding(@Nullable Jid account) {
        try {
            database.read(db -> store.farewells(db, account)).forEach(this::tell);
        } catch (StorageException e) {
            log.warn("Some contacts are told only after the next start that a user has parted: {}", e.getMessage());
        }
    }

    private void tell(Farewell farewell) {
        parted.tell(farewell);
        database.write(db -> {
            store.deleteFarewell(db, farewell);
            return true;
        });
    }
}
