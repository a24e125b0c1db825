/** Accounts and what proves that somebody owns one. */
@NullMarked
package im.gatehouse.account;

import org.jspecify.annotations.NullMarked;
