/** Data forms, in which clients and server ask and answer (XEP-0004). */
@NullMarked
package im.gatehouse.form;

import org.jspecify.annotations.NullMarked;
