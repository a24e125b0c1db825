package im.gatehouse.modules.streammanagement;

import im.gatehouse.config.Section;
import im.gatehouse.stream.ManagementTerms;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [modules.mod_stream_management]}.
 *
 * @param bufferMax how many stanzas a client may leave unacknowledged, from 1
 * @param bufferBytes about how many bytes of memory they may take, from 65536
 * @param ackFreq after how many stanzas an acknowledgement is asked for, from 1
 * @param ackTimeout after how long without an acknowledgement a message counts as perhaps not received
 * @param resumeTimeout how long a session waits for its client; {@code "0s"} turns resumption off
 * @param maxDetached how many sessions wait at a time
 * @param maxDetachedPerAccount how many of one account
 * @param maxDetachedBytes about how many bytes of memory may wait for all of them
 * @param location where clients are asked to come back
 */
public record StreamManagementConfig(
        int bufferMax,
        long bufferBytes,
        int ackFreq,
        Duration ackTimeout,
        Duration resumeTimeout,
        int maxDetached,
        int maxDetachedPerAccount,
        long maxDetachedBytes,
        Optional<String> location) {
    public static final StreamManagementConfig DEFAULT = new StreamManagementConfig(
            10_000,
            16L << 20,
            10,
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            20_000,
            5,
            256L << 20,
            Optional.empty());

    private static final long LARGEST = 1L << 40;

    static StreamManagementConfig read(Section section) {
        return new StreamManagementConfig(
                section.integer("buffer_max", DEFAULT.bufferMax, 1, 1_000_000),
                section.longInteger("buffer_bytes", DEFAULT.bufferBytes, 1 << 16, LARGEST),
                section.integer("ack_freq", DEFAULT.ackFreq, 1, 1_000_000),
                section.duration("ack_timeout", DEFAULT.ackTimeout, Duration.ofSeconds(1), Duration.ofHours(1)),
                section.duration("resume_timeout", DEFAULT.resumeTimeout, Duration.ZERO, Duration.ofDays(7)),
                section.integer("max_detached", DEFAULT.maxDetached, 0, 10_000_000),
                section.integer("max_detached_per_account", DEFAULT.maxDetachedPerAccount, 1, 1_000),
                section.longInteger("max_detached_bytes", DEFAULT.maxDetachedBytes, 0, LARGEST),
                section.optionalString("location"));
    }

    ManagementTerms terms() {
        return new ManagementTerms(
                bufferMax,
                bufferBytes,
                ackFreq,
                ackTimeout,
                resumeTimeout,
                maxDetached,
                maxDetachedPerAccount,
                maxDetachedBytes,
                location.orElse(null));
    }
}
