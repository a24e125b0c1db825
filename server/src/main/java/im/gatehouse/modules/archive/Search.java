package im.gatehouse.modules.archive;

import im.gatehouse.modules.archive.Recent.Note;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Looks backwards through the last messages of an archive with one peer for those that have a handle. It is shown what
 * there is from the newest on, and ends as soon as it has looked at enough. Of one thread.
 */
final class Search {
    /** Of messages with one handle more are not looked at: they are the same one or nearly so. */
    private static final int MOST_ALIKE = 8;

    private final long owner;
    private final String peer;
    private final long handle;
    private final List<Long> found = new ArrayList<>();

    /** How many messages with the peer are still to be looked at. */
    private int left;

    /**
     * @param depth how many of the last are looked at
     */
    Search(long owner, String peer, long handle, int depth) {
        this.owner = owner;
        this.peer = peer;
        this.handle = handle;
        this.left = depth;
    }

    /** Looks at entries that come before all that it has looked at, given in the order of their ids. */
    void look(List<Note> notes) {
        for (int i = notes.size() - 1; i >= 0 && !isOver(); i--) {
            Note note = notes.get(i);
            if (note.owner() == owner && note.peer().equals(peer)) {
                left--;
                if (Objects.equals(note.handle(), handle)) {
                    found.add(note.id());
                }
            }
        }
    }

    boolean isOver() {
        return left == 0 || wanted() == 0;
    }

    long owner() {
        return owner;
    }

    String peer() {
        return peer;
    }

    long handle() {
        return handle;
    }

    /** How many messages with the peer are still to be looked at. */
    int left() {
        return left;
    }

    /** How many more would be taken. */
    int wanted() {
        return MOST_ALIKE - found.size();
    }

    /** The ids that were found, the newest first. */
    List<Long> found() {
        return found;
    }
}
