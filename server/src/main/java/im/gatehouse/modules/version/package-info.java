/** Which software this is (XEP-0092). */
@NullMarked
package im.gatehouse.modules.version;

import org.jspecify.annotations.NullMarked;
