package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.DeliverPayloads;
import im.gatehouse.modules.pubsub.setting.MaxItems;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.modules.pubsub.setting.NotifyConfig;
import im.gatehouse.modules.pubsub.setting.NotifyDelete;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets owners configure and delete their nodes, and say who may what (XEP-0060 sections 8.2 to 8.9). */
final class Owning {
    private final Parts parts;
    private final Creation creation;
    private final Subscribing subscribing;
    private final Authorizations authorizations;

    Owning(Parts parts, Creation creation, Subscribing subscribing, Authorizations authorizations) {
        this.parts = parts;
        this.creation = creation;
        this.subscribing = subscribing;
        this.authorizations = authorizations;
    }

    private Node owned(Asked asked) {
        Node node = parts.existing(asked);
        parts.access.checkOwns(node, asked.asker());
        return node;
    }

    // --- configuration (sections 8.2 and 8.3) ---

    Iq configuration(Asked asked) {
        Node node = owned(asked);
        return asked.answer(Element.builder("configure", Pubsub.OWNER)
                .attribute("node", node.name())
                .child(form(node.config()))
                .build());
    }

    private static Element form(NodeConfig config) {
        return DataForm.of(DataForm.Type.FORM, Pubsub.NODE_CONFIG, "How the node is", config.fields())
                .toElement();
    }

    Iq defaults(Asked asked) {
        NodeConfig defaults = creation.defaults(asked.service(), "");
        return asked.answer(
                Element.builder("default", Pubsub.OWNER).child(form(defaults)).build());
    }

    Iq configure(Asked asked) {
        DataForm form = Asked.form(asked.action(), Pubsub.NODE_CONFIG);
        return parts.inTurn(asked.service(), asked.node(), work -> {
            Node node = owned(asked);
            if (form == null) {
                throw new StanzaException(Condition.BAD_REQUEST, "The form is missing");
            }
            if (form.type() == DataForm.Type.SUBMIT) {
                configure(work, node, node.config().submitted(form));
            }
            return asked.request().result();
        });
    }

    private void configure(Parts.Work work, Node node, NodeConfig config) {
        creation.check(node.config(), config);
        Node after = node.with(config);
        work.store(after, db -> {
            parts.store.config(db, node.id(), config);
            if (!Publishing.isPersistent(after)) {
                parts.store.purge(db, node.id());
            } else {
                int most = Math.min(config.get(MaxItems.SETTING), parts.profile.limits().maxItems());
                parts.store.trim(db, node.id(), most);
            }
        });
        if (config.get(NotifyConfig.SETTING)) {
            Element told = Element.builder("configuration", Pubsub.EVENT)
                    .attribute("node", node.name())
                    .child(config.get(DeliverPayloads.SETTING) ? result(config) : null)
                    .build();
            parts.notifier.tell(work.turn(), after, told);
        }
    }

    private static Element result(NodeConfig config) {
        return DataForm.of(DataForm.Type.RESULT, Pubsub.NODE_CONFIG, null, config.fields())
                .toElement();
    }

    // --- the end of a node (section 8.4) ---

    Iq delete(Asked asked) {
        Element redirect = asked.action().child("redirect", Pubsub.OWNER);
        String uri = redirect == null ? null : redirect.attribute("uri");
        delete(asked.service(), asked.node(), asked.asker(), uri);
        return asked.request().result();
    }

    /** Deletes a node on behalf of an owner. */
    void delete(Jid service, String name, Jid asker, @Nullable String redirect) {
        parts.inTurn(service, name, work -> {
            Node node = parts.existing(service, name, asker);
            parts.access.checkOwns(node, asker);
            work.delete(node);
            if (node.config().get(NotifyDelete.SETTING)) {
                parts.notifier.tell(work.turn(), node, deleted(name, redirect));
            }
            return true;
        });
    }

    private static Element deleted(String name, @Nullable String redirect) {
        Element.Builder deleted = Element.builder("delete", Pubsub.EVENT).attribute("node", name);
        if (redirect != null) {
            deleted.child(Element.builder("redirect", Pubsub.EVENT)
                    .attribute("uri", redirect)
                    .build());
        }
        return deleted.build();
    }

    // --- subscriptions (section 8.8) ---

    Iq subscriptions(Asked asked) {
        Node node = owned(asked);
        Element.Builder list = Element.builder("subscriptions", Pubsub.OWNER).attribute("node", node.name());
        node.subscriptions().values().stream()
                .filter(subscription -> !subscription.hasExpired(parts.now()))
                .sorted(Comparator.comparing(Subscription::jid))
                .forEach(subscription -> list.child(subscription.toElement(Pubsub.OWNER, null)));
        return asked.answer(list.build());
    }

