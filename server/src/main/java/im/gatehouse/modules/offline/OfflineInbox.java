package im.gatehouse.modules.offline;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.offline.HandedOver.OnTheWay;
import im.gatehouse.modules.offline.OfflineStore.Waiting;
import im.gatehouse.modules.roster.AccountLocks;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.router.OfflineMessages;
import im.gatehouse.router.Router;
import im.gatehouse.router.StanzaId;
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
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages for users who are away and hands them over, in order, when they come (XEP-0160).
 *
 * <p>A message stays stored until its client has it: until that has acknowledged it, or, without stream management, until
 * it was written to the connection. A crash in between hands it over once more: a client knows it by its id. So that one
 * message cannot bring a client or the server down again and again, it is handed over a few times only.
 *
 * <p>All of it may block. Safe from any number of virtual threads.
 */
final class OfflineInbox implements OfflineMessages {
    private static final Logger log = LoggerFactory.getLogger(OfflineInbox.class);
    private static final String DELAY = "urn:xmpp:delay";
    private static final String RETRACT = "urn:xmpp:message-retract:1";

    /** So many are read, and handed over, at once. */
    private static final int BATCH = 25;

    /** So many are on the way to a session at most. */
    private static final int MOST_ON_THE_WAY = 500;

    /** About so many bytes are on the way to a session at most; a message that is larger goes alone. */
    private static final long MOST_BYTES_ON_THE_WAY = 1 << 20;

    /** After so long it is looked again whether a client has acknowledged what others sent it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** After so long it is tried again when the database could not be asked. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private static final int EXPIRY_BATCH = 1_000;

    /** How often a message is handed over at most, when what follows fails each time. */
    private static final int MOST_ATTEMPTS = 10;

    private final OfflineStore store = new OfflineStore();
    private final AccountLocks locks = new AccountLocks();
    private final Database database;
    private final Sessions sessions;
    private final Router router;
    private final Time time;
    private final OfflineMetrics metrics;
    private final HandedOver handedOver;
    private final CatchingUp catchingUp = new CatchingUp();

