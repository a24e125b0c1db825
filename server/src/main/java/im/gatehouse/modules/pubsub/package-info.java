/** Publish-subscribe: one engine for the service at a domain of its own and for accounts (XEP-0060). */
@NullMarked
package im.gatehouse.modules.pubsub;

import org.jspecify.annotations.NullMarked;
