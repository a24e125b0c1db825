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
 * @param deliver whether events are sent
 * @param expires when it ends by itself, null for never
 */
public record Subscription(Jid jid, String subid, boolean pending, boolean deliver, @Nullable Instant expires) {
    boolean isActive(Instant now) {
        return !pending && !hasExpired(now);
    }

    boolean hasExpired(Instant now) {
        return expires != null && !expires.isAfter(now);
    }

    Subscription approved() {
        return new Subscription(jid, subid, false, deliver, expires);
    }

    String state() {
        return pending ? "pending" : "subscribed";
    }

    /** The {@code <subscription/>} of any of the namespaces. */
    Element toElement(String namespace, @Nullable String node) {
        return Element.builder("subscription", namespace)
                .attribute("node", node)
                .attribute("jid", jid.toString())
                .attribute("subscription", state())
                .attribute("subid", subid)
                .attribute("expiry", expires == null ? null : expires.toString())
                .build();
    }

    /** The element for a subscription that is none any more. */
    static Element none(String namespace, @Nullable String node, Jid jid) {
        return Element.builder("subscription", namespace)
                .attribute("node", node)
                .attribute("jid", jid.toString())
                .attribute("subscription", "none")
                .build();
    }
}
