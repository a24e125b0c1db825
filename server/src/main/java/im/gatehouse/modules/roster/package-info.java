/** Contact lists and the subscriptions between contacts. */
@NullMarked
package im.gatehouse.modules.roster;

import org.jspecify.annotations.NullMarked;
