package im.gatehouse.modules.archive;

import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sorts what is recent into the archives, each one's entries together: pages of the database are written once for many
 * messages, where they would be written several times for each. In portions between which others write; readers see
 * nothing of it, whenever it ends or is cut off. Of one thread at a time.
 */
final class Sorter {
    /** Entries that wait before they are sorted in without anybody asking. More cost little less, and more memory. */
    static final int MANY = 16_000;

    /** Beyond that nothing more is taken: sorting must have failed for long. */
    private static final int TOO_MANY = 10 * MANY;

    /** Messages in one transaction at most: some tens of milliseconds, for which others wait. */
    private static final int PORTION = 8_000;

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(10);

    private final Database database;
    private final Time time;
    private final ArchiveStore store;
    private final Recent recent;

    /** Half of what it was after each failure, so that a fault in one message does not hold up those before it. */
    private int portion = PORTION;

    /** Up to this id is being sorted in, null between two times. */
    private @Nullable Long target;

    /** Before that nobody tries again, on the monotonic clock; null when it did not fail. */
    private @Nullable Long nextAttempt;

    Sorter(Database database, Time time, ArchiveStore store, Recent recent) {
        this.database = database;
        this.time = time;
        this.store = store;
        this.recent = recent;
    }

    /** Whether so much waits that it cannot be more. From any thread. */
    boolean isOverfull() {
        return recent.count() >= TOO_MANY;
    }

    boolean isUnderWay() {
        return target != null;
    }

    /** Whether it is time to sort without being asked. */
    boolean isDue() {
        Long next = nextAttempt;
        return recent.count() >= MANY && (next == null || time.nanos() - next >= 0);
    }

    /** Takes all that there is. What comes later waits for the next time. */
    void begin() {
        target = recent.last();
    }

    /**
     * Writes the next portion.
     *
     * @return whether it was the last
     * @throws StorageException when it cannot be; then all of it is to do again
     */
    boolean step() {
        Long last = target;
        if (last == null || last <= recent.sorted()) {
            target = null;
            return true;
        }
        boolean written = false;
        try {
            recent.sorted(database.write(db -> store.sortIn(db, last, portion)));
            written = true;
        } finally {
            portion = written ? Math.min(PORTION, portion * 2) : Math.max(1, portion / 2);
            nextAttempt = written ? null : Long.valueOf(time.nanos() + BETWEEN_ATTEMPTS.toNanos());
            target = written && recent.sorted() < last ? last : null;
        }
        return target == null;
    }
}
