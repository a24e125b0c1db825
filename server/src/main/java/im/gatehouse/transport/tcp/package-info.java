/** Streams over TCP and TLS (RFC 6120 section 3). */
@NullMarked
package im.gatehouse.transport.tcp;

import org.jspecify.annotations.NullMarked;
