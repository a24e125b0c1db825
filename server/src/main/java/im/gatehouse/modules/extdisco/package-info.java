/** Services outside XMPP, such as STUN and TURN (XEP-0215). */
@NullMarked
package im.gatehouse.modules.extdisco;

import org.jspecify.annotations.NullMarked;
