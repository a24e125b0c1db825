/** The operations of administration as GraphQL over HTTP. */
@NullMarked
package im.gatehouse.admin.graphql;

import org.jspecify.annotations.NullMarked;
