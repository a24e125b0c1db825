package im.gatehouse.modules.offline;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.offline.OfflineStore.Waiting;
import im.gatehouse.modules.roster.AccountLocks;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.router.OfflineMessages;
import im.gatehouse.router.Router;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages for users who are away and hands them over, in order, when they come (XEP-0160).
 *
 * <p>A message is deleted after it was handed to a session. A crash in between hands it over once more: a client knows
 * it by its id. So that one message cannot bring the server down again and again, it is handed over a few times only.
 *
 * <p>All of it may block. Safe from any number of virtual threads.
 */
final class OfflineInbox implements OfflineMessages {
    private static final Logger log = LoggerFactory.getLogger(OfflineInbox.class);
    private static final String DELAY = "urn:xmpp:delay";
    private static final int BATCH = 100;
    private static final int EXPIRY_BATCH = 1_000;

    /** How often a message is handed over at most, when what follows fails each time. */
    private static final int MOST_ATTEMPTS = 5;

    private final OfflineStore store = new OfflineStore();
    private final AccountLocks locks = new AccountLocks();
    private final Database database;
    private final Sessions sessions;
    private final Router router;
    private final Time time;
    private final OfflineMetrics metrics;
    private volatile OfflineConfig config;

    OfflineInbox(
            Database database,
            Sessions sessions,
            Router router,
            Time time,
            OfflineMetrics metrics,
            OfflineConfig config) {
        this.database = database;
        this.sessions = sessions;
        this.router = router;
        this.time = time;
        this.metrics = metrics;
        this.config = config;
    }

    void config(OfflineConfig fresh) {
        config = fresh;
    }

    // --- in ---

    @Override
    public Outcome store(Message message) {
        Jid account = message.receiver().bare();
        if (!Storable.test(message)) {
            return Outcome.DROPPED;
        }
        if (!stored(account, StanzaText.write(stamped(message)))) {
            metrics.refused(account);
            return Outcome.REFUSED;
        }
        metrics.stored(account);
        deliverToWhoeverCame(account);
        return Outcome.STORED;
    }

    private boolean stored(Jid account, String text) {
        long now = time.now().toEpochMilli();
        int most = config.maxMessages();
        AtomicBoolean room = new AtomicBoolean();
        try {
            database.append(db -> {
                room.set(store.count(db, account) < most);
                if (room.get()) {
                    store.insert(db, account, now, text);
                }
            }).join();
            return room.get();
        } catch (StorageException e) {
            log.warn("A message for somebody who is away is refused: {}", e.getMessage());
            return false;
        } catch (CompletionException e) {
            if (e.getCause() instanceof StorageException cause) {
                log.warn("A message for somebody who is away is refused: {}", cause.getMessage());
                return false;
            }
            throw e;
        }
    }

    /** The message with the time at which it came (XEP-0203), unless it has been stored before and has it already. */
    private Message stamped(Message message) {
        String domain = message.receiver().domain();
        boolean known = message.children().stream()
                .anyMatch(child -> child.is("delay", DELAY) && domain.equals(child.attribute("from")));
        if (known) {
            return message;
        }
        return message.with(Element.builder("delay", DELAY)
                .attribute("from", domain)
                .attribute("stamp", time.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .build());
    }

    /** Somebody may have come after the router looked and before the message was stored. */
    private void deliverToWhoeverCame(Jid account) {
        for (Session session : sessions.of(account)) {
            if (session.takesMessages()) {
                deliver(session);
                return;
            }
        }
    }

    /** How many messages wait for an account. */
    int count(Jid account) {
        return database.read(db -> store.count(db, account));
    }

    // --- out ---

    /** Hands all that waits for an account to one of its sessions, for as long as that takes messages. */
    void deliver(Session session) {
        Jid account = session.account();
        try {
            locks.with(account, () -> {
                int count = BATCH;
                while (count == BATCH && session.takesMessages()) {
                    count = deliverBatch(session, account);
                }
                return count;
            });
        } catch (StorageException e) {
            log.warn("Messages go on waiting for somebody who has come: {}", e.getMessage());
        }
    }

    private int deliverBatch(Session session, Jid account) {
        List<Waiting> batch = database.read(db -> store.first(db, account, BATCH));
        if (batch.isEmpty()) {
            return 0;
        }
        List<Long> ids = batch.stream().map(Waiting::id).toList();
        write(db -> store.attempted(db, ids));
        List<Message> messages = batch.stream()
                .filter(this::isDue)
                .flatMap(waiting -> StanzaText.read(waiting.stanza(), Message.class).stream())
                .filter(this::isStillWanted)
                .toList();
        messages.forEach(session::send);
        metrics.delivered(account, messages.size());
        write(db -> store.delete(db, ids));
        return batch.size();
    }

    private void write(Consumer<DSLContext> work) {
        database.write(db -> {
            work.accept(db);
            return true;
        });
    }

    /** Guards may have changed their mind since: the user may have blocked the sender. */
    private boolean isStillWanted(Message message) {
        return !(router.receiving().ask(message) instanceof Verdict.Refuse<StanzaError>);
    }

    private boolean isDue(Waiting waiting) {
        if (waiting.attempts() >= MOST_ATTEMPTS) {
            log.warn("A stored message was handed over {} times and never got through; it is given up", MOST_ATTEMPTS);
            return false;
        }
        return config.expireAfter()
                .map(age -> waiting.createdAt() >= before(age))
                .orElse(true);
    }

    // --- away ---

    /** Deletes what has waited too long. */
    void expire() {
        config.expireAfter().ifPresent(age -> {
            try {
                long limit = before(age);
                int deleted = EXPIRY_BATCH;
                while (deleted == EXPIRY_BATCH) {
                    deleted = database.write(db -> store.deleteBefore(db, limit, EXPIRY_BATCH));
                }
            } catch (StorageException e) {
                log.warn("Messages that have waited too long could not be deleted: {}", e.getMessage());
            }
        });
    }

    private long before(Duration age) {
        return time.now().minus(age).toEpochMilli();
    }

    void removeAccount(DSLContext db, Jid account) {
        store.removeAccount(db, account);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }
}
