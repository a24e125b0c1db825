/** Where a stanza goes (RFC 6120 section 10, RFC 6121 section 8). */
@NullMarked
package im.gatehouse.router;

import org.jspecify.annotations.NullMarked;
