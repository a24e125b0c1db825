package im.gatehouse.modules.blocklist.list;

import im.gatehouse.modules.blocklist.target.Target;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One block as a list in a file has it. An empty text is the same as none.
 *
 * @param target whom it is for
 * @param reason why, in words that the user is shown; null for none
 * @param note why, in words that only administrators see; null for none
 * @param startsAt the first moment at which it works; null when it works at once
 * @param expiresAt the first moment at which it works no longer; null when it never ends
 */
public record BlockLine(
        Target target,
        @Nullable String reason,
        @Nullable String note,
        @Nullable Instant startsAt,
        @Nullable Instant expiresAt) {
    public BlockLine {
        reason = orNull(reason);
        note = orNull(note);
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
