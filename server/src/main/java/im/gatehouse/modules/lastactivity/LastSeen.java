package im.gatehouse.modules.lastactivity;

import java.time.Instant;

/**
 * When a user was last there.
 *
 * @param at when the last session ended
 * @param status what the user said on leaving, empty for nothing
 */
record LastSeen(Instant at, String status) {}
