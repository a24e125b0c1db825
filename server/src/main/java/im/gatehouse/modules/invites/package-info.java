/** Invitations by which people make an account, or become somebody's contact (XEP-0379, XEP-0401). */
@NullMarked
package im.gatehouse.modules.invites;

import org.jspecify.annotations.NullMarked;
