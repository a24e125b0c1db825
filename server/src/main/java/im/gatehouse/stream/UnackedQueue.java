package im.gatehouse.stream;

import im.gatehouse.stanza.Handover;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The stanzas that a client was sent, or is to be sent, and has not acknowledged yet (XEP-0198 section 4), in order,
 * and the count of those that it has. Not for several threads at once: its line guards it.
 */
final class UnackedQueue {
    /** Counts on the wire begin anew after this. */
    private static final long WRAP = 1L << 32;

    /** An empty queue that had more room than this gives it back, so that a session at rest costs little. */
    private static final int ROOM_KEPT = 64;

    /**
     * A stanza that waits for its acknowledgement.
     *
     * @param footprint about how many bytes of memory it takes
     * @param since when it was handed over, on the monotonic clock
     */
    record Entry(Stanza stanza, int footprint, long since) {}

    private Queue<Entry> entries = new ArrayDeque<>(1);

    /** The most there were since there were none. */
    private int peak;

    private long acknowledged;
    private long bytes;

    UnackedQueue() {}

    /**
     * @param acknowledged how many stanzas the client has acknowledged already
     */
    UnackedQueue(long acknowledged) {
        this.acknowledged = acknowledged;
    }

    /** Adds a stanza and answers how many bytes it takes. */
    int add(Stanza stanza, long now) {
        int footprint = stanza.footprint();
        entries.add(new Entry(stanza, footprint, now));
        bytes += footprint;
        peak = Math.max(peak, entries.size());
        return footprint;
    }

    /**
     * Forgets what the client has acknowledged.
     *
     * @param arrived is added who wants to know of it
     * @param h as the client says, from 0 to 2^32-1: how many stanzas it has handled, counted modulo 2^32
     * @return false when that is more than it was sent; nothing has changed then
     */
    boolean acknowledge(long h, List<Handover> arrived) {
        long more = Math.floorMod(h - acknowledged, WRAP);
        if (more > entries.size()) {
            return false;
        }
        for (long i = 0; i < more; i++) {
            Entry entry = entries.remove();
            bytes -= entry.footprint();
            if (entry.stanza() instanceof Message message && message.handover() != null) {
                arrived.add(message.handover());
            }
        }
        acknowledged += more;
        if (entries.isEmpty() && peak > ROOM_KEPT) {
            entries = new ArrayDeque<>(1);
            peak = 0;
        }
        return true;
    }

    /** How many stanzas were acknowledged, since counting began. */
    long acknowledged() {
        return acknowledged;
    }

    /** How many stanzas were handed over, since counting began. */
    long sent() {
        return acknowledged + entries.size();
    }

    /** A count as it is written on the wire. */
    static long onWire(long count) {
        return count % WRAP;
    }

    int size() {
        return entries.size();
    }

    /** About how many bytes of memory the stanzas take. */
    long bytes() {
        return bytes;
    }

    void forEach(Consumer<Entry> action) {
        entries.forEach(action);
    }

    /** Takes all out, which nobody will acknowledge any more. */
    List<Entry> takeAll() {
        List<Entry> taken = List.copyOf(entries);
        entries = new ArrayDeque<>(1);
        bytes = 0;
        return taken;
    }
}
