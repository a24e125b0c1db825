package im.gatehouse.modules.offline;

import im.gatehouse.config.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code [modules.mod_offline]}.
 *
 * @param maxMessages how many messages wait for an account at most, from 1
 * @param expireAfter how long a message waits; empty for as long as it takes
 */
public record OfflineConfig(int maxMessages, Optional<Duration> expireAfter) {
    public static final OfflineConfig DEFAULT = new OfflineConfig(1_000, Optional.empty());

    private static final String EXPIRE_AFTER = "expire_after";
    private static final Duration MONTH = Duration.ofDays(30);
    private static final Duration SHORTEST = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(3_650);

    static OfflineConfig read(Section section) {
        int maxMessages = section.integer("max_messages", DEFAULT.maxMessages, 1, 1_000_000);
        Duration expireAfter = section.duration(EXPIRE_AFTER, MONTH, SHORTEST, LONGEST);
        return new OfflineConfig(
                maxMessages, section.has(EXPIRE_AFTER) ? Optional.of(expireAfter) : Optional.empty());
    }
}
