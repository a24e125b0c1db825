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
    /** Each entry may make a message or two, and all of them are one unit of work. */
    private static final int MOST_ENTRIES = 100;

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
        List<Element> entries = entries(asked, "subscription");
        return parts.inTurn(asked.service(), asked.node(), work -> {
            Node node = parts.owned(asked);
            SubscriptionChanges changes = new SubscriptionChanges(node);
            List<Element> refused = new ArrayList<>();
            for (Element entry : entries) {
                if (!change(changes, entry)) {
                    refused.add(asItIs(changes, entry));
                }
            }
            if (!changes.made().isEmpty()) {
                Node after = changes.appliedTo(node);
                work.store(after, db -> changes.store(parts.store, db, node.id()));
                tell(work, after, changes);
            }
            return answer(asked, "subscriptions", refused);
        });
    }

    /**
     * What is to be changed.
     *
     * @throws StanzaException {@code not-acceptable} when it is too much for one request
     */
    private static List<Element> entries(Asked asked, String name) {
        List<Element> entries = asked.action().children(name, Pubsub.OWNER);
        if (entries.size() > MOST_ENTRIES) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "At most " + MOST_ENTRIES + " entries are changed at a time");
        }
        return entries;
    }

    private static Element asItIs(SubscriptionChanges changes, Element entry) {
        Jid jid = jid(entry);
        Subscription subscription = jid == null ? null : changes.of(jid);
        return subscription != null
                ? subscription.toElement(Pubsub.OWNER, null)
                : Element.builder("subscription", Pubsub.OWNER)
                        .attribute("jid", entry.attribute("jid"))
                        .attribute("subscription", "none")
                        .build();
    }

    /** Makes one change, if it is one; false when it cannot be made. */
    private boolean change(SubscriptionChanges changes, Element entry) {
        Jid subscriber = jid(entry);
        if (subscriber == null) {
            return false;
        }
        Subscription before = changes.of(subscriber);
        String subid = entry.attribute("subid");
        if (subid != null && (before == null || !before.subid().equals(subid))) {
            return false;
        }
        return switch (entry.attribute("subscription")) {
            case null -> true;
            case "none" -> {
                if (before != null) {
                    changes.end(before);
                }
                yield true;
            }
            case "subscribed" -> subscribe(changes, subscriber, before);
            case "pending" -> before != null && before.pending();
            default -> false;
        };
    }

    private boolean subscribe(SubscriptionChanges changes, Jid subscriber, @Nullable Subscription before) {
        if (before != null && !before.pending()) {
            return true;
        }
        boolean full = changes.size() >= parts.profile.limits().maxSubscriptions();
        if (before == null && full) {
            return false;
        }
        changes.approve(
                before != null
                        ? before
                        : new Subscription(subscriber, Parts.randomId(), true, SubscriptionOptions.INITIAL));
        return true;
    }

    private void tell(Parts.Work work, Node after, SubscriptionChanges changes) {
        for (SubscriptionChanges.Change change : changes.made()) {
            if (change.stands()) {
                authorizations.tellOfApproval(work, after, change.subscription());
            } else {
                subscribing.tellOfEnd(work, after, change.subscription());
            }
        }
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
        List<Element> entries = entries(asked, "affiliation");
        return parts.inTurn(asked.service(), asked.node(), work -> {
            Node node = parts.owned(asked);
            List<Element> refused = new ArrayList<>();
            Map<Jid, Affiliation> changes = changes(node, entries, refused);
            refuseMany(node, changes, refused);
            refuseTheLastOwner(node, changes, refused);
            if (!changes.isEmpty()) {
                make(work, node, changes);
            }
            return answer(asked, "affiliations", refused);
        });
    }

    private static Map<Jid, Affiliation> changes(Node node, List<Element> entries, List<Element> refused) {
        Map<Jid, Affiliation> changes = new LinkedHashMap<>();
        Set<Jid> named = new HashSet<>();
        for (Element entry : entries) {
            Jid jid = jid(entry);
            if (jid != null && !named.add(jid.bare())) {
                throw new StanzaException(Condition.BAD_REQUEST, jid.bare() + " is named twice");
            }
            String text = entry.attribute("affiliation");
            Affiliation affiliation = Affiliation.of(text);
            boolean fixed = jid != null && node.service().hasLocal() && jid.bare().equals(node.service());
            if (jid == null || text != null && (affiliation == null || fixed && affiliation != Affiliation.OWNER)) {
                refused.add(asItIs(node, entry, jid));
            } else if (affiliation != null && !fixed && affiliation != standing(node, jid.bare())) {
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

    private static Affiliation standing(Node node, Jid bare) {
        return node.affiliations().getOrDefault(bare, Affiliation.NONE);
    }

    private void refuseMany(Node node, Map<Jid, Affiliation> changes, List<Element> refused) {
        int most = Math.max(
                parts.profile.limits().maxAffiliations(), node.affiliations().size());
        if (node.with(changes).affiliations().size() > most) {
            refuse(node, changes, refused, jid -> !node.affiliations().containsKey(jid));
        }
    }

    private static void refuseTheLastOwner(Node node, Map<Jid, Affiliation> changes, List<Element> refused) {
        if (!node.service().hasLocal() && node.with(changes).owners().isEmpty()) {
            refuse(node, changes, refused, jid -> node.affiliations().get(jid) == Affiliation.OWNER);
        }
    }

    private static void refuse(Node node, Map<Jid, Affiliation> changes, List<Element> refused, Predicate<Jid> which) {
        for (Jid jid : List.copyOf(changes.keySet())) {
            if (which.test(jid)) {
                changes.remove(jid);
                refused.add(affiliation(Pubsub.OWNER, jid, standing(node, jid)));
            }
        }
    }

    /**
     * What somebody has become decides on what waits (section 8.7) and ends what an outcast had (section 4.1); all are
     * told.
     */
    private void make(Parts.Work work, Node node, Map<Jid, Affiliation> changes) {
        SubscriptionChanges follow = new SubscriptionChanges(node);
        for (Subscription subscription : node.subscriptions().values()) {
            Affiliation affiliation = changes.get(subscription.jid().bare());
            if (affiliation == Affiliation.OUTCAST) {
                follow.end(subscription);
            } else if (affiliation != null && affiliation.reads() && subscription.pending()) {
                follow.approve(subscription);
            }
        }
        Node after = follow.appliedTo(node.with(changes));
        work.store(after, db -> {
            changes.forEach((jid, affiliation) -> parts.store.affiliation(db, node.id(), jid, affiliation));
            follow.store(parts.store, db, node.id());
        });
        tell(work, after, follow);
        changes.forEach((jid, affiliation) -> {
            Element told = Element.builder("affiliations", Pubsub.NAMESPACE)
                    .attribute("node", node.name())
                    .child(affiliation(Pubsub.NAMESPACE, jid, affiliation))
                    .build();
            parts.notifier.tellOf(work.turn(), after, told, jid);
        });
    }
}
