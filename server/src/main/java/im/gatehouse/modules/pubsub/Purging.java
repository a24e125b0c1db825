package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Remembers at which nodes items go when their publisher goes, and who has published there, so that those who have not
 * may go without a question to the database. Safe from any thread; does not block.
 */
final class Purging {
    private final Map<Node.Key, Set<Jid>> publishers = new HashMap<>();
    private final Map<Jid, Set<Node.Key>> nodes = new HashMap<>();

    /**
     * Items go there from now on.
     *
     * @return whether that is new
     */
    synchronized boolean add(Node.Key node) {
        return publishers.putIfAbsent(node, new HashSet<>()) == null;
    }

    /** Somebody has published at a node; nothing where items stay. */
    synchronized void add(Node.Key node, Jid publisher) {
        Set<Jid> there = publishers.get(node);
        if (there != null) {
            there.add(publisher);
            nodes.computeIfAbsent(publisher, _ -> new HashSet<>()).add(node);
        }
    }

    /** Items stay from now on, or the node is gone. */
    synchronized void remove(Node.Key node) {
        for (Jid publisher : Set.copyOf(publishers.getOrDefault(node, Set.of()))) {
            nodes.computeIfPresent(publisher, (_, names) -> {
                names.remove(node);
                return names.isEmpty() ? null : names;
            });
        }
        publishers.remove(node);
    }

    /** The same of all nodes of some services. */
    synchronized void removeAt(Predicate<Jid> services) {
        publishers.keySet().stream()
                .filter(node -> services.test(node.service()))
                .toList()
                .forEach(this::remove);
    }

    /** Those of some people who have published. */
    synchronized List<Jid> publishers(Predicate<Jid> which) {
        return nodes.keySet().stream().filter(which).toList();
    }

    synchronized boolean has(Jid publisher) {
        return nodes.containsKey(publisher);
    }

    /** Where somebody has published; that is forgotten. */
    synchronized List<Node.Key> take(Jid publisher) {
        Set<Node.Key> taken = nodes.remove(publisher);
        if (taken == null) {
            return List.of();
        }
        taken.forEach(node -> publishers.get(node).remove(publisher));
        return List.copyOf(taken);
    }
}
