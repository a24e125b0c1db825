/** What time it is at the server (XEP-0202). */
@NullMarked
package im.gatehouse.modules.time;

import org.jspecify.annotations.NullMarked;
