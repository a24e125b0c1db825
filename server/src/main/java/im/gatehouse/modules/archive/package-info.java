/** What users and rooms have said, for their clients to ask for (XEP-0313). */
@NullMarked
package im.gatehouse.modules.archive;

import org.jspecify.annotations.NullMarked;
