/** How long ago a user was last there (XEP-0012). */
@NullMarked
package im.gatehouse.modules.lastactivity;

import org.jspecify.annotations.NullMarked;
