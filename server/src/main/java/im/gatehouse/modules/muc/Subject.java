package im.gatehouse.modules.muc;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is talked about in a room.
 *
 * @param text empty for none
 * @param nick who set it; null when nobody has
 * @param since when
 */
record Subject(String text, @Nullable String nick, Instant since) {
    static final Subject NONE = new Subject("", null, Instant.EPOCH);
}
