/** One avatar for clients of all kinds: those that publish it, those with visiting cards, and rooms (XEP-0398). */
@NullMarked
package im.gatehouse.modules.avatar;

import org.jspecify.annotations.NullMarked;
