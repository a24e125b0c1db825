/** What clients can do, learnt once for all who run the same software (XEP-0115). */
@NullMarked
package im.gatehouse.modules.caps;

import org.jspecify.annotations.NullMarked;
