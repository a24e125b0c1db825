package im.gatehouse.modules.roster;

import im.gatehouse.jid.Jid;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The contacts of an account that presence goes to and comes from. Never changes; a change makes another.
 *
 * @param from those who see the user's presence (subscription {@code from} or {@code both})
 * @param to those whose presence the user sees (subscription {@code to} or {@code both})
 */
public record Contacts(Set<Jid> from, Set<Jid> to) {
    public static final Contacts NONE = new Contacts(Set.of(), Set.of());

    public Contacts {
        from = Set.copyOf(from);
        to = Set.copyOf(to);
    }

    static Contacts of(List<RosterItem> items) {
        Set<Jid> from = new HashSet<>();
        Set<Jid> to = new HashSet<>();
        for (RosterItem item : items) {
            if (item.state().from()) {
                from.add(item.jid());
            }
            if (item.state().to()) {
                to.add(item.jid());
            }
        }
        return new Contacts(from, to);
    }

    Contacts with(Jid contact, SubscriptionState state) {
        Set<Jid> newFrom = changed(from, contact, state.from());
        Set<Jid> newTo = changed(to, contact, state.to());
        return newFrom == from && newTo == to ? this : new Contacts(newFrom, newTo);
    }

    private static Set<Jid> changed(Set<Jid> set, Jid contact, boolean in) {
        if (set.contains(contact) == in) {
            return set;
        }
        Set<Jid> next = new HashSet<>(set);
        if (in) {
            next.add(contact);
        } else {
            next.remove(contact);
        }
        return next;
    }
}
