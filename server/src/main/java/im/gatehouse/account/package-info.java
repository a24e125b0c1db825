/** Who has an account and how they prove that it is theirs (RFC 5802, RFC 7677). */
@NullMarked
package im.gatehouse.account;

import org.jspecify.annotations.NullMarked;
