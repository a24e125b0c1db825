package im.gatehouse.stream;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The bounds of stream management.
 *
 * @param mostUnacked how many stanzas a client may leave unacknowledged, at least 1
 * @param mostUnackedBytes about how many bytes of memory they may take
 * @param ackFrequency after so many stanzas an acknowledgement is asked for, at least 1
 * @param ackTimeout a client that has not acknowledged for so long counts as one that may not have got what it was sent
 * @param resumption how long a session waits for its client; zero when none does
 * @param mostDetached how many sessions may wait
 * @param mostDetachedPerAccount how many of them may be of one account
 * @param mostDetachedBytes about how many bytes of memory may wait for all of them
 * @param location where clients are asked to come back, an address with a port, or null
 */
public record ManagementTerms(
        int mostUnacked,
        long mostUnackedBytes,
        int ackFrequency,
        Duration ackTimeout,
        Duration resumption,
        int mostDetached,
        int mostDetachedPerAccount,
        long mostDetachedBytes,
        @Nullable String location) {}
