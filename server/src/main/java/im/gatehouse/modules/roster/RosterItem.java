package im.gatehouse.modules.roster;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an account keeps of a contact: an entry of its roster, or only the contact's unanswered request, or only the
 * note that there once was an entry.
 *
 * @param jid the contact's bare address
 * @param name what the user calls the contact, or null
 * @param groups what the user sorts the contact under, each once
 * @param state who sees whose presence
 * @param listed whether the user sees the entry; what is not listed is kept for the server's own use
 * @param request the contact's unanswered {@code subscribe} stanza as XML, null unless the state is pending in
 * @param version the roster's version when the entry last changed for the user, 0 when it was never listed
 */
public record RosterItem(
        Jid jid,
        @Nullable String name,
        List<String> groups,
        SubscriptionState state,
        boolean listed,
        @Nullable String request,
        long version) {
    /** The namespace of rosters (RFC 6121 section 2). */
    public static final String NAMESPACE = "jabber:iq:roster";

    public RosterItem {
        groups = List.copyOf(groups);
    }

    /** What is known of a contact of whom nothing is known. */
    static RosterItem unknown(Jid contact) {
        return new RosterItem(contact, null, List.of(), SubscriptionState.NONE, false, null, 0);
    }

    /** The entry as the user edits it: listed from now on. */
    RosterItem edited(@Nullable String newName, List<String> newGroups) {
        return new RosterItem(jid, newName, newGroups, state, true, request, version);
    }

    /** The entry in another state. Whatever the user has a part in is listed; a mere request is not. */
    RosterItem in(SubscriptionState next, @Nullable String newRequest) {
        boolean nowListed = listed || next.to() || next.from() || next.pendingOut() || next.approved();
        return new RosterItem(jid, name, groups, next, nowListed, next.pendingIn() ? newRequest : null, version);
    }

    /** The note that there was an entry. */
    RosterItem removed() {
        return new RosterItem(jid, null, List.of(), SubscriptionState.NONE, false, null, version);
    }

    RosterItem at(long newVersion) {
        return new RosterItem(jid, name, groups, state, listed, request, newVersion);
    }

    /** Whether the user sees the same in both. A request that is pending in does not show. */
    boolean looksLike(RosterItem other) {
        return toElement().equals(other.toElement());
    }

    /** Whether nothing is left that would have to be kept. */
    boolean isForgettable() {
        return !listed && request == null && version == 0;
    }

    /** The entry as the user's clients see it (RFC 6121 section 2.1.2); one that is not listed is removed to them. */
    public Element toElement() {
        Element.Builder item = Element.builder("item", NAMESPACE).attribute("jid", jid.toString());
        if (!listed) {
            return item.attribute("subscription", "remove").build();
        }
        item.attribute("name", name)
                .attribute("subscription", state.wire())
                .attribute("ask", state.pendingOut() ? "subscribe" : null)
                .attribute("approved", state.approved() ? "true" : null);
        groups.forEach(group -> item.child("group", group));
        return item.build();
    }
}
