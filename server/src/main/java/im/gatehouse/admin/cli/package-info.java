/** The command line: it speaks GraphQL to the running server and loads little, so that it starts quickly. */
@NullMarked
package im.gatehouse.admin.cli;

import org.jspecify.annotations.NullMarked;
