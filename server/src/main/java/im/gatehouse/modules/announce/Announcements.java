package im.gatehouse.modules.announce;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.announce.AnnounceStore.Kind;
import im.gatehouse.modules.announce.AnnounceStore.Standing;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Message;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users what administrators have to say: at once, once to each who comes, or to each who is new. Standing
 * messages are in memory, so that those who come cost nothing while there is none.
 */
final class Announcements {
    private static final Logger log = LoggerFactory.getLogger(Announcements.class);
    private static final int PORTION = 1_000;
    private static final int LANE = 16;

    private record Place(String host, Kind kind) {}

    private final AnnounceStore store = new AnnounceStore();
    private final Map<Place, Standing> standing = new ConcurrentHashMap<>();

    /** One change after another, so that memory follows the table. */
    private final ReentrantLock changing = new ReentrantLock();

    private final Database database;
    private final Accounts accounts;
    private final Sessions sessions;
    private final Router router;
    private final Time time;

    Announcements(Database database, Accounts accounts, Sessions sessions, Router router, Time time) {
        this.database = database;
        this.accounts = accounts;
        this.sessions = sessions;
        this.router = router;
        this.time = time;
    }

    /** Takes into memory what stands. May block. */
    void load() {
        database.read(store::all).forEach(message -> standing.put(new Place(message.host(), message.kind()), message));
    }

    // --- at once ---

    /** Tells all who are there; answers how many sessions that were. Never blocks. */
    int announce(String host, String subject, String text) {
        Message message = message(host, subject, text);
        List<Session> there = sessions.all().stream()
                .filter(session -> session.jid().domain().equals(host) && session.takesMessages())
                .toList();
        there.forEach(session -> session.send(message.to(session.jid())));
        return there.size();
    }

    /** Begins to tell all who have an account; those who are away hear of it when they come. */
    Thread announceToAll(String host, String subject, String text) {
        Message message = message(host, subject, text);
        return Thread.startVirtualThread(() -> {
            try {
                tellAll(host, message);
            } catch (StorageException e) {
                log.warn("An announcement has not reached everybody: {}", e.getMessage());
            }
        });
    }

    private void tellAll(String host, Message message) {
        Lane lane = new Lane(LANE);
        @Nullable String after = null;
        List<Jid> portion;
        do {
            portion = accounts.list(host, PORTION, after);
            portion.forEach(account -> router.route(message.to(account), lane));
            after = portion.isEmpty() ? null : portion.getLast().local();
        } while (portion.size() == PORTION);
    }

    private static Message message(String host, String subject, String text) {
        return Message.of(
                Message.Type.NORMAL,
                Jid.ofDomain(host),
                null,
                UUID.randomUUID().toString(),
                Element.of("subject", Namespaces.CLIENT, subject),
                Element.of("body", Namespaces.CLIENT, text));
    }

    // --- standing ---

    Optional<String> standing(String host, Kind kind) {
        return Optional.ofNullable(standing.get(new Place(host, kind))).map(Standing::body);
    }

    /** Sets a message in place of the one before. A new message of the day is shown to all who are there. May block. */
    void set(String host, Kind kind, String text) {
        changing.lock();
        try {
            Standing before = standing.get(new Place(host, kind));
            long number = Math.max(time.now().toEpochMilli(), before == null ? 0 : before.number() + 1);
            put(new Standing(host, kind, number, text));
        } finally {
            changing.unlock();
        }
        if (kind == Kind.MOTD) {
            sessions.all().stream()
                    .filter(session -> session.jid().domain().equals(host) && session.takesMessages())
                    .forEach(this::show);
        }
    }

    /** Changes the words of a message; who has been shown it is not shown it again. False where there is none. */
    boolean edit(String host, Kind kind, String text) {
        changing.lock();
        try {
            Standing before = standing.get(new Place(host, kind));
            if (before != null) {
                put(new Standing(host, kind, before.number(), text));
            }
            return before != null;
        } finally {
            changing.unlock();
        }
    }

    private void put(Standing message) {
        database.write(db -> {
            store.put(db, message);
            return true;
        });
        standing.put(new Place(message.host(), message.kind()), message);
    }

    boolean delete(String host, Kind kind) {
        changing.lock();
        try {
            boolean deleted = database.write(db -> store.delete(db, host, kind));
            standing.remove(new Place(host, kind));
            return deleted;
        } finally {
            changing.unlock();
        }
    }

    /** A session begins to take messages: its user is shown the message of the day, once. Never blocks. */
    void arrived(Session session) {
        if (standing.containsKey(new Place(session.jid().domain(), Kind.MOTD))) {
            session.lane().blocking(() -> show(session));
        }
    }

    private void show(Session session) {
        Standing motd = standing.get(new Place(session.jid().domain(), Kind.MOTD));
        if (motd == null) {
            return;
        }
        try {
            if (database.write(db -> store.see(db, session.account(), motd.number()))) {
                session.send(message(motd.host(), "Message of the day", motd.body()).to(session.jid()));
            }
        } catch (StorageException e) {
            log.warn("The message of the day is not shown to everybody: {}", e.getMessage());
        }
    }

    /** An account has been made: the welcome waits for its owner. */
    void made(Jid account) {
        standing(account.domain(), Kind.WELCOME).ifPresent(text -> {
            Lane lane = new Lane(LANE);
            Message message = message(account.domain(), "Welcome", text).to(account);
            lane.add(() -> router.route(message, lane));
        });
    }

    void removeAccount(DSLContext db, Jid account) {
        store.removeAccount(db, account);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }
}