    /** The sessions that are looked at again after a while. */
    private final Set<Session> later = ConcurrentHashMap.newKeySet();

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
        this.handedOver = HandedOver.of(sessions, database, time, store);
    }

    void config(OfflineConfig fresh) {
        config = fresh;
    }

    // --- in ---

    @Override
    public boolean goesBehind(Message message, @Nullable Session only) {
        boolean others = only == null ? catchingUp.includes(message.receiver()) : catchingUp.isOnly(only);
        return others && Storable.test(message);
    }

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
        deliverToWhoeverCame(account);
        return Outcome.STORED;
    }

    /**
     * Deletes what waits and is taken back by who said it (XEP-0424 section 6): nobody has got it yet, and nobody will. That it
     * was taken back is delivered all the same.
     */
    private void takeBack(Jid account, Message retraction) {
        Element retract = retraction.child("retract", RETRACT);
        String id = retract == null ? null : retract.attribute("id");
        if (id == null) {
            return;
        }
        try {
            locks.with(account, () -> {
                Set<Long> elsewhere = handedOver.of(account);
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

    /**
     * Somebody may have come after the router looked and before the message was stored: what is said next must not
     * overtake it. It is handed over in their lane: a session that ends meanwhile does so afterwards, and not in the
     * midst of it under the account's lock.
     */
    private void deliverToWhoeverCame(Jid account) {
        List<Session> takers =
                sessions.of(account).stream().filter(Session::takesMessages).toList();
        catchingUp.begin(account, takers);
        goOnWith(takers);
    }

    private void goOnWith(Collection<Session> takers) {
        takers.stream()
                .filter(Session::isConnected)
                .findFirst()
                .or(() -> takers.stream().findFirst()) // it waits with a session whose client is expected back
                .ifPresent(this::goOn);
    }

    /** How many messages wait for an account. */
    int count(Jid account) {
        return database.read(db -> store.count(db, account));
    }

    // --- out ---

    /**
     * A session is about to take messages: until it has what waits, what comes for its account goes behind that. While
     * another session takes messages nothing waits, and that one must not wait for the newcomer. Does not block.
     */
    void coming(Session session) {
        boolean anotherTakes = sessions.of(session.account()).stream()
                .anyMatch(other -> other != session && other.takesMessages() && !catchingUp.includes(other));
        if (!anotherTakes) {
            catchingUp.begin(session.account(), List.of(session));
        }
    }

    /**
     * Hands what waits for an account to one of its sessions, for as long as that takes messages: batch by batch, and the
     * next when there is room again for what is on the way. Call it in the session's lane.
     */
    void deliver(Session session) {
        Jid account = session.account();
        try {
            locks.with(account, () -> {
                boolean goOn = true;
                while (goOn && session.takesMessages()) {
                    long step = catchingUp.step(account);
                    Progress progress = deliverBatch(session, account);
                    goOn = progress == Progress.MORE || progress == Progress.DONE && !catchingUp.end(account, step);
                }
                return goOn;
            });
        } catch (StorageException e) {
            log.warn("Messages go on waiting for somebody who has come: {}", e.getMessage());
            catchingUp.leave(session); // what is said now can be delivered, if nothing else
            lookLater(session, AFTER_FAILURE);
        }
        if (sessions.find(session.jid()) != session) {
            ended(session); // it may have been told before that it has ended
        } else if (!session.takesMessages()) {
            goOnWith(catchingUp.leave(session));
        }
    }

    private enum Progress {
        /** More may wait, and more may be on the way. */
        MORE,
        /** It goes on by itself when there is room again. */
        PAUSED,
        /** Nothing waits that is not on its way. */
        DONE
    }

    private Progress deliverBatch(Session session, Jid account) {
        HandedOver.Load load = handedOver.load(session);
        if (load.count() >= MOST_ON_THE_WAY || load.bytes() >= MOST_BYTES_ON_THE_WAY) {
            return afterwards(load.last(), session);
        }
        Set<Long> elsewhere = handedOver.of(account);
        List<Waiting> batch = database.read(db -> store.first(db, account, elsewhere, BATCH));
        List<Long> unwanted = new ArrayList<>();
        SequencedMap<Long, Message> wanted = wanted(batch, MOST_BYTES_ON_THE_WAY - load.bytes(), unwanted);
        boolean more = batch.size() == BATCH || wanted.size() + unwanted.size() < batch.size();
        int room = session.takes(List.copyOf(wanted.values()));
        List<Long> handed = wanted.sequencedKeySet().stream().limit(room).toList();
        write(db -> {
            store.attempted(db, handed);
            store.delete(db, unwanted);
        });
        if (room == 0 && !wanted.isEmpty()) {
            return load.last() == null ? lookLater(session, PATIENCE) : afterwards(load.last(), session);
        }
        hand(session, handed, wanted);
        return more || room < wanted.size() ? Progress.MORE : Progress.DONE;
    }

    /** What of a batch is to be handed over, in order, as far as it fits: at least one message. */
    private SequencedMap<Long, Message> wanted(List<Waiting> batch, long mostBytes, List<Long> unwanted) {
        SequencedMap<Long, Message> wanted = new LinkedHashMap<>();
        long bytes = 0;
        for (Waiting waiting : batch) {
            Message message = StanzaText.read(waiting.stanza(), Message.class)
                    .filter(read -> isDue(waiting) && isStillWanted(read))
                    .orElse(null);
            if (message == null) {
                unwanted.add(waiting.id());
                continue;
            }
            bytes += message.footprint();
            if (bytes > mostBytes && !wanted.isEmpty()) {
                break;
            }
            wanted.put(waiting.id(), message);
        }
        return wanted;
    }

    /** Hands messages over until the session takes no more; the rest has not been attempted. */
    private void hand(Session session, List<Long> ids, Map<Long, Message> messages) {
        OnTheWay last = null;
        int handed = 0;
        for (Long id : ids) {
            Message message = Objects.requireNonNull(messages.get(id));
            if (session.takes(List.of(message)) == 0) {
                List<Long> rest = ids.subList(handed, ids.size());
                write(db -> store.notAttempted(db, rest));
                break;
            }
            last = handedOver.hand(session, id, message);
            handed++;
        }
        metrics.delivered(session.account(), handed);
        if (last != null) {
            afterwards(last, session); // while the others are on their way there may be room for more
        }
    }

    /** Has delivery go on when a message is where it belongs, which may be so already. */
    private Progress afterwards(@Nullable OnTheWay last, Session session) {
        return last != null && last.andThen(() -> goOn(session)) ? Progress.PAUSED : Progress.MORE;
    }

    /** Goes on after a while: nothing else would say when. */
    private Progress lookLater(Session session, Duration patience) {
        if (later.add(session)) {
            time.after(patience, () -> {
                later.remove(session);
                if (sessions.find(session.jid()) == session) {
                    goOn(session);
                }
            });
        }
        return Progress.PAUSED;
    }

    private void goOn(Session session) {
        session.lane().add(() -> session.lane().blocking(() -> deliver(session)));
    }

    /** A session has ended: what its client has not got waits for another, which may be there already. */
    void ended(Session session) {
        Set<Session> others = catchingUp.leave(session);
        if (handedOver.release(session)) {
            deliverToWhoeverCame(session.account());
        } else {
            goOnWith(others);
        }
    }

    /**
     * Deletes what waits for an account and is in its archive, where a client that has just come finds it (XEP-0386
     * section 3.2). What no archive has goes on waiting. Without effect while another client of the account is being given
     * what waits, which counts on that.
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
        return !handedOver.of(account).isEmpty()
                || sessions.of(account).stream().anyMatch(other -> other != newcomer && other.takesMessages());
    }

    /** Goes on with what was on the way when the module was turned off. Call it once the ends of sessions are told here. */
    void open() {
        for (Session session : handedOver.open()) {
            if (sessions.find(session.jid()) != session) {
                ended(session);
            }
        }
    }

    /** Deletes what clients have said they have, before the storage goes. */
    void close() {
        handedOver.close();
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
        handedOver.settle();
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
