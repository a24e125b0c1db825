/** The blocklist: who may not enter. */
@NullMarked
package im.gatehouse.modules.blocklist;

import org.jspecify.annotations.NullMarked;
