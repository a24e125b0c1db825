package im.gatehouse.stream;

import im.gatehouse.time.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What stream management keeps of one session (XEP-0198). What changes is guarded by the session's line, but for the
 * count of handled stanzas, which guards itself.
 */
final class Managed {
    final StreamManagement management;

    /** By which the client may come back; null when it did not ask for that. */
    final @Nullable String id;

    /** How long the session waits for its client. */
    final Duration patience;

    final HandledCount handled;
    final UnackedQueue queue;

    /** How many stanzas were sent since an acknowledgement was last asked for. */
    int unasked;

    /** Up to which stanza an acknowledgement was asked for that has not come; 0 when none is missing. */
    long askedFor;

    /** Since when an acknowledgement has been missing, on the monotonic clock. */
    long askedSince;

    /** Up to which stanza it has been told that the client may not have got it. */
    long told;

    /** Up to which stanza what is sent is stored with the session since before a restart; 0 when nothing is. */
    long stored;

    /** What of the memory that its stanzas take counts as waiting for a client that is away. */
    long accounted;

    /** Ends the session when its client has not come back. */
    Time.@Nullable Timer expiry;

    /** When that is, on the wall clock, in milliseconds since 1970; 0 while the client is there. */
    long expiresAt;

    Managed(
            StreamManagement management,
            @Nullable String id,
            Duration patience,
            HandledCount handled,
            UnackedQueue queue) {
        this.management = management;
        this.id = id;
        this.patience = patience;
        this.handled = handled;
        this.queue = queue;
    }
}
