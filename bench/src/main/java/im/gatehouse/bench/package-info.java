/** Measurements: micro-benchmarks of what every stanza passes through. */
@NullMarked
package im.gatehouse.bench;

import org.jspecify.annotations.NullMarked;
