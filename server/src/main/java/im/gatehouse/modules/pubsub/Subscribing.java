package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.NotifySubscriptions;
import im.gatehouse.modules.pubsub.setting.SendLastItem;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets people subscribe, choose options, leave, and see what they are to nodes (XEP-0060 sections 5.6 to 6.4). */
final class Subscribing {
    private final Parts parts;
    private final Authorizations authorizations;

    Subscribing(Parts parts, Authorizations authorizations) {
        this.parts = parts;
        this.authorizations = authorizations;
    }

    // --- coming and going ---

    Iq subscribe(Asked asked) {
        Jid subscriber = ownJid(asked);
        Element options = asked.pubsub().child("options", Pubsub.NAMESPACE);
        DataForm form = Asked.form(options, Pubsub.SUBSCRIBE_OPTIONS);
        String name = asked.node();
        return parts.inTurn(asked.service(), name, work -> {
            Node found = parts.existing(asked);
            List<Jid> ended = ended(found);
            Node node = found.without(ended);
            Subscription subscription = subscribed(node, asked.asker(), subscriber, form);
            Subscription before = node.subscriptions().get(subscriber);
            if (!subscription.equals(before)) {
                Node after = node.with(subscription);
                work.store(after, db -> {
                    ended.forEach(jid -> parts.store.unsubscribe(db, node.id(), jid));
                    parts.store.subscription(db, node.id(), subscription);
                });
                tellOwners(work, after, subscription);
                if (!subscription.pending() && (before == null || before.pending())) {
                    sendLast(work, after, subscriber);
                }
            }
            return asked.answer(subscription.toElement(Pubsub.NAMESPACE, name));
        });
    }

    /** Who subscribed until a moment that has come. */
    private List<Jid> ended(Node node) {
        Instant now = parts.now();
        return node.subscriptions().values().stream()
                .filter(subscription -> subscription.hasExpired(now))
                .map(Subscription::jid)
                .toList();
    }

    private Subscription subscribed(Node node, Jid asker, Jid subscriber, @Nullable DataForm form) {
        boolean waits = parts.access.checkSubscribes(node, asker);
        if (!node.config().get(im.gatehouse.modules.pubsub.setting.Subscribing.SETTING)
                && parts.access.affiliation(node, asker) != Affiliation.OWNER) {
            throw Refusals.unsupported("subscribe");
        }
        Subscription before = node.subscriptions().get(subscriber);
        if (before != null && before.pending() && waits) {
            throw Refusals.of(Condition.NOT_AUTHORIZED, "pending-subscription");
        }
        if (before == null && node.subscriptions().size() >= parts.profile.limits().maxSubscriptions()) {
            throw Refusals.of(Condition.POLICY_VIOLATION, StanzaError.Type.WAIT, "too-many-subscriptions");
        }
        Subscription basis =
                before == null ? new Subscription(subscriber, Parts.randomId(), waits, true, null) : before;
        return form == null ? basis : SubscriptionForm.submitted(basis, form);
    }

    private void tellOwners(Parts.Work work, Node node, Subscription subscription) {
        if (subscription.pending()) {
            authorizations.ask(work.turn(), node, subscription);
        } else if (node.config().get(NotifySubscriptions.SETTING)) {
            tellOwners(work, node, subscription.toElement(Pubsub.NAMESPACE, node.name()));
        }
    }

    private void tellOwners(Parts.Work work, Node node, Element about) {
        parts.notifier.tellOwners(
                work.turn(),
                node,
                Element.builder("pubsub", Pubsub.NAMESPACE).child(about).build());
    }

    /** Sends the last item to a new subscriber (section 6.1.7). */
    void sendLast(Parts.Work work, Node node, Jid subscriber) {
        if (node.config().get(SendLastItem.SETTING) != SendLastItem.When.NEVER && Publishing.isPersistent(node)) {
            Instant since = parts.since(node);
            Item last = parts.database().read(db -> parts.store.last(db, node.id(), since));
            if (last != null) {
                work.turn().tell(lane -> parts.notifier.tellLast(node, last, subscriber, lane));
            }
        }
    }

    Iq unsubscribe(Asked asked) {
        Jid subscriber = ownJid(asked);
        String name = asked.node();
        return parts.inTurn(asked.service(), name, work -> {
            Node node = parts.existing(asked);
            if (node.subscriptions().get(subscriber) == null) {
                throw Refusals.of(Condition.UNEXPECTED_REQUEST, StanzaError.Type.CANCEL, "not-subscribed");
            }
            checkSubid(node, asked);
            remove(work, node, subscriber);
            return asked.answer(Subscription.none(Pubsub.NAMESPACE, name, subscriber));
        });
    }

