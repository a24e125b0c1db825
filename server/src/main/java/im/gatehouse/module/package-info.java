/** What a module declares, and what it is given. */
@NullMarked
package im.gatehouse.module;

import org.jspecify.annotations.NullMarked;
