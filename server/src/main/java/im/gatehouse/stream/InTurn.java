package im.gatehouse.stream;

import im.gatehouse.stanza.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps messages for a client until it has been given those that were said before, so that nothing overtakes what was
 * stored (RFC 6120 section 10.1). Whoever has one guards it.
 */
final class InTurn {
    /** So many are kept at most. */
    private static final int MOST = 500;

    /** About so many bytes of memory they take at most. */
    private static final long MOST_BYTES = 1 << 20;

    private final List<Message> kept = new ArrayList<>(0);
    private long bytes;
    private long number;

    /** Which of a line's waits this is; whoever has asked last for it ends it. */
    long number() {
        return number;
    }

    void number(long latest) {
        number = latest;
    }

    /** Keeps a message; answers false when there are too many. */
    boolean keeps(Message message) {
        bytes += message.footprint();
        if (kept.size() == MOST || bytes > MOST_BYTES) {
            return false;
        }
        kept.add(message);
        return true;
    }

    /** What was kept, in the order in which it came. */
    List<Message> all() {
        return kept;
    }
}
