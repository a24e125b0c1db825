package im.gatehouse.modules.offline;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Handover;
import im.gatehouse.stanza.Message;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which stored messages have been handed to a session whose client has not said that it has them: these are
 * handed to nobody else, and deleted once they have arrived. Safe from any thread. Whoever hands over bounds
 * how much is on the way to a session.
 */
final class HandedOver {
    private static final Logger log = LoggerFactory.getLogger(HandedOver.class);

    /** So many are deleted in one transaction at most. */
    private static final int UNIT = 500;

    private enum State {
        ON_THE_WAY,
        ARRIVED,
        /** The session has ended, and another may be given the message. */
        RELEASED
    }

    /** One message on its way. */
    final class OnTheWay implements Handover {
        private final Session session;
        private final Long id;
        private final int bytes;
        private final AtomicReference<@Nullable Runnable> next = new AtomicReference<>();
        private final AtomicReference<State> state = new AtomicReference<>(State.ON_THE_WAY);

        private OnTheWay(Session session, Long id, int bytes) {
            this.session = session;
            this.id = id;
            this.bytes = bytes;
        }

        /**
         * Has something done when this has arrived and is deleted, on a virtual thread.
         *
         * @return false when that is so already, or it will not arrive: then the caller is to do it
         */
        boolean andThen(Runnable task) {
            next.set(task);
            boolean isRemembered = byAccount.getOrDefault(session.account(), Map.of()).get(id) == this;
            return isRemembered || next.getAndSet(null) == null;
        }

        @Override
        public boolean comesBack() {
            return false; // it is stored all the while; the end of the session releases it
        }

        @Override
        public void arrived() {
            if (state.compareAndSet(State.ON_THE_WAY, State.ARRIVED)) {
                arrived.add(this);
                if (awake.compareAndSet(false, true)) {
                    Thread.startVirtualThread(HandedOver.this::settle);
                }
            }
        }
    }

    /** Under which a session keeps who notes what is on the way to it. */
    private static final Session.Key<HandedOver> KEY = new Session.Key<>("who notes what was handed over");

    /** After so long it is tried again to delete what could not be deleted. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Database database;
    private final Time time;
    private final OfflineStore store;

    /** By account and by the message's id. What is in here is handed to nobody. */
    private final Map<Jid, Map<Long, OnTheWay>> byAccount = new ConcurrentHashMap<>();

    private final Queue<OnTheWay> arrived = new ConcurrentLinkedQueue<>();

    /** Whether a thread deletes what has arrived, or is about to. */
    private final AtomicBoolean awake = new AtomicBoolean();

    private final ReentrantLock deleting = new ReentrantLock();

    /** Whether nothing is tried again any more: the storage may be gone. */
    private volatile boolean isClosed;

    HandedOver(Database database, Time time, OfflineStore store) {
        this.database = database;
        this.time = time;
        this.store = store;
    }

    /**
     * Who notes what is on the way to these sessions: the one from before the module was turned off and on again, so
     * that nothing is handed over twice, or a new one.
     */
    static HandedOver of(Sessions sessions, Database database, Time time, OfflineStore store) {
        return sessions.all().stream()
                .map(session -> session.kept(KEY))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseGet(() -> new HandedOver(database, time, store));
    }

    /**
     * Begins, or goes on after a while in which the end of a session was not told here. Answers to whom something is on
     * the way.
     */
    Set<Session> open() {
        isClosed = false;
        Set<Session> all = new HashSet<>();
        byAccount.values().forEach(each -> each.values().forEach(onTheWay -> all.add(onTheWay.session)));
        return all;
    }

    /** The ids of an account's messages that must be handed to nobody now. */
    Set<Long> of(Jid account) {
        return Set.copyOf(byAccount.getOrDefault(account, Map.of()).keySet());
    }

    /**
     * The ids of an account's messages that have arrived and are not deleted yet, though no more than are deleted at
     * once: as long as nothing can be deleted, what is stored must not grow and grow.
     */
    Set<Long> arrived(Jid account) {
        return byAccount.getOrDefault(account, Map.of()).values().stream()
                .filter(each -> each.state.get() == State.ARRIVED)
                .limit(UNIT)
                .map(each -> each.id)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * What has been handed to a session and is not deleted yet.
     *
     * @param bytes about how much memory it takes
     * @param last what was handed over last, if anything
     */
    record Load(int count, long bytes, @Nullable OnTheWay last) {}

    Load load(Session session) {
        int count = 0;
        long bytes = 0;
        OnTheWay last = null;
        for (OnTheWay each : byAccount.getOrDefault(session.account(), Map.of()).values()) {
            if (each.session == session) {
                count++;
                bytes += each.bytes;
                last = last == null || each.id > last.id ? each : last;
            }
        }
        return new Load(count, bytes, last);
    }

    /** Hands a message to a session, and notes that. */
    OnTheWay hand(Session session, Long id, Message message) {
        OnTheWay onTheWay = new OnTheWay(session, id, message.footprint());
        byAccount.compute(session.account(), (_, present) -> {
            Map<Long, OnTheWay> all = present == null ? new ConcurrentHashMap<>() : present;
            all.put(id, onTheWay);
            return all;
        });
        session.keep(KEY, this);
        session.send(message.handover(onTheWay));
        return onTheWay;
    }

    /** A session has ended: what has not arrived may be handed to another. Answers whether there is such. */
    boolean release(Session session) {
        List<OnTheWay> released = new ArrayList<>();
        for (OnTheWay each : byAccount.getOrDefault(session.account(), Map.of()).values()) {
            if (each.session == session && each.state.compareAndSet(State.ON_THE_WAY, State.RELEASED)) {
                released.add(each);
            }
        }
        forget(released);
        return !released.isEmpty();
    }

    private void forget(List<OnTheWay> all) {
        for (OnTheWay each : all) {
            byAccount.computeIfPresent(each.session.account(), (_, present) -> {
                present.remove(each.id, each);
                return present.isEmpty() ? null : present;
            });
        }
    }

    /** Deletes what has arrived for the last time. May block. */
    void close() {
        isClosed = true;
        settle();
    }

    /** Deletes what has arrived. What cannot be deleted now is tried again a few seconds later. May block. */
    void settle() {
        List<Runnable> next = new ArrayList<>();
        deleting.lock();
        try {
            awake.set(false);
            for (List<OnTheWay> unit = take(); !unit.isEmpty(); unit = take()) {
                delete(unit);
                unit.stream().map(each -> each.next.getAndSet(null)).filter(Objects::nonNull).forEach(next::add);
            }
        } catch (StorageException e) {
            log.warn("Stored messages that have arrived could not be deleted yet: {}", e.getMessage());
            settleLater();
        } finally {
            deleting.unlock();
        }
        next.forEach(Runnable::run);
    }

    private void settleLater() {
        if (!isClosed && awake.compareAndSet(false, true)) {
            time.after(PATIENCE, () -> Thread.startVirtualThread(this::settle));
        }
    }

    private void delete(List<OnTheWay> unit) {
        List<Long> ids = unit.stream().map(each -> each.id).toList();
        try {
            database.write(db -> {
                store.delete(db, ids);
                return true;
            });
        } catch (StorageException e) {
            arrived.addAll(unit);
            throw e;
        }
        forget(unit);
    }

    private List<OnTheWay> take() {
        List<OnTheWay> unit = new ArrayList<>();
        while (unit.size() < UNIT && arrived.poll() instanceof OnTheWay next) {
            unit.add(next);
        }
        return unit;
    }
}
