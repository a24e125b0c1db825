/** What a user has read on one device is read on all (XEP-0490). */
@NullMarked
package im.gatehouse.modules.mds;

import org.jspecify.annotations.NullMarked;
