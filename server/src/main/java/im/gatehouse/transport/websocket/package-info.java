/** Streams over WebSocket (RFC 7395). */
@NullMarked
package im.gatehouse.transport.websocket;

import org.jspecify.annotations.NullMarked;
