package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.DeliverNotifications;
import im.gatehouse.modules.pubsub.setting.DeliverPayloads;
import im.gatehouse.modules.pubsub.setting.ItemReply;
import im.gatehouse.modules.pubsub.setting.NotificationType;
import im.gatehouse.modules.pubsub.setting.PresenceBasedDelivery;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells subscribers what happens at a node (XEP-0060 section 12.1), all of them with the same bytes. May block where
 * the node's access model has to be asked about a subscriber.
 */
final class Notifier {
    private final Parts parts;

    Notifier(Parts parts) {
        this.parts = parts;
    }

    /** Has all who hear of a node told of an event, in turn. */
    void tell(Turns.Turn turn, Node node, Element what) {
        turn.tell(lane -> fanOut(node, event(node, what, null), lane));
    }

    /** Has all who hear of a node told of an item, in turn. */
    void tell(Turns.Turn turn, Node node, Item item) {
        Message message = event(node, items(node, item), item);
        turn.tell(lane -> fanOut(node, message, lane));
    }

    /** Sends the last item to somebody who has not asked for it (section 6.1.7). */
    void tellLast(Node node, Item item, Jid receiver, Lane lane) {
        Element delay = Element.builder("delay", Pubsub.DELAY)
                .attribute("stamp", item.publishedAt().toString())
                .build();
        parts.context.router().route(event(node, items(node, item), item).with(delay).to(receiver), lane);
        parts.figures.notified(node.service(), 1);
    }

    private static Element items(Node node, @Nullable Item item) {
        boolean withPayload = node.config().get(DeliverPayloads.SETTING);
        return Element.builder("items", Pubsub.EVENT)
                .attribute("node", node.name())
                .child(item == null ? null : item.toElement(Pubsub.EVENT, withPayload))
                .build();
    }

    /** A node without items tells only that something was published (section 7.1.2.2). */
    void tellOfNothing(Turns.Turn turn, Node node) {
        tell(turn, node, items(node, null));
    }

    private static Message event(Node node, Element what, @Nullable Item item) {
        Message message = message(node, Element.builder("event", Pubsub.EVENT).child(what).build());
        boolean replies = item != null && node.config().get(ItemReply.SETTING) == ItemReply.Whom.PUBLISHER;
        return replies ? message.with(replyTo(item.publisher())) : message;
    }

    private static Element replyTo(Jid publisher) {
        return Element.builder("addresses", Pubsub.ADDRESS)
                .child(Element.builder("address", Pubsub.ADDRESS)
                        .attribute("type", "replyto")
                        .attribute("jid", publisher.toString())
                        .build())
                .build();
    }

    private static Message message(Node node, Element child) {
        Message.Type type =
                switch (node.config().get(NotificationType.SETTING)) {
                    case NORMAL -> Message.Type.NORMAL;
                    case HEADLINE -> Message.Type.HEADLINE;
                };
        return Message.of(type, node.service(), null, Parts.randomId(), child);
    }

    private void fanOut(Node node, Message message, Lane lane) {
        if (!node.config().get(DeliverNotifications.SETTING)) {
            return;
        }
        Set<Jid> receivers = new LinkedHashSet<>();
        Set<Jid> accounts = new HashSet<>();
        Instant now = parts.now();
        for (Subscription subscription : node.subscriptions().values()) {
            Jid subscriber = subscription.jid();
            if (subscription.isActive(now) && subscription.deliver() && isThere(node, subscriber)
                    && parts.access.mayRead(node, subscriber)) {
                receivers.add(subscriber);
                if (subscriber.isBare()) {
                    accounts.add(subscriber); // whose every resource hears by that
                }
            }
        }
        for (Jid listener : parts.profile.listeners(node)) {
            if (!accounts.contains(listener.bare()) && parts.access.contactMayRead(node, listener)) {
                receivers.add(listener);
            }
        }
        receivers.forEach(receiver -> parts.context.router().route(message.to(receiver), lane));
        parts.figures.notified(node.service(), receivers.size());
    }

    private boolean isThere(Node node, Jid subscriber) {
        if (!node.config().get(PresenceBasedDelivery.SETTING) || !parts.context.router().isHost(subscriber.domain())) {
            return true;
        }
        return parts.context.sessions().of(subscriber).stream()
                .anyMatch(session -> session.isAvailable()
                        && (subscriber.isBare() || session.jid().equals(subscriber)));
    }

    /** Tells somebody what has become of the subscription (section 8.8.4), or of the affiliation (section 8.9.4). */
    void tellOf(Turns.Turn turn, Node node, Element about, Jid receiver) {
        Message message = message(
                node, Element.builder("pubsub", Pubsub.NAMESPACE).child(about).build());
        turn.tell(lane -> parts.context.router().route(message.to(receiver), lane));
    }

    /** Sends something to the owners of a node. */
    void tellOwners(Turns.Turn turn, Node node, Element child) {
        Message message = Message.of(Message.Type.NORMAL, node.service(), null, Parts.randomId(), child);
        Set<Jid> owners = new LinkedHashSet<>(parts.profile.owners(node));
        owners.addAll(node.owners());
        turn.tell(lane -> owners.forEach(owner -> parts.context.router().route(message.to(owner), lane)));
    }
}
