/** Users keep others from reaching them, and report them (XEP-0191, XEP-0377). */
@NullMarked
package im.gatehouse.modules.blocking;

import org.jspecify.annotations.NullMarked;
