/** Visiting cards in the format of today (XEP-0292). */
@NullMarked
package im.gatehouse.modules.vcard4;

import org.jspecify.annotations.NullMarked;
