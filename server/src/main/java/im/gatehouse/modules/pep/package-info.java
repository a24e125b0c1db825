/** Every account's own nodes, of which its contacts hear without subscribing (XEP-0163). */
@NullMarked
package im.gatehouse.modules.pep;

import org.jspecify.annotations.NullMarked;
