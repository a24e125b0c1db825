package im.gatehouse.modules.blocklist;

import org.jspecify.annotations.Nullable;

/**
 * That a user may not enter.
 *
 * @param reason why, in words that the user is shown; null when none was given
 */
record Block(@Nullable String reason) {}
