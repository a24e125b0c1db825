/** The settings of a room, one a file: its values, its field in the owners' form, and what discovery says of it. */
@NullMarked
package im.gatehouse.modules.muc.setting;

import org.jspecify.annotations.NullMarked;
