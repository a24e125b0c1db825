/** One list of bookmarked rooms, however clients ask for it (XEP-0402, XEP-0411). */
@NullMarked
package im.gatehouse.modules.bookmarks;

import org.jspecify.annotations.NullMarked;
