/** How fast a room may talk. */
@NullMarked
package im.gatehouse.modules.muclimits;

import org.jspecify.annotations.NullMarked;
