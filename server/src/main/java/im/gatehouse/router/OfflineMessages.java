package im.gatehouse.router;

import im.gatehouse.stanza.Message;

/** Keeps messages for accounts that nobody is connected to: a port of the router (RFC 6121 section 8.5.2.2). */
@FunctionalInterface
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

    /** Stores a message for its receiver's account, which exists. May block. */
    Outcome store(Message message);
}
