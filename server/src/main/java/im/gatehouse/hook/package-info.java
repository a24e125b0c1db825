/** Typed places where a module may refuse something (guards) or hear of it (notices). */
@NullMarked
package im.gatehouse.hook;

import org.jspecify.annotations.NullMarked;
