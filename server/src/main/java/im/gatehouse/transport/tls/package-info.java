/** Encrypted connections: certificates, how one is picked for a client, and what binds a sign-in to a connection. */
@NullMarked
package im.gatehouse.transport.tls;

import org.jspecify.annotations.NullMarked;
