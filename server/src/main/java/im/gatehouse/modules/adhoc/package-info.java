/** Commands with forms, and with them the administration of the server from within a client (XEP-0050, XEP-0133). */
@NullMarked
package im.gatehouse.modules.adhoc;

import org.jspecify.annotations.NullMarked;
