/** Accounts made, changed and removed by their owners, from within a client (XEP-0077). */
@NullMarked
package im.gatehouse.modules.register;

import org.jspecify.annotations.NullMarked;
