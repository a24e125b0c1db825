/** Copies of what one client of a user says and hears, for the others (XEP-0280). */
@NullMarked
package im.gatehouse.modules.carbons;

import org.jspecify.annotations.NullMarked;
