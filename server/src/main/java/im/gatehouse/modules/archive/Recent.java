package im.gatehouse.modules.archive;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is in the archives and not yet sorted into them: its messages are on disk in the order in which they were said,
 * and their entries are remembered here, until they are written in large portions, each archive's together.
 *
 * <p>Ids only rise, so that of each archive this is what comes behind all that is sorted. Whoever reads takes a
 * {@link View} first, and then no sorting that goes on meanwhile changes what is seen. Safe from any thread.
 */
final class Recent {
    /**
     * An entry: an archive has a message.
     *
     * @param owner whose archive
     * @param id of the message
     * @param peer with whom the account spoke; for a room the real bare address of who spoke
     * @param resource of the peer's address, empty for none; for a room the nick
     * @param handle by which it is found again, or null
     */
    record Note(long owner, long id, String peer, String resource, @Nullable Long handle) {}

    /**
     * What one archive has at one moment.
     *
     * @param sorted up to this id the database has the entries; beyond it they are not to be looked at there
     * @param notes the entries beyond it, in the order of their ids
     */
    record View(long sorted, List<Note> notes) {
        /** With others behind. */
        View and(List<Note> more) {
            List<Note> all = new ArrayList<>(notes);
            all.addAll(more);
            return new View(sorted, all);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();

    /** By owner; guarded by {@code lock}, as are those that follow. */
    private final Map<Long, List<Note>> byOwner = new HashMap<>();

    /** Read by anybody. */
    private volatile long sorted;

    private long last;

    /** Read by anybody. */
    private volatile int count;

    /**
     * @param sorted up to this id entries are sorted in
     */
    Recent(long sorted) {
        this.sorted = sorted;
        this.last = sorted;
    }

    /** How many entries wait to be sorted in. */
    int count() {
        return count;
    }

    /** Adds entries of messages that are on disk, in the order of their ids. */
    void add(List<Note> notes) {
        lock.lock();
        try {
            for (Note note : notes) {
                byOwner.computeIfAbsent(note.owner, _ -> new ArrayList<>()).add(note);
                last = note.id;
            }
            count += notes.size();
        } finally {
            lock.unlock();
        }
    }

    /** Knows nothing but these from now on. */
    void replace(List<Note> notes) {
        lock.lock();
        try {
            byOwner.clear();
            count = 0;
            last = sorted;
            add(notes);
        } finally {
            lock.unlock();
        }
    }

    /** What an archive has. */
    View of(long owner) {
        lock.lock();
        try {
            List<Note> notes = byOwner.get(owner);
            return new View(sorted, notes == null ? List.of() : List.copyOf(notes));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Shows a search what its archive has.
     *
     * @return up to which id the database has the entries, where the search goes on
     */
    long look(Search search) {
        lock.lock();
        try {
            search.look(byOwner.getOrDefault(search.owner(), List.of()));
            return sorted;
        } finally {
            lock.unlock();
        }
    }

    /** The largest id of what waits to be sorted in; when nothing does, that up to which all is. */
    long last() {
        lock.lock();
        try {
            return count == 0 ? sorted : last;
        } finally {
            lock.unlock();
        }
    }

    /** Up to which id the database has the entries. */
    long sorted() {
        return sorted;
    }

    /** The database has the entries up to this id. */
    void sorted(long upTo) {
        lock.lock();
        try {
            sorted = upTo;
            byOwner.values().removeIf(notes -> isEmptyBeyond(notes, upTo));
            count = byOwner.values().stream().mapToInt(List::size).sum();
        } finally {
            lock.unlock();
        }
    }

    private static boolean isEmptyBeyond(List<Note> notes, long upTo) {
        int gone = 0;
        while (gone < notes.size() && notes.get(gone).id <= upTo) {
            gone++;
        }
        notes.subList(0, gone).clear();
        return notes.isEmpty();
    }
}
