/** Whom to write to about the server (XEP-0157). */
@NullMarked
package im.gatehouse.modules.contactinfo;

import org.jspecify.annotations.NullMarked;
