/** What the server and its accounts are and can do, told to whoever asks (XEP-0030). */
@NullMarked
package im.gatehouse.modules.disco;

import org.jspecify.annotations.NullMarked;
