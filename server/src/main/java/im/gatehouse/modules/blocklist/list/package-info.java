/** Lists of blocks as files: what they hold, what is wrong with them, and how they are written. */
@NullMarked
package im.gatehouse.modules.blocklist.list;

import org.jspecify.annotations.NullMarked;
