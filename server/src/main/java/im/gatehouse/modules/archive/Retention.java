package im.gatehouse.modules.archive;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what archives keep no longer, the oldest first, in small steps between which others write. Blocks; safe from
 * any number of virtual threads.
 */
final class Retention {
    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    /** Messages that are deleted in one transaction at most. */
    private static final int STEP = 200;

    /** Archives that are looked at in one step. */
    private static final int OWNERS = 100;

    /** After that nobody writes to an archive any more that was let go of: its number is forgotten everywhere. */
    private static final Duration ALL_FORGOTTEN = Duration.ofHours(1);

    private final Database database;
    private final Time time;
    private final Supplier<ArchiveConfig> config;
    private final LongSupplier sortIn;
    private final RetentionStore store = new RetentionStore();
    private final ArchiveStore archives = new ArchiveStore();
    private final ReentrantLock running = new ReentrantLock();

    /**
     * @param sortIn sorts what is recent into the archives, where it can be deleted, and answers up to which id they
     *     are sorted then
     */
    Retention(Database database, Time time, Supplier<ArchiveConfig> config, LongSupplier sortIn) {
        this.database = database;
        this.time = time;
        this.config = config;
        this.sortIn = sortIn;
    }

    /** Does all that is due, unless that is being done already. */
    void run() {
        if (!running.tryLock()) {
            return;
        }
        try {
            emptyDropped();
            ArchiveConfig present = config.get();
            present.expireAfter().ifPresent(age -> deleteOlder(time.now().minus(age)));
            present.maxMessages().ifPresent(most -> trimAll(null, most));
        } catch (StorageException e) {
            log.warn("What archives need not keep could not be deleted: {}", e.getMessage());
        } finally {
            running.unlock();
        }
    }

    private void emptyDropped() {
        List<Long> dropped = database.read(db -> store.dropped(db, OWNERS));
        if (!dropped.isEmpty()) {
            sortIn.getAsLong();
        }
        for (Long owner : dropped) {
            repeat(() -> database.write(db -> store.deleteFrom(db, owner, Long.MAX_VALUE, STEP)));
        }
        long before = time.now().minus(ALL_FORGOTTEN).toEpochMilli();
        if (!dropped.isEmpty()) {
            database.write(db -> {
                store.forgetDropped(db, dropped, before);
                return true;
            });
        }
    }

    /** Deletes what is older in every archive; answers how many messages. */
    long deleteOlder(Instant than) {
        long upTo = lastBefore(than);
        return repeat(() -> database.write(db -> store.deleteBelow(db, upTo + 1, STEP)));
    }

    /** Deletes what is older in one archive; answers how many messages. */
    long deleteOlder(Jid archive, Instant than) {
        Long owner = database.read(db -> archives.owner(db, archive));
        return owner == null ? 0 : deleteUpTo(owner, lastBefore(than));
    }

    /** Deletes what is too many in one archive; answers how many messages. */
    long trim(Jid archive, int most) {
        Long owner = database.read(db -> archives.owner(db, archive));
        return owner == null ? 0 : deleteTooMany(owner, most, sortIn.getAsLong());
    }

    /**
     * Deletes what is older in the archives of a domain; answers how many messages.
     *
     * @param domain of accounts or of rooms
     */
    long deleteOlder(String domain, Instant than) {
        long upTo = lastBefore(than);
        return forEach(domain, owner -> deleteUpTo(owner, upTo));
    }

    /**
     * Deletes what is too many in archives; answers how many messages.
     *
     * @param domain of accounts or of rooms, or null for all
     */
    long trimAll(@Nullable String domain, int most) {
        long sorted = sortIn.getAsLong();
        return forEach(domain, owner -> deleteTooMany(owner, most, sorted));
    }

    /** The last id that may be deleted of what was said before a time. */
    private long lastBefore(Instant than) {
        return Math.min(sortIn.getAsLong(), Ids.first(than.toEpochMilli()) - 1);
    }

    private long deleteTooMany(long owner, int most, long sorted) {
        long first = database.read(db -> store.firstTooMany(db, owner, most, sorted));
        return first < 0 ? 0 : deleteUpTo(owner, first);
    }

    private long deleteUpTo(long owner, long id) {
        return repeat(() -> database.write(db -> store.deleteFrom(db, owner, id, STEP)));
    }

    private long forEach(@Nullable String domain, LongUnaryOperator action) {
        long deleted = 0;
        long after = 0;
        List<Long> owners = owners(domain, after);
        while (!owners.isEmpty()) {
            for (Long owner : owners) {
                deleted += action.applyAsLong(owner);
            }
            after = owners.getLast();
            owners = owners(domain, after);
        }
        return deleted;
    }

    private List<Long> owners(@Nullable String domain, long after) {
        return database.read(db -> archives.owners(db, domain, after, OWNERS));
    }

    private static long repeat(IntSupplier step) {
        long all = 0;
        int done = STEP;
        while (done == STEP) {
            done = step.getAsInt();
            all += done;
        }
        return all;
    }
}
