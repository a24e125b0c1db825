package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.NotifySubscriptions;
import im.gatehouse.modules.pubsub.setting.SendLastItem;
import im.gatehouse.modules.pubsub.setting.TemporarySubscriptions;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.DSLContext;
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
        Jid subscriber = Asked.jid(asked.action());
        if (!isOwn(asked, subscriber)) {
            throw Refusals.invalidJid(); // section 6.1.3.1
        }
        DataForm form = Asked.form(asked.beside("options"), Pubsub.SUBSCRIBE_OPTIONS);
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
                    parts.subscribe(db, node, subscription);
                });
                parts.online.follow(subscription);
                tellOwners(work, after, subscription);
                if (!subscription.pending() && (before == null || before.pending())) {
                    tellOthers(work, after, subscription.toElement(Pubsub.EVENT, name), subscriber, asked);
                    sendLast(work, after, subscriber);
                }
            }
            return asked.answer(
                    subscription.toElement(Pubsub.NAMESPACE, name), form == null ? null : options(subscription));
        });
    }

    private static Element options(Subscription subscription) {
        return Element.builder("options", Pubsub.NAMESPACE)
                .child(subscription.options().form(DataForm.Type.RESULT).toElement())
                .build();
    }

    /** Tells the subscribed address of a change, unless the one that asked for it is all there is (section 12.12). */
    private void tellOthers(Parts.Work work, Node node, Element about, Jid subscriber, Asked asked) {
        if (!subscriber.equals(asked.asker())) {
            parts.notifier.tellOf(work.turn(), node, about, subscriber);
        }
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
        Subscription basis = before == null
                ? new Subscription(subscriber, Parts.randomId(), waits, SubscriptionOptions.INITIAL)
                : waits ? before : before.approved(); // the node may have been opened since
        boolean knowsPresence = parts.online.knows(subscriber);
        SubscriptionOptions options =
                form == null ? basis.options() : basis.options().submitted(form, knowsPresence, parts.now());
        boolean temporary = node.config().get(TemporarySubscriptions.SETTING) && knowsPresence;
        return basis.with(temporary ? options.asTemporary() : options);
    }

    private void tellOwners(Parts.Work work, Node node, Subscription subscription) {
        if (subscription.pending()) {
            authorizations.ask(work.turn(), node, subscription);
        } else if (node.config().get(NotifySubscriptions.SETTING)) {
            tellOwners(work, node, subscription.toElement(Pubsub.EVENT, node.name()));
        }
    }

    private void tellOwners(Parts.Work work, Node node, Element about) {
        parts.notifier.tellOwners(
                work.turn(), node, Element.builder("event", Pubsub.EVENT).child(about).build());
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
        String name = asked.node();
        return parts.inTurn(asked.service(), name, work -> {
            Node node = parts.existing(asked);
            Subscription subscription = own(node, asked);
            remove(work, node, subscription);
            tellOthers(work, node, subscription.toNone(Pubsub.EVENT, name), subscription.jid(), asked);
            return asked.answer(subscription.toNone(Pubsub.NAMESPACE, name));
        });
    }

    /** Ends a subscription and tells the owners of it, if they want to know. */
    Node remove(Parts.Work work, Node node, Subscription subscription) {
        Node after = node.without(subscription.jid());
        work.store(after, db -> parts.store.unsubscribe(db, node.id(), subscription.jid()));
        tellOwnersOfEnd(work, after, subscription);
        return after;
    }

    private void tellOwnersOfEnd(Parts.Work work, Node after, Subscription subscription) {
        if (after.config().get(NotifySubscriptions.SETTING)) {
            tellOwners(work, after, subscription.toNone(Pubsub.EVENT, after.name()));
        }
    }

    /** Tells of a subscription that has ended, which its subscriber has not given up. */
    void tellOfEnd(Parts.Work work, Node after, Subscription subscription) {
        tellOwnersOfEnd(work, after, subscription);
        parts.notifier.tellOf(
                work.turn(), after, subscription.toNone(Pubsub.EVENT, after.name()), subscription.jid());
    }

    /** Ends a subscription that its subscriber has not given up, who is told, and the owners as above. */
    Node cancel(Parts.Work work, Node node, Subscription subscription) {
        Node after = node.without(subscription.jid());
        work.store(after, db -> parts.store.unsubscribe(db, node.id(), subscription.jid()));
        tellOfEnd(work, after, subscription);
        return after;
    }

    /** Ends all subscriptions of somebody, by whatever address. */
    void cancelAll(Parts.Work work, Node node, Jid somebody) {
        Node rest = node;
        for (Subscription subscription : List.copyOf(node.subscriptions().values())) {
            if (subscription.jid().bare().equals(somebody)) {
                rest = cancel(work, rest, subscription);
            }
        }
    }

    private static boolean isOwn(Asked asked, Jid subscriber) {
        return subscriber.bare().equals(asked.asker().bare());
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
                .child(subscription.options().form(DataForm.Type.FORM).toElement())
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
                boolean knowsPresence = parts.online.knows(before.jid());
                Subscription after = before.with(before.options().submitted(form, knowsPresence, parts.now()));
                work.store(node.with(after), db -> parts.subscribe(db, node, after));
                parts.online.follow(after);
            }
            return asked.request().result();
        });
    }

    /** The subscription that the request is about (sections 6.2.3 and 6.3.4). */
    private static Subscription own(Node node, Asked asked) {
        Jid subscriber = Asked.jid(asked.action());
        if (!isOwn(asked, subscriber)) {
            throw Refusals.forbidden();
        }
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
                .child(SubscriptionOptions.INITIAL.form(DataForm.Type.RESULT).toElement())
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
                .forEach(each -> list.child(each.subscription().toElement(Pubsub.NAMESPACE, each.node())));
        return asked.answer(list.build());
    }

    Iq affiliations(Asked asked) {
        String name = asked.nodeOrNull();
        Jid asker = asked.asker().bare();
        Map<String, Affiliation> found = parts.database().read(db -> affiliations(db, asked.service(), asker));
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

    /** An account owns its nodes without standing in their lists. */
    private Map<String, Affiliation> affiliations(DSLContext db, Jid service, Jid asker) {
        if (!service.equals(asker)) {
            return parts.store.affiliationsOf(db, service, asker);
        }
        Map<String, Affiliation> all = new LinkedHashMap<>();
        parts.store
                .nodes(db, service, parts.profile.limits().maxNodes())
                .forEach(node -> all.put(node.node(), Affiliation.OWNER));
        return all;
    }
}
