/** Figures for operators under dimensional and dotted names. */
@NullMarked
package im.gatehouse.metrics;

import org.jspecify.annotations.NullMarked;
