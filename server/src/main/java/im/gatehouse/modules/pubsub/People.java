package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets owners see and say who hears of their nodes and who may what (XEP-0060 sections 8.8 and 8.9). Of several changes
 * in one request those that cannot be made are named in the error, as things are; the others are made.
 */
final class People {
    private final Parts parts;
    private final Subscribing subscribing;
    private final Authorizations authorizations;

    People(Parts parts, Subscribing subscribing, Authorizations authorizations) {
        this.parts = parts;
        this.subscribing = subscribing;
        this.authorizations = authorizations;
    }

    private static Iq answer(Asked asked, String list, List<Element> refused) {
        if (refused.isEmpty()) {
            return asked.request().result();
        }
        Element entries = Element.builder(list, Pubsub.OWNER)
                .attribute("node", asked.node())
                .children(refused)
                .build();
        Element echoed =
                Element.builder("pubsub", Pubsub.OWNER).child(entries).build();
        return (Iq) asked.request()
                .refuse(Condition.NOT_ACCEPTABLE.error("Not everything could be changed"), List.of(echoed));
    }

    private static @Nullable Jid jid(Element entry) {
        try {
            return Asked.jid(entry);
        } catch (StanzaException _) {
            return null;
        }
    }

    // --- subscriptions (section 8.8) ---

    /** Those who wait for an owner's word are asked for with the command for it. */
    Iq subscriptions(Asked asked) {
        Node node = parts.owned(asked);
        Element.Builder list = Element.builder("subscriptions", Pubsub.OWNER).attribute("node", node.name());
        node.subscriptions().values().stream()
                .filter(subscription -> subscription.isActive(parts.now()))
                .sorted(Comparator.comparing(Subscription::jid))
                .forEach(subscription -> list.child(subscription.toElement(Pubsub.OWNER, null)));
        return asked.answer(list.build());
    }

    Iq setSubscriptions(Asked asked) {
        return parts.inTurn(asked.service(), asked.node(), work -> {
            Node node = parts.owned(asked);
            List<Element> refused = new ArrayList<>();
            for (Element entry : asked.action().children("subscription", Pubsub.OWNER)) {
                Node after = changed(work, node, entry);
                if (after == null) {
                    refused.add(asItIs(node, entry));
                } else {
                    node = after;
                }
            }
            return answer(asked, "subscriptions", refused);
        });
    }

    private static Element asItIs(Node node, Element entry) {
        Jid jid = jid(entry);
        Subscription subscription = jid == null ? null : node.subscriptions().get(jid);
        return subscription != null
                ? subscription.toElement(Pubsub.OWNER, null)
                : Element.builder("subscription", Pubsub.OWNER)
                        .attribute("jid", entry.attribute("jid"))
                        .attribute("subscription", "none")
                        .build();
    }

    /** Makes one change; null when it cannot be made. */
    private @Nullable Node changed(Parts.Work work, Node node, Element entry) {
        Jid subscriber = jid(entry);
        if (subscriber == null) {
            return null;
        }
        Subscription before = node.subscriptions().get(subscriber);
        String subid = entry.attribute("subid");
        if (subid != null && (before == null || !before.subid().equals(subid))) {
            return null;
        }
        return switch (entry.attribute("subscription")) {
            case null -> node;
            case "none" -> before == null ? node : subscribing.cancel(work, node, before);
            case "subscribed" -> subscribed(work, node, subscriber, before);
            case "pending" -> before != null && before.pending() ? node : null;
            default -> null;
        };
    }

    private @Nullable Node subscribed(Parts.Work work, Node node, Jid subscriber, @Nullable Subscription before) {
        if (before != null && !before.pending()) {
            return node;
        }
        boolean full = node.subscriptions().size() >= parts.profile.limits().maxSubscriptions();
        if (before == null && full) {
            return null;
        }
        Subscription waiting = before != null
                ? before
                : new Subscription(subscriber, Parts.randomId(), true, SubscriptionOptions.INITIAL);
        return authorizations.decide(work, node, waiting, true);
    }

    // --- affiliations (section 8.9) ---

