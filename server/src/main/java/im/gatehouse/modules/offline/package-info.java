/** Messages for those who are not there. */
@NullMarked
package im.gatehouse.modules.offline;

import org.jspecify.annotations.NullMarked;
