/** What the parts of administration share. */
@NullMarked
package im.gatehouse.admin;

import org.jspecify.annotations.NullMarked;
