/** Spares clients whose users do not look what can wait (XEP-0352). */
@NullMarked
package im.gatehouse.modules.csi;

import org.jspecify.annotations.NullMarked;