    /** Ends a subscription and tells the owners of it, if they want to know. */
    Node remove(Parts.Work work, Node node, Jid subscriber) {
        Node after = node.without(subscriber);
        work.store(after, db -> parts.store.unsubscribe(db, node.id(), subscriber));
        if (node.config().get(NotifySubscriptions.SETTING)) {
            tellOwners(work, after, Subscription.none(Pubsub.NAMESPACE, node.name(), subscriber));
        }
        return after;
    }

    /** The address in the request, which must be of who asks (section 6.1.3.1). */
    private static Jid ownJid(Asked asked) {
        Jid jid = Asked.jid(asked.action());
        boolean own = jid.equals(asked.asker()) || jid.equals(asked.asker().bare());
        if (!own) {
            throw Refusals.invalidJid();
        }
        return jid;
    }

    /** Refuses a request that names a subscription by an id that is not the asker's. */
    static void checkSubid(Node node, Asked asked) {
        String subid = asked.action().attribute("subid");
        if (subid == null) {
            return;
        }
        String jid = asked.action().attribute("jid");
        Subscription subscription = jid == null
                ? node.subscription(asked.asker())
                : node.subscriptions().get(Asked.jid(asked.action()));
        if (subscription == null || !subscription.subid().equals(subid)) {
            throw Refusals.of(Condition.NOT_ACCEPTABLE, "invalid-subid");
        }
    }

    // --- options (section 6.3) ---

    Iq options(Asked asked) {
        Node node = parts.existing(asked);
        Subscription subscription = own(node, asked);
        Element options = Element.builder("options", Pubsub.NAMESPACE)
                .attribute("node", node.name())
                .attribute("jid", subscription.jid().toString())
                .attribute("subid", subscription.subid())
                .child(SubscriptionForm.of(subscription.deliver(), subscription.expires()).toElement())
                .build();
        return asked.answer(options);
    }

    Iq setOptions(Asked asked) {
        String name = asked.node();
        DataForm form = Asked.form(asked.action(), Pubsub.SUBSCRIBE_OPTIONS);
        return parts.inTurn(asked.service(), name, work -> {
            Node node = parts.existing(asked);
            Subscription before = own(node, asked);
            if (form == null) {
                throw Refusals.of(Condition.BAD_REQUEST, "invalid-options");
            }
            if (form.type() == DataForm.Type.SUBMIT) {
                Subscription after = SubscriptionForm.submitted(before, form);
                work.store(node.with(after), db -> parts.store.subscription(db, node.id(), after));
            }
            return asked.request().result();
        });
    }

    private static Subscription own(Node node, Asked asked) {
        Jid subscriber = ownJid(asked);
        Subscription subscription = node.subscriptions().get(subscriber);
        if (subscription == null) {
            throw Refusals.of(Condition.UNEXPECTED_REQUEST, StanzaError.Type.CANCEL, "not-subscribed");
        }
        checkSubid(node, asked);
        return subscription;
    }

    /** Section 6.4. */
    Iq defaultOptions(Asked asked) {
        String name = asked.nodeOrNull();
        if (name != null) {
            parts.existing(asked);
        }
        return asked.answer(Element.builder("default", Pubsub.NAMESPACE)
                .attribute("node", name)
                .child(SubscriptionForm.of(true, null).toElement())
                .build());
    }

    // --- what somebody is to nodes (sections 5.6 and 5.7) ---

    Iq subscriptions(Asked asked) {
        String name = asked.nodeOrNull();
        Jid asker = asked.asker().bare();
        Instant now = parts.now();
        List<PubsubStore.Subscribed> found =
                parts.database().read(db -> parts.store.subscriptionsOf(db, asked.service(), asker));
        Element.Builder list = Element.builder("subscriptions", Pubsub.NAMESPACE).attribute("node", name);
        found.stream()
                .filter(each -> name == null || each.node().equals(name))
                .filter(each -> !each.subscription().hasExpired(now))
                .forEach(each ->
                        list.child(each.subscription().toElement(Pubsub.NAMESPACE, name == null ? each.node() : null)));
        return asked.answer(list.build());
    }

    Iq affiliations(Asked asked) {
        String name = asked.nodeOrNull();
        Jid asker = asked.asker().bare();
        Map<String, Affiliation> found =
                parts.database().read(db -> parts.store.affiliationsOf(db, asked.service(), asker));
        Element.Builder list = Element.builder("affiliations", Pubsub.NAMESPACE).attribute("node", name);
        found.forEach((node, affiliation) -> {
            if (name == null || node.equals(name)) {
                list.child(Element.builder("affiliation", Pubsub.NAMESPACE)
                        .attribute("node", node)
                        .attribute("affiliation", affiliation.wire())
                        .build());
            }
        });
        return asked.answer(list.build());
    }
}
