package im.gatehouse.stream;

import im.gatehouse.stanza.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is said to a client until it has been given what was said before, so that nothing overtakes what was
 * stored (RFC 6120 section 10.1). Guarded by whoever has it, but for {@link #mayKeep}.
 */
final class InTurn {
    /** So many messages are kept at most. */
    private static final int MOST = 500;

    /** About so many bytes of memory they take at most. */
    private static final long MOST_BYTES = 1 << 20;

    /** Null while nothing has to wait. */
    private volatile @Nullable List<Message> kept;

    private long bytes;
    private long lastHold;

    /** From now on messages are kept. Answers which time this is. */
    long hold() {
        if (kept == null) {
            kept = new ArrayList<>(0);
            bytes = 0;
        }
        return ++lastHold;
    }

    /** Whether messages are still kept because somebody has asked for that after that time. */
    boolean isHeldSince(long hold) {
        return kept != null && lastHold != hold;
    }

    /** Whether it is worth asking to keep a message. From any thread. */
    boolean mayKeep(Message message) {
        return kept != null && (message.type() == Message.Type.NORMAL || message.type() == Message.Type.CHAT);
    }

    /** Keeps a message; answers false when nothing has to wait any more, or too much does. */
    boolean keeps(Message message) {
        List<Message> present = kept;
        bytes += message.footprint();
        return present != null && present.size() < MOST && bytes <= MOST_BYTES && present.add(message);
    }

    /** What was kept, in the order in which it came; what comes from now on is not. */
    List<Message> letGo() {
        List<Message> all = kept;
        kept = null;
        return all == null ? List.of() : all;
    }
}
