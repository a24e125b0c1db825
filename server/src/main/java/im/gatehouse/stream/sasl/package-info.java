/** The server's side of the sign-in mechanisms (RFC 4422), free of XML and of the profile that carries them. */
@NullMarked
package im.gatehouse.stream.sasl;

import org.jspecify.annotations.NullMarked;
