package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what is said in lasting rooms, behind the delivery: nobody waits for it, and many messages share one commit.
 *
 * <p>Safe from any thread, event loops included. When the database is away for long, the history has a gap; that is
 * logged once until it is over.
 */
final class HistoryWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HistoryWriter.class);

    /** Messages waiting at most; more are delivered and not stored. */
    private static final int MOST_WAITING = 10_000;

    private record Row(Jid room, History.Entry entry, int kept, CompletableFuture<@Nullable Void> stored) {}

    private final Database database;
    private final RoomStore store;
    private final Queue<Row> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    private final ReentrantLock storing = new ReentrantLock();

    /** Set while a virtual thread writes or is about to. */
    private final AtomicBoolean writing = new AtomicBoolean();

    /** Set from the first message that was lost until one has been stored again. */
    private volatile boolean losing;

    HistoryWriter(Database database, RoomStore store) {
        this.database = database;
        this.store = store;
    }

    /**
     * Stores a message soon.
     *
     * @param kept how many of the room's messages stay stored
     * @return completes when it is stored, and all that was said in the room before; exceptionally when it is lost. On
     *     the thread that commits for everybody: a dependent stage must be quick
     */
    CompletionStage<@Nullable Void> add(Jid room, History.Entry entry, int kept) {
        if (count.incrementAndGet() > MOST_WAITING) {
            count.decrementAndGet();
            String why = "too many messages wait to be stored";
            lost(why);
            return CompletableFuture.failedStage(new StorageException(why));
        }
        CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
        waiting.add(new Row(room, entry, kept, stored));
        if (writing.compareAndSet(false, true)) {
            Thread.startVirtualThread(this::write);
        }
        return stored;
    }

    private void write() {
        do {
            boolean stored = true;
            while (stored) {
                stored = storeWhatWaits();
            }
            writing.set(false);
        } while (!waiting.isEmpty() && writing.compareAndSet(false, true));
    }

    /** Takes and stores under one lock, so that a room's messages are stored in their order. */
    private boolean storeWhatWaits() {
        storing.lock();
        try {
            Map<Jid, List<Row>> rooms = take();
            if (!rooms.isEmpty()) {
                store(rooms);
            }
            return !rooms.isEmpty();
        } finally {
            storing.unlock();
        }
    }

    private Map<Jid, List<Row>> take() {
        Map<Jid, List<Row>> rooms = new LinkedHashMap<>();
        for (Row row = waiting.poll(); row != null; row = waiting.poll()) {
            count.decrementAndGet();
            rooms.computeIfAbsent(row.room, _ -> new ArrayList<>()).add(row);
        }
        return rooms;
    }

    /** Each room is a unit of its own, so that the failure of one is not another's. */
    private void store(Map<Jid, List<Row>> rooms) {
        List<CompletableFuture<Boolean>> units = new ArrayList<>(rooms.size());
        rooms.forEach((room, rows) -> units.add(append(room, rows)));
        boolean all = true;
        for (CompletableFuture<Boolean> unit : units) {
            all &= unit.join();
        }
        if (all) {
            losing = false;
        }
    }

    /** Stores what was said in a room, and tells those who wait for it; false when it is lost. */
    private CompletableFuture<Boolean> append(Jid room, List<Row> rows) {
        CompletableFuture<?> unit;
        try {
            unit = database.append(db -> {
                Row last = rows.getLast();
                store.addHistory(db, room, rows.stream().map(Row::entry).toList());
                store.forgetHistory(db, room, last.entry.seq - last.kept);
            });
        } catch (StorageException e) {
            unit = CompletableFuture.failedFuture(e);
        }
        return unit.handle((_, failure) -> {
            if (failure == null) {
                rows.forEach(row -> row.stored.complete(null));
                return true;
            }
            lost(String.valueOf(failure.getMessage()));
            rows.forEach(row -> row.stored.completeExceptionally(failure));
            return false;
        });
    }

    private void lost(String why) {
        if (!losing) {
            losing = true;
            log.warn("Messages are missing from the stored history of rooms: {}", why);
        }
    }

    /** Stores what waits. Blocks. */
    void flush() {
        storeWhatWaits();
    }

    /** Stores what waits. Blocks. */
    @Override
    public void close() {
        flush();
    }
}
