/** Small things that clients keep on the server for themselves (XEP-0049). */
@NullMarked
package im.gatehouse.modules.privatestorage;

import org.jspecify.annotations.NullMarked;
