/** Messages, presences, queries and the errors they may get (RFC 6120 section 8). */
@NullMarked
package im.gatehouse.stanza;

import org.jspecify.annotations.NullMarked;
