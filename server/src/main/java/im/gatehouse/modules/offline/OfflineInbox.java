package im.gatehouse.modules.offline;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.offline.OfflineStore.Waiting;
import im.gatehouse.modules.roster.AccountLocks;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.router.OfflineMessages;
import im.gatehouse.router.Router;
import im.gatehouse.router.StanzaId;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Message;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages for users who are away, until they are handed over or have waited too long (XEP-0160);
 * {@link Delivery} hands them over.
 *
 * <p>All of it may block. Safe from any number of virtual threads.
 */
final class OfflineInbox implements OfflineMessages {
    private static final Logger log = LoggerFactory.getLogger(OfflineInbox.class);
    private static final String DELAY = "urn:xmpp:delay";
    private static final String RETRACT = "urn:xmpp:message-retract:1";

    /** So many are read at once. */
    private static final int BATCH = 25;

    private static final int EXPIRY_BATCH = 1_000;

    private final OfflineStore store = new OfflineStore();
    private final AccountLocks locks = new AccountLocks();
    private final Database database;
    private final Sessions sessions;
    private final Time time;
    private final OfflineMetrics metrics;
    private final Delivery delivery;

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
        this.time = time;
        this.metrics = metrics;
        this.config = config;
        this.delivery =
                new Delivery(database, store, locks, sessions, router, time, metrics, this::isYoungEnough);
    }

    /** Hands over what waits. */
    Delivery delivery() {
        return delivery;
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
        takeBack(account, message);
        if (!stored(account, StanzaText.write(stamped(message)))) {
            metrics.refused(account);
            return Outcome.REFUSED;
        }
        metrics.stored(account);
        delivery.deliverToWhoeverCame(account);
        return Outcome.STORED;
    }

    /**
     * Deletes what waits and is taken back by who said it (XEP-0424 section 6): nobody has got it yet, and nobody will.
     * That it was taken back is delivered all the same.
     */
    private void takeBack(Jid account, Message retraction) {
        Element retract = retraction.child("retract", RETRACT);
        String id = retract == null ? null : retract.attribute("id");
        if (id == null) {
            return;
        }
        try {
            locks.with(account, () -> {
                Set<Long> elsewhere = delivery.onTheWay(account);
                List<Long> taken = new ArrayList<>();
                eachBatch(account, batch -> batch.stream()
                        .filter(waiting -> !elsewhere.contains(waiting.id()) && isMeant(waiting, retraction, id))
                        .forEach(waiting -> taken.add(waiting.id())));
                write(db -> store.delete(db, taken));
                return true;
            });
        } catch (StorageException e) {
            log.warn("A message that was taken back goes on waiting: {}", e.getMessage());
        }
    }

    private static boolean isMeant(Waiting waiting, Message retraction, String id) {
        return StanzaText.read(waiting.stanza(), Message.class)
                .filter(message -> message.sender().bare().equals(retraction.sender().bare())
                        && id.equals(clientId(message))
                        && !message.has("retract", RETRACT))
                .isPresent();
    }

    /** Shows all that waits for an account, a little at a time. */
    private void eachBatch(Jid account, Consumer<List<Waiting>> reader) {
        List<Waiting> batch = database.read(db -> store.after(db, account, -1, BATCH));
        while (!batch.isEmpty()) {
            reader.accept(batch);
            long seen = batch.getLast().id();
            batch = batch.size() < BATCH ? List.of() : database.read(db -> store.after(db, account, seen, BATCH));
        }
    }

    /** The id by which the sender's client knows a message. */
    private static @Nullable String clientId(Message message) {
        Element origin = message.child("origin-id", StanzaId.NAMESPACE);
        return origin == null ? message.id() : origin.attribute("id");
    }

    private boolean stored(Jid account, String text) {
        long now = time.now().toEpochMilli();
        int most = config.maxMessages();
        Set<Long> gone = delivery.arrived(account); // deleted in a moment: it must not keep others out
        AtomicBoolean room = new AtomicBoolean();
        try {
            database.append(db -> {
                room.set(store.count(db, account, gone) < most);
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

    /** How many messages wait for an account. */
    int count(Jid account) {
        Set<Long> gone = delivery.arrived(account);
        return database.read(db -> store.count(db, account, gone));
    }

    /**
     * Deletes what waits for an account and is in its archive, where a client that has just come finds it (XEP-0386
     * section 3.2). What no archive has goes on waiting. Without effect while another client of the account is being
     * given what waits, which counts on that.
     *
     * @param newcomer the session of the client that has come
     */
    void clear(Session newcomer) {
        Jid account = newcomer.account();
        try {
            locks.with(account, () -> {
                if (isBeingGivenToAnother(account, newcomer)) {
                    return false;
                }
                eachBatch(account, batch -> {
                    List<Long> archived = batch.stream()
                            .filter(waiting -> StanzaText.read(waiting.stanza(), Message.class)
                                    .filter(message -> StanzaId.isOn(message, account))
                                    .isPresent())
                            .map(Waiting::id)
                            .toList();
                    write(db -> store.delete(db, archived));
                });
                return true;
            });
        } catch (StorageException e) {
            log.warn("Messages that an archive has are delivered all the same: {}", e.getMessage());
        }
    }

    private boolean isBeingGivenToAnother(Jid account, Session newcomer) {
        return !delivery.onTheWay(account).isEmpty()
                || sessions.of(account).stream().anyMatch(other -> other != newcomer && other.takesMessages());
    }

    private void write(Consumer<DSLContext> work) {
        database.write(db -> {
            work.accept(db);
            return true;
        });
    }

    // --- away ---

    /** Deletes what has waited too long. */
    void expire() {
        delivery.settle();
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

    private boolean isYoungEnough(Waiting waiting) {
        return config.expireAfter()
                .map(age -> waiting.createdAt() >= before(age))
                .orElse(true);
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
