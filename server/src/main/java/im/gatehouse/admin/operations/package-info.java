/** What administrators can do with the core of the server: accounts, sessions, domains, figures, the server itself. */
@NullMarked
package im.gatehouse.admin.operations;

import org.jspecify.annotations.NullMarked;
