package im.gatehouse.modules.blocklist;

import im.gatehouse.jid.Jid;
import org.jspecify.annotations.Nullable;

/**
 * A line of the blocklist, as administrators see it.
 *
 * @param jid the bare address
 * @param reason why, null when no reason was given
 */
public record BlockedUser(Jid jid, @Nullable String reason) {}
