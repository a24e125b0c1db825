package im.gatehouse.modules.blocking;

import im.gatehouse.jid.Jid;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Whom a user has blocked. Never changes; a change makes another. */
final class BlockList {
    static final BlockList NONE = new BlockList(Set.of());

    private final Set<Jid> items;

    /** The domains among the items, which stand for everybody there. */
    private final Set<String> domains;

    private BlockList(Set<Jid> items) {
        this.items = items;
        this.domains = items.stream()
                .filter(item -> !item.hasLocal() && item.isBare())
                .map(Jid::domain)
                .collect(Collectors.toUnmodifiableSet());
    }

    static BlockList of(Collection<Jid> items) {
        return items.isEmpty() ? NONE : new BlockList(Set.copyOf(items));
    }

    /**
     * Whether an item matches: the very address, its bare address, or its domain (XEP-0191 section 5; a domain does not
     * stand for those below it).
     */
    boolean covers(Jid other) {
        return !items.isEmpty()
                && (items.contains(other) || items.contains(other.bare()) || domains.contains(other.domain()));
    }

    BlockList with(Collection<Jid> more) {
        Set<Jid> next = new HashSet<>(items);
        next.addAll(more);
        return of(next);
    }

    BlockList without(Collection<Jid> fewer) {
        Set<Jid> next = new HashSet<>(items);
        next.removeAll(fewer);
        return of(next);
    }

    /** The items of this list that are not in another. */
    List<Jid> beyond(BlockList other) {
        return items.stream().filter(item -> !other.items.contains(item)).toList();
    }

    /** The items in the order of addresses. */
    List<Jid> items() {
        return items.stream().sorted().toList();
    }

    int size() {
        return items.size();
    }
}
