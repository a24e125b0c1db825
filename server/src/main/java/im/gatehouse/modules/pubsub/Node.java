package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.AccessModel;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node without its items: a value that never changes; a change makes another.
 *
 * @param id its number in the database
 * @param service the address that it belongs to: a domain, or an account
 * @param creator the bare address of who made it
 * @param affiliations what people are to it, by their bare addresses; {@code none} does not stand here
 * @param subscriptions who hears of it, by the addresses that hear
 */
public record Node(
        long id,
        Jid service,
        String name,
        Jid creator,
        Instant createdAt,
        NodeConfig config,
        Map<Jid, Affiliation> affiliations,
        Map<Jid, Subscription> subscriptions) {
    /** By what a node is found. */
    record Key(Jid service, String name) {}

    public Node {
        affiliations = Map.copyOf(affiliations);
        subscriptions = Map.copyOf(subscriptions);
    }

    Key key() {
        return new Key(service, name);
    }

    Node with(NodeConfig changed) {
        return new Node(id, service, name, creator, createdAt, changed, affiliations, subscriptions);
    }

    Node with(Jid jid, Affiliation affiliation) {
        return with(Map.of(jid, affiliation));
    }

    Node with(Map<Jid, Affiliation> changes) {
        Map<Jid, Affiliation> changed = new HashMap<>(affiliations);
        changed.putAll(changes);
        changed.values().removeIf(affiliation -> affiliation == Affiliation.NONE);
        return new Node(id, service, name, creator, createdAt, config, changed, subscriptions);
    }

    Node with(Subscription subscription) {
        Map<Jid, Subscription> changed = new HashMap<>(subscriptions);
        changed.put(subscription.jid(), subscription);
        return new Node(id, service, name, creator, createdAt, config, affiliations, changed);
    }

    Node withSubscriptions(Map<Jid, Subscription> all) {
        return new Node(id, service, name, creator, createdAt, config, affiliations, all);
    }

    Node without(Jid subscriber) {
        return without(List.of(subscriber));
    }

    Node without(List<Jid> subscribers) {
        if (subscribers.isEmpty()) {
            return this;
        }
        Map<Jid, Subscription> changed = new HashMap<>(subscriptions);
        subscribers.forEach(changed::remove);
        return new Node(id, service, name, creator, createdAt, config, affiliations, changed);
    }

    /** The owners that the node has a list of; an account owns its nodes without standing there. */
    public List<Jid> owners() {
        return all(Affiliation.OWNER);
    }

    /** Those whom the owners let publish. */
    List<Jid> publishers() {
        return all(Affiliation.PUBLISHER);
    }

    private List<Jid> all(Affiliation affiliation) {
        return affiliations.entrySet().stream()
                .filter(entry -> entry.getValue() == affiliation)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    public AccessModel.Access access() {
        return config.get(AccessModel.SETTING);
    }

    /** Whether it is an account's and nobody else may read it: on a whitelist that lets nobody else in. */
    public boolean isOwnersAlone() {
        return service.hasLocal()
                && access() == AccessModel.Access.WHITELIST
                && affiliations.entrySet().stream()
                        .allMatch(entry -> entry.getKey().equals(service)
                                || !entry.getValue().reads());
    }

    /** A subscription of somebody, by the full or the bare address; null where there is none. */
    @Nullable Subscription subscription(Jid asker) {
        Subscription own = subscriptions.get(asker);
        return own != null ? own : subscriptions.get(asker.bare());
    }

    /** How much it weighs in memory, in units of some 200 bytes. */
    int weight() {
        return 4 + affiliations.size() + subscriptions.size();
    }
}
