/** Visiting cards that everybody may see (XEP-0054). */
@NullMarked
package im.gatehouse.modules.vcard;

import org.jspecify.annotations.NullMarked;
