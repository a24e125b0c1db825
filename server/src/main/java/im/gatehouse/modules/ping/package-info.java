/** Answers to clients that want to know whether the server is still there (XEP-0199). */
@NullMarked
package im.gatehouse.modules.ping;

import org.jspecify.annotations.NullMarked;
