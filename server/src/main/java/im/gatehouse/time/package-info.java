/** Wall clock, monotonic clock and timers, which tests replace by ones they move. */
@NullMarked
package im.gatehouse.time;

import org.jspecify.annotations.NullMarked;
