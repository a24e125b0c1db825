/** Addresses of entities (RFC 7622). */
@NullMarked
package im.gatehouse.jid;

import org.jspecify.annotations.NullMarked;
