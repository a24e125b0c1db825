/** Push notifications (XEP-0357). */
@NullMarked
package im.gatehouse.modules.push;

import org.jspecify.annotations.NullMarked;
