/** Monthly visitors: how many came, from where and with which client, without watching who. */
@NullMarked
package im.gatehouse.modules.visitors;

import org.jspecify.annotations.NullMarked;
