/** Where the server is put together. */
@NullMarked
package im.gatehouse.app;

import org.jspecify.annotations.NullMarked;
