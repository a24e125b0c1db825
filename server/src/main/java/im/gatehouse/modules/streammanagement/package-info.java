/** Nothing is lost when a client's connection breaks, nor over a restart of the server (XEP-0198). */
@NullMarked
package im.gatehouse.modules.streammanagement;

import org.jspecify.annotations.NullMarked;
