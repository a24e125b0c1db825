/** Who is online, and the lane in which an entity handles one thing after another. */
@NullMarked
package im.gatehouse.session;

import org.jspecify.annotations.NullMarked;
