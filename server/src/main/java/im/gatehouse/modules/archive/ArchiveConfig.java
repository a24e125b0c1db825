package im.gatehouse.modules.archive;

import im.gatehouse.config.Section;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code [modules.mod_mam]}.
 *
 * @param pm whether users have archives
 * @param muc whether rooms have archives
 * @param defaultResultLimit messages in a page for a client that does not say how many, from 1
 * @param maxResultLimit messages in a page at most, from 1
 * @param expireAfter how long a message is kept; empty for as long as there is room
 * @param maxMessages how many messages an archive keeps; empty for any number
 */
public record ArchiveConfig(
        boolean pm,
        boolean muc,
        int defaultResultLimit,
        int maxResultLimit,
        Optional<Duration> expireAfter,
        OptionalInt maxMessages) {
    static final ArchiveConfig DEFAULT =
            new ArchiveConfig(true, true, 50, 100, Optional.empty(), OptionalInt.empty());

    private static final String EXPIRE_AFTER = "expire_after";
    private static final int LARGEST_PAGE = 1_000;
    private static final Duration YEAR = Duration.ofDays(365);
    private static final Duration SHORTEST = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    static ArchiveConfig read(Section section) {
        int most = section.integer("max_result_limit", DEFAULT.maxResultLimit, 1, LARGEST_PAGE);
        int usual = section.integer("default_result_limit", DEFAULT.defaultResultLimit, 1, LARGEST_PAGE);
        Duration expireAfter = section.duration(EXPIRE_AFTER, YEAR, SHORTEST, LONGEST);
        return new ArchiveConfig(
                section.bool("pm", DEFAULT.pm),
                section.bool("muc", DEFAULT.muc),
                Math.min(usual, most),
                most,
                section.has(EXPIRE_AFTER) ? Optional.of(expireAfter) : Optional.empty(),
                section.optionalInteger("max_messages", 1, Integer.MAX_VALUE));
    }
}
