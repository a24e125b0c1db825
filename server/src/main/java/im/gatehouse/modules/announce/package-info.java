/** What administrators tell all users, or each who comes (XEP-0133). */
@NullMarked
package im.gatehouse.modules.announce;

import org.jspecify.annotations.NullMarked;
