package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's wish to hear of a node's events (XEP-0060 section 4.2). Each address has one at a node at most.
 *
 * @param jid who hears: a bare or a full address
 * @param subid its id
 * @param pending whether an owner has yet to approve of it
 * @param options what the subscriber has chosen
 */
public record Subscription(Jid jid, String subid, boolean pending, SubscriptionOptions options) {
    boolean isActive(Instant now) {
        return !pending && !hasExpired(now);
    }

    boolean hasExpired(Instant now) {
        return options.haveExpired(now);
    }

    Subscription approved() {
        return new Subscription(jid, subid, false, options);
    }

    Subscription with(SubscriptionOptions chosen) {
        return new Subscription(jid, subid, pending, chosen);
    }

    String state() {
        return pending ? "pending" : "subscribed";
    }

    /** The {@code <subscription/>} of any of the namespaces. */
    Element toElement(String namespace, @Nullable String node) {
        Instant expires = options.expires();
        return element(namespace, node, state())
                .attribute("expiry", expires == null ? null : expires.toString())
                .build();
    }

    /** The same when the subscription is none any more. */
    Element toNone(String namespace, String node) {
        return element(namespace, node, "none").build();
    }

    private Element.Builder element(String namespace, @Nullable String node, String state) {
        return Element.builder("subscription", namespace)
                .attribute("node", node)
                .attribute("jid", jid.toString())
                .attribute("subscription", state)
                .attribute("subid", subid);
    }
}
