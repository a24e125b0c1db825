package im.gatehouse.modules.offline;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.offline.HandedOver.OnTheWay;
import im.gatehouse.modules.offline.OfflineStore.Waiting;
import im.gatehouse.modules.roster.AccountLocks;
import im.gatehouse.modules.roster.StanzaText;
import im.gatehouse.router.Router;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the messages that wait to sessions that take them, in order: batch by batch, each when there is room again for
 * what is on the way, and before anything that is said meanwhile: that waits for its turn (RFC 6120 section 10.1),
 * though not for long.
 *
 * <p>A message stays stored until its client has it: until that has acknowledged it, or, without stream management,
 * until it was written to the connection. A crash in between hands it over once more: a client knows it by its id. So
 * that one message cannot bring a client or the server down again and again, it is handed over a few times only.
 *
 * <p>May block where nothing else is said. Safe from any number of virtual threads.
 */
final class Delivery {
    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    /** So many are read, and handed over, at once. */
    private static final int BATCH = 25;

    /** So many are on the way to a session at most. */
    private static final int MOST_ON_THE_WAY = 500;

    /** About so many bytes are on the way to a session at most; a message that is larger goes alone. */
    private static final long MOST_BYTES_ON_THE_WAY = 1 << 20;

    /** After so long it is looked again whether a client has acknowledged what others sent it. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** After so long it is tried again when the database could not be asked. */
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);

    /** So long what is said now waits at most for what was said before. */
    private static final Duration MOST_HELD = Duration.ofSeconds(30);

    /** How often a message is handed over at most, when what follows fails each time. */
    private static final int MOST_ATTEMPTS = 10;

    private final Database database;
    private final OfflineStore store;
    private final AccountLocks locks;
    private final Sessions sessions;
    private final Router router;
    private final Time time;
    private final OfflineMetrics metrics;
    private final Predicate<Waiting> isYoungEnough;
    private final HandedOver handedOver;

    /** The sessions that are looked at again after a while. */
    private final Set<Session> later = ConcurrentHashMap.newKeySet();

    /** The sessions in whose lanes it waits that they are looked at. */
    private final Set<Session> asked = ConcurrentHashMap.newKeySet();

    /** What ends the waiting of what is said to these sessions. */
    private final Map<Session, Time.Timer> held = new ConcurrentHashMap<>();

    /** Whether another is at work in place of this, or nobody: the storage may be gone. */
    private volatile boolean isClosed;

    /**
     * @param locks one thing at a time is done with what waits for an account
     * @param isYoungEnough whether a message has not waited too long
     */
    Delivery(
            Database database,
            OfflineStore store,
            AccountLocks locks,
            Sessions sessions,
            Router router,
            Time time,
            OfflineMetrics metrics,
            Predicate<Waiting> isYoungEnough) {
        this.database = database;
        this.store = store;
        this.locks = locks;
        this.sessions = sessions;
        this.router = router;
        this.time = time;
        this.metrics = metrics;
        this.isYoungEnough = isYoungEnough;
        this.handedOver = HandedOver.of(sessions, database, time, store);
    }

    /** The ids of an account's messages that are on their way to somebody. Does not block. */
    Set<Long> onTheWay(Jid account) {
        return handedOver.of(account);
    }

    /** The ids of an account's messages that are stored still, though their clients have them. Does not block. */
    Set<Long> arrived(Jid account) {
        return handedOver.arrived(account);
    }

    /** A session is about to take messages: until it has what waits, what is said waits, too. Does not block. */
    void coming(Session session) {
        hold(session);
    }

    private long hold(Session session) {
        held.computeIfAbsent(session, present -> time.after(MOST_HELD, () -> letGo(present)));
        return session.hold();
    }

    private void letGo(Session session) {
        while (!letGo(session, session.hold())) {
            Thread.onSpinWait(); // somebody asked for more time just now
        }
    }

    private boolean letGo(Session session, long number) {
        if (!session.letGo(number)) {
            return false;
        }
        Time.Timer end = held.remove(session);
        if (end != null) {
            end.cancel();
        }
        return true;
    }

    /**
     * Hands what waits for an account to one of its sessions, for as long as that takes messages: batch by batch, and
     * the next when there is room again for what is on the way. Call it in the session's lane.
     */
    void deliver(Session session) {
        Jid account = session.account();
        try {
            locks.with(account, () -> {
                boolean goOn = true;
                while (goOn && session.takesMessages()) {
                    long number = hold(session);
                    Progress progress = deliverBatch(session, account);
                    goOn = progress == Progress.MORE || progress == Progress.DONE && !letGo(session, number);
                }
                return goOn;
            });
        } catch (StorageException e) {
            log.warn("Messages go on waiting for somebody who has come: {}", e.getMessage());
            lookLater(session, AFTER_FAILURE);
        }
        if (sessions.find(session.jid()) != session) {
            ended(session); // it may have been told before that it has ended
        } else if (!session.takesMessages()) {
            letGo(session);
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
        if (!handed.isEmpty() || !unwanted.isEmpty()) {
            write(db -> {
                store.attempted(db, handed);
                store.delete(db, unwanted);
            });
        }
        if (room == 0 && !wanted.isEmpty()) {
            return load.last() == null ? lookLater(session, PATIENCE) : afterwards(load.last(), session);
        }
        boolean all = hand(session, handed, wanted) == wanted.size();
        return more || !all ? Progress.MORE : Progress.DONE;
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

    /** Guards may have changed their mind since: the user may have blocked the sender. */
    private boolean isStillWanted(Message message) {
        return !(router.receiving().ask(message) instanceof Verdict.Refuse<StanzaError>);
    }

    private boolean isDue(Waiting waiting) {
        if (waiting.attempts() >= MOST_ATTEMPTS) {
            log.warn("A stored message was handed over {} times and never got through; it is given up", MOST_ATTEMPTS);
            return false;
        }
        return isYoungEnough.test(waiting);
    }

    /** Hands messages over until the session takes no more; the rest has not been attempted. Answers how many went. */
    private int hand(Session session, List<Long> ids, Map<Long, Message> messages) {
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
        return handed;
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
        if (!isClosed && asked.add(session)) {
            session.lane().add(() -> session.lane().blocking(() -> {
                asked.remove(session);
                deliver(session);
            }));
        }
    }

    /** A session has ended: what its client has not got waits for another, which may be there already. */
    void ended(Session session) {
        letGo(session);
        if (handedOver.release(session)) {
            deliverToWhoeverCame(session.account());
        }
    }

    // --- who else ---

    /**
     * Somebody may have come after the router looked and before the message was stored: what is said next must not
     * overtake it. It is handed over in their lane: a session that ends meanwhile does so afterwards, and not in the
     * midst of it under the account's lock.
     */
    void deliverToWhoeverCame(Jid account) {
        List<Session> takers =
                sessions.of(account).stream().filter(Session::takesMessages).toList();
        takers.stream()
                .filter(Session::isConnected)
                .findFirst()
                .or(() -> takers.stream().findFirst()) // it waits with a session whose client is expected back
                .ifPresent(this::standing);
    }

    /** What waits goes to a session that takes messages already, before anything that is said from now on. */
    void standing(Session session) {
        if (session.takesMessages()) {
            hold(session);
            goOn(session);
        }
    }

    /**
     * Goes on with what was on the way when the module was turned off. Call it once the ends of sessions are told here.
     */
    void open() {
        for (Session session : handedOver.open()) {
            if (sessions.find(session.jid()) == session) {
                standing(session);
            } else {
                ended(session);
            }
        }
    }

    /** Deletes what clients have said they have, before the storage goes. */
    void close() {
        isClosed = true;
        held.keySet().forEach(this::letGo);
        handedOver.close();
    }

    /** Deletes what clients have said they have. */
    void settle() {
        handedOver.settle();
    }

    private void write(Consumer<DSLContext> work) {
        database.write(db -> {
            work.accept(db);
            return true;
        });
    }
}
