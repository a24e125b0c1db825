/** How bytes come in and go out, whatever the stream is carried by. */
@NullMarked
package im.gatehouse.transport;

import org.jspecify.annotations.NullMarked;
