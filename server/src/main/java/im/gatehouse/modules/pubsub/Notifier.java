package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.DeliverNotifications;
import im.gatehouse.modules.pubsub.setting.DeliverPayloads;
import im.gatehouse.modules.pubsub.setting.NotificationType;
import im.gatehouse.modules.pubsub.setting.PresenceBasedDelivery;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
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
        Message message = event(node, what);
        turn.tell(lane -> fanOut(node, message, message, readers(node), lane));
    }

    /**
     * Has all who hear of a node told of an item, in turn.
     *
     * @param publisher the address from which it came
     */
    void tell(Turns.Turn turn, Node node, Item item, Jid publisher) {
        Message message = event(node, items(node, item));
        Jid client = parts.profile.shownClient(node.service(), publisher);
        Message forContacts = client == null ? message : message.with(replyTo(client));
        turn.tell(lane -> fanOut(node, message, forContacts, readers(node), lane));
    }

    private static Element replyTo(Jid client) {
        return Element.builder("addresses", Pubsub.ADDRESS)
                .child(Element.builder("address", Pubsub.ADDRESS)
                        .attribute("type", "replyto")
                        .attribute("jid", client.toString())
                        .build())
                .build();
    }

    /** Has all who hear of a node, or wait for an owner's word, told of its end, in turn (section 8.4.2). */
    void tellOfEnd(Turns.Turn turn, Node node, Element what) {
        Message message = event(node, what);
        Predicate<Subscription> readers = readers(node);
        turn.tell(lane -> fanOut(node, message, message, each -> each.pending() || readers.test(each), lane));
    }

    /** Sends the last item to somebody who has not asked for it (section 6.1.7). */
    void tellLast(Node node, Item item, Jid receiver, Lane lane) {
        Element delay = Element.builder("delay", Pubsub.DELAY)
                .attribute("stamp", item.publishedAt().toString())
                .build();
        parts.context.router().route(event(node, items(node, item)).with(delay).to(receiver), lane);
        parts.figures.notified(node.service(), 1);
    }

    private static Element items(Node node, @Nullable Item item) {
        boolean withPayload = node.config().get(DeliverPayloads.SETTING);
        return Element.builder("items", Pubsub.EVENT)
                .attribute("node", node.name())
                .child(item == null ? null : item.toElement(Pubsub.EVENT, node.config(), withPayload))
                .build();
    }

    /** A node without items tells only that something was published (section 7.1.2.2). */
    void tellOfNothing(Turns.Turn turn, Node node) {
        tell(turn, node, items(node, null));
    }

    private static Message event(Node node, Element what) {
        return message(node, Element.builder("event", Pubsub.EVENT).child(what).build());
    }

    private static Message message(Node node, Element child) {
        Message.Type type =
                switch (node.config().get(NotificationType.SETTING)) {
                    case NORMAL -> Message.Type.NORMAL;
                    case HEADLINE -> Message.Type.HEADLINE;
                };
        return Message.of(type, node.service(), null, Parts.randomId(), child);
    }

    /**
     * @param forContacts the same for those who see the owner's presence
     */
    private void fanOut(
            Node node, Message message, Message forContacts, Predicate<Subscription> concerned, Lane lane) {
        if (!node.config().get(DeliverNotifications.SETTING)) {
            return;
        }
        Set<Jid> receivers = new LinkedHashSet<>();
        Set<Jid> accounts = new HashSet<>();
        boolean onlyPresent = node.config().get(PresenceBasedDelivery.SETTING);
        for (Subscription subscription : node.subscriptions().values()) {
            Jid subscriber = subscription.jid();
            if (concerned.test(subscription)
                    && subscription.options().deliver()
                    && parts.profile.mayTell(node.service(), subscriber)) {
                parts.online.receivers(subscription, onlyPresent).forEach(receivers::add);
                if (subscriber.isBare()) {
                    accounts.add(subscriber); // whose every resource hears by that, or wants not to
                }
            }
        }
        Set<Jid> listeners = new LinkedHashSet<>();
        for (Jid listener : parts.profile.listeners(node)) {
            if (!accounts.contains(listener.bare()) && parts.access.contactMayRead(node, listener)) {
                listeners.add(listener);
                receivers.remove(listener);
            }
        }
        boolean differs = message != forContacts;
        for (Jid receiver : receivers) {
            Message news = differs && parts.access.seesPresence(node, receiver) ? forContacts : message;
            parts.context.router().route(news.to(receiver), lane);
        }
        listeners.forEach(listener -> parts.context.router().route(forContacts.to(listener), lane));
        parts.figures.notified(node.service(), receivers.size() + listeners.size());
    }

    private Predicate<Subscription> readers(Node node) {
        Instant now = parts.now();
        return subscription -> subscription.isActive(now) && parts.access.mayRead(node, subscription.jid());
    }

    /** Tells somebody what has become of the subscription (section 12.12), or of the affiliation (section 8.9.4). */
    void tellOf(Turns.Turn turn, Node node, Element about, Jid receiver) {
        String holder = about.namespace().equals(Pubsub.EVENT) ? "event" : "pubsub";
        Message message =
                message(node, Element.builder(holder, about.namespace()).child(about).build());
        turn.tell(lane -> {
            if (parts.profile.mayTell(node.service(), receiver)) {
                parts.context.router().route(message.to(receiver), lane);
            }
        });
    }

    /** Asks one of the owners of a node something, whether others have been asked or not. */
    void ask(Turns.Turn turn, Node node, Element question, Jid owner) {
        Message message = Message.of(Message.Type.NORMAL, node.service(), owner, Parts.randomId(), question);
        turn.tell(lane -> parts.context.router().route(message, lane));
    }

    /** Sends something to the owners of a node. */
    void tellOwners(Turns.Turn turn, Node node, Element child) {
        Message message = Message.of(Message.Type.NORMAL, node.service(), null, Parts.randomId(), child);
        Set<Jid> owners = new LinkedHashSet<>(parts.profile.owners(node));
        owners.addAll(node.owners());
        turn.tell(lane -> owners.forEach(owner -> parts.context.router().route(message.to(owner), lane)));
    }
}
