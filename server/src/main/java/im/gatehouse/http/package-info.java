/** A small HTTP server on Netty's codecs: routes, limits, and whom a request comes from. */
@NullMarked
package im.gatehouse.http;

import org.jspecify.annotations.NullMarked;
