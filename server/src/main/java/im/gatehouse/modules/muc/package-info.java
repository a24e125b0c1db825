/** Rooms in which many talk (XEP-0045). */
@NullMarked
package im.gatehouse.modules.muc;

import org.jspecify.annotations.NullMarked;
