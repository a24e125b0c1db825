/** The port behind which several nodes can act as one server. */
@NullMarked
package im.gatehouse.cluster;

import org.jspecify.annotations.NullMarked;