    Iq setSubscriptions(Asked asked) {
        for (Element entry : asked.action().children("subscription", Pubsub.OWNER)) {
            checkState(entry.attribute("subscription"));
            Asked.jid(entry);
        }
        return parts.inTurn(asked.service(), asked.node(), work -> {
            Node node = owned(asked);
            for (Element entry : asked.action().children("subscription", Pubsub.OWNER)) {
                node = setSubscription(work, node, Asked.jid(entry), entry.attribute("subscription"));
            }
            return asked.request().result();
        });
    }

    private static void checkState(@Nullable String state) {
        switch (state) {
            case "none", "subscribed", "pending" -> {}
            case "unconfigured" -> throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "Nobody has to configure a subscription here");
            case null, default -> throw new StanzaException(
                    Condition.BAD_REQUEST, "A subscription is \"subscribed\" or \"none\"");
        }
    }

    private Node setSubscription(Parts.Work work, Node node, Jid subscriber, @Nullable String state) {
        Subscription before = node.subscriptions().get(subscriber);
        if ("none".equals(state) && before != null) {
            return authorizations.decide(work, node, before, false);
        }
        if ("subscribed".equals(state) && (before == null || before.pending())) {
            return authorizations.decide(work, node, before == null ? fresh(node, subscriber) : before, true);
        }
        return node;
    }

    private Subscription fresh(Node node, Jid subscriber) {
        if (node.subscriptions().size() >= parts.profile.limits().maxSubscriptions()) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The node has too many subscriptions");
        }
        return new Subscription(subscriber, Parts.randomId(), true, true, null);
    }

    // --- affiliations (section 8.9) ---

    Iq affiliations(Asked asked) {
        Node node = owned(asked);
        Element.Builder list = Element.builder("affiliations", Pubsub.OWNER).attribute("node", node.name());
        node.affiliations().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> list.child(affiliation(Pubsub.OWNER, null, entry.getKey(), entry.getValue())));
        return asked.answer(list.build());
    }

    private static Element affiliation(String namespace, @Nullable String node, Jid jid, Affiliation affiliation) {
        return Element.builder("affiliation", namespace)
                .attribute("node", node)
                .attribute("jid", jid.toString())
                .attribute("affiliation", affiliation.wire())
                .build();
    }

    /** All changes are made, or none. */
    Iq setAffiliations(Asked asked) {
        Map<Jid, Affiliation> changes = changes(asked.action());
        return parts.inTurn(asked.service(), asked.node(), work -> {
            Node node = owned(asked);
            Node after = node;
            for (Map.Entry<Jid, Affiliation> change : changes.entrySet()) {
                after = after.with(change.getKey(), change.getValue());
            }
            checkOwnersAndNumber(node, after);
            work.store(after, db -> changes.forEach(
                    (jid, affiliation) -> parts.store.affiliation(db, node.id(), jid, affiliation)));
            expel(work, after, changes);
            return asked.request().result();
        });
    }

    private static Map<Jid, Affiliation> changes(Element list) {
        Map<Jid, Affiliation> changes = new LinkedHashMap<>();
        for (Element entry : list.children("affiliation", Pubsub.OWNER)) {
            Affiliation affiliation = Affiliation.of(entry.attribute("affiliation"));
            if (affiliation == null) {
                throw new StanzaException(Condition.BAD_REQUEST, "This is no affiliation");
            }
            changes.put(Asked.jid(entry).bare(), affiliation);
        }
        return changes;
    }

    private void checkOwnersAndNumber(Node before, Node after) {
        boolean ownsItself = before.service().hasLocal();
        if (!ownsItself && after.owners().isEmpty()) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "A node keeps at least one owner");
        }
        if (ownsItself && after.affiliations().containsKey(after.service())) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "An account owns its nodes");
        }
        int most = parts.profile.limits().maxAffiliations();
        if (after.affiliations().size() > Math.max(most, before.affiliations().size())) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "A node has at most %,d affiliations here".formatted(most));
        }
    }

    /** Ends the subscriptions of those who have become outcasts (section 4.1), and tells the others what they are. */
    private void expel(Parts.Work work, Node after, Map<Jid, Affiliation> changes) {
        Node node = after;
        for (Map.Entry<Jid, Affiliation> change : changes.entrySet()) {
            Jid jid = change.getKey();
            if (change.getValue() == Affiliation.OUTCAST) {
                for (Jid subscriber : List.copyOf(node.subscriptions().keySet())) {
                    if (subscriber.bare().equals(jid)) {
                        node = subscribing.remove(work, node, subscriber);
                    }
                }
            }
            Element told = Element.builder("affiliations", Pubsub.NAMESPACE)
                    .attribute("node", node.name())
                    .child(affiliation(Pubsub.NAMESPACE, null, jid, change.getValue()))
                    .build();
            parts.notifier.tellOf(work.turn(), node, told, jid);
        }
    }
}
