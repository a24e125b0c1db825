package im.gatehouse.router;

import im.gatehouse.session.Session;
import im.gatehouse.stanza.Message;
import org.jspecify.annotations.Nullable;

/** Keeps messages for accounts that nobody takes messages for: a port of the router (RFC 6121 section 8.5.2.2). */
public interface OfflineMessages {
    /** What came of it. */
    enum Outcome {
        /** It is stored, durably. */
        STORED,
        /** It is of a kind that is not kept, and may be dropped without a word. */
        DROPPED,
        /** It cannot be kept; the sender is told so. */
        REFUSED
    }

    /**
     * Whether a message has to be stored though somebody takes messages, because what was stored before is being handed
     * over and must not be overtaken (RFC 6120 section 10.1). Does not block.
     *
     * @param only the session that the message is for, or null when it is for the account
     */
    boolean goesBehind(Message message, @Nullable Session only);

    /** Stores a message for its receiver's account, which exists. May block. */
    Outcome store(Message message);
}
