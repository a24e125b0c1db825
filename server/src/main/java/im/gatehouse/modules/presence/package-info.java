/** Who is there, and who may know. */
@NullMarked
package im.gatehouse.modules.presence;

import org.jspecify.annotations.NullMarked;