    Iq affiliations(Asked asked) {
        Node node = parts.owned(asked);
        Element.Builder list = Element.builder("affiliations", Pubsub.OWNER).attribute("node", node.name());
        affiliations(node).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> list.child(affiliation(Pubsub.OWNER, entry.getKey(), entry.getValue())));
        return asked.answer(list.build());
    }

    /** All that somebody is to a node; an account owns its nodes without standing in their lists. */
    private static Map<Jid, Affiliation> affiliations(Node node) {
        Map<Jid, Affiliation> all = new LinkedHashMap<>(node.affiliations());
        if (node.service().hasLocal()) {
            all.put(node.service(), Affiliation.OWNER);
        }
        return all;
    }

    private static Element affiliation(String namespace, Jid jid, Affiliation affiliation) {
        return Element.builder("affiliation", namespace)
                .attribute("jid", jid.toString())
                .attribute("affiliation", affiliation.wire())
                .build();
    }

    Iq setAffiliations(Asked asked) {
        return parts.inTurn(asked.service(), asked.node(), work -> {
            Node node = parts.owned(asked);
            List<Element> refused = new ArrayList<>();
            Map<Jid, Affiliation> changes = changes(node, asked.action(), refused);
            refuseMany(node, changes, refused);
            refuseTheLastOwner(node, changes, refused);
            if (!changes.isEmpty()) {
                Node after = with(node, changes);
                work.store(after, db -> changes.forEach(
                        (jid, affiliation) -> parts.store.affiliation(db, node.id(), jid, affiliation)));
                follow(work, after, changes);
            }
            return answer(asked, "affiliations", refused);
        });
    }

    private static Node with(Node node, Map<Jid, Affiliation> changes) {
        Node after = node;
        for (Map.Entry<Jid, Affiliation> change : changes.entrySet()) {
            after = after.with(change.getKey(), change.getValue());
        }
        return after;
    }

    private static Map<Jid, Affiliation> changes(Node node, Element list, List<Element> refused) {
        Map<Jid, Affiliation> changes = new LinkedHashMap<>();
        Set<Jid> named = new HashSet<>();
        for (Element entry : list.children("affiliation", Pubsub.OWNER)) {
            Jid jid = jid(entry);
            if (jid != null && !named.add(jid.bare())) {
                throw new StanzaException(Condition.BAD_REQUEST, jid.bare() + " is named twice");
            }
            String text = entry.attribute("affiliation");
            Affiliation affiliation = Affiliation.of(text);
            boolean fixed = jid != null && node.service().hasLocal() && jid.bare().equals(node.service());
            if (jid == null || text != null && (affiliation == null || fixed && affiliation != Affiliation.OWNER)) {
                refused.add(asItIs(node, entry, jid));
            } else if (affiliation != null && !fixed) {
                changes.put(jid.bare(), affiliation);
            }
        }
        return changes;
    }

    private static Element asItIs(Node node, Element entry, @Nullable Jid jid) {
        Affiliation affiliation = jid == null ? null : affiliations(node).get(jid.bare());
        return Element.builder("affiliation", Pubsub.OWNER)
                .attribute("jid", entry.attribute("jid"))
                .attribute("affiliation", Objects.requireNonNullElse(affiliation, Affiliation.NONE).wire())
                .build();
    }

    private void refuseMany(Node node, Map<Jid, Affiliation> changes, List<Element> refused) {
        int most = Math.max(
                parts.profile.limits().maxAffiliations(), node.affiliations().size());
        if (with(node, changes).affiliations().size() > most) {
            refuse(node, changes, refused, jid -> !node.affiliations().containsKey(jid));
        }
    }

    private static void refuseTheLastOwner(Node node, Map<Jid, Affiliation> changes, List<Element> refused) {
        if (!node.service().hasLocal() && with(node, changes).owners().isEmpty()) {
            refuse(node, changes, refused, jid -> node.affiliations().get(jid) == Affiliation.OWNER);
        }
    }

    private static void refuse(Node node, Map<Jid, Affiliation> changes, List<Element> refused, Predicate<Jid> which) {
        for (Jid jid : List.copyOf(changes.keySet())) {
            if (which.test(jid)) {
                changes.remove(jid);
                refused.add(affiliation(
                        Pubsub.OWNER, jid, node.affiliations().getOrDefault(jid, Affiliation.NONE)));
            }
        }
    }

    /**
     * What somebody has become decides on what waits (section 8.7) and ends what an outcast had (section 4.1); all are
     * told.
     */
    private void follow(Parts.Work work, Node changed, Map<Jid, Affiliation> changes) {
        Node node = changed;
        for (Map.Entry<Jid, Affiliation> change : changes.entrySet()) {
            Jid jid = change.getKey();
            Affiliation affiliation = change.getValue();
            for (Subscription subscription : List.copyOf(node.subscriptions().values())) {
                boolean own = subscription.jid().bare().equals(jid);
                if (own && affiliation == Affiliation.OUTCAST) {
                    node = subscribing.cancel(work, node, subscription);
                } else if (own && subscription.pending() && affiliation.reads()) {
                    node = authorizations.decide(work, node, subscription, true);
                }
            }
            Element told = Element.builder("affiliations", Pubsub.NAMESPACE)
                    .attribute("node", node.name())
                    .child(affiliation(Pubsub.NAMESPACE, jid, affiliation))
                    .build();
            parts.notifier.tellOf(work.turn(), node, told, jid);
        }
    }
}
