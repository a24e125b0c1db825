/** What a client and the server settle on a stream before stanzas flow (RFC 6120). */
@NullMarked
package im.gatehouse.stream;

import org.jspecify.annotations.NullMarked;
