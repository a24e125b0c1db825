package im.gatehouse.modules.muc;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes roles and affiliations, several in one request; either all of them change or none (XEP-0045 sections 8.2 to
 * 10.8). In the room's lane.
 */
final class ListChanges {
    private static final int LONGEST_REASON = 2_000;

    private final Parts parts;
    private final Leaving leaving;
    private final AffiliationChanges affiliations;

    ListChanges(Parts parts, Leaving leaving, AffiliationChanges affiliations) {
        this.parts = parts;
        this.leaving = leaving;
        this.affiliations = affiliations;
    }

    private record RoleChange(Occupant occupant, Role role, @Nullable String reason) {}

    /** Makes the changes that the items of a request name, and answers it. */
    void change(Room room, Iq iq, Actor actor, List<Element> items) {
        Map<Jid, Affiliations.Entry> changes = new LinkedHashMap<>();
        List<RoleChange> roles = new ArrayList<>();
        for (Element item : items) {
            boolean affiliation = item.attribute("affiliation") != null;
            if (affiliation == (item.attribute("role") != null)) {
                throw new StanzaException(Condition.BAD_REQUEST, "An item changes a role or an affiliation");
            }
            if (affiliation) {
                Affiliations.Entry change = entry(room, actor, item);
                if (changes.put(change.jid(), change) != null) {
                    throw new StanzaException(Condition.BAD_REQUEST, "Two items are about " + change.jid());
                }
            } else {
                roles.add(role(room, actor, item));
            }
        }
        List<Affiliations.Entry> changed = List.copyOf(changes.values());
        mustDifferInNicks(changed);
        AffiliationChanges.mustKeepAnOwner(room, changed);
        affiliations.store(room, iq, changed, actor, aftermath -> {
            roles.forEach(each -> apply(room, each, actor.nick(), aftermath));
            parts.router.route(iq.result(), room.lane());
        });
    }

    private static void mustDifferInNicks(List<Affiliations.Entry> changed) {
        Set<String> nicks = new HashSet<>();
        for (Affiliations.Entry entry : changed) {
            if (entry.nick() != null && !nicks.add(Nicks.key(entry.nick()))) {
                throw new StanzaException(Condition.CONFLICT, "Two are to have the same nick");
            }
        }
    }

    // --- affiliations ---

    private Affiliations.Entry entry(Room room, Actor actor, Element item) {
        Affiliation wanted = Affiliation.of(item.attribute("affiliation"));
        if (wanted == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "There is no such affiliation");
        }
        Jid jid = target(room, item);
        mayAffiliate(actor, jid, parts.affiliation(room, jid), wanted);
        if (parts.isAdmin.test(jid) && wanted != Affiliation.OWNER && !parts.isAdmin.test(actor.user())) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Administrators of the service own all rooms");
        }
        return new Affiliations.Entry(jid, wanted, nick(room, jid, wanted, item), reason(item));
    }

    /** Why; it is kept with the entry, so it has a bound. */
    private static @Nullable String reason(Element item) {
        String reason = item.childText("reason", Muc.ADMIN);
        if (reason != null && reason.length() > LONGEST_REASON) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "A reason has at most " + LONGEST_REASON + " characters");
        }
        return reason;
    }

    private static Jid target(Room room, Element item) {
        String address = item.attribute("jid");
        if (address != null) {
            try {
                return Jid.parse(address).bare();
            } catch (InvalidJidException e) {
                throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
            }
        }
        return occupant(room, item).user;
    }

    private static void mayAffiliate(Actor actor, Jid target, Affiliation present, Affiliation wanted) {
        if (!actor.rules()) {
            throw new StanzaException(Condition.FORBIDDEN, "Only admins and owners change affiliations");
        }
        if (wanted == Affiliation.OUTCAST && target.equals(actor.user())) {
            throw new StanzaException(Condition.CONFLICT, "You cannot ban yourself");
        }
        boolean amongOwners = present.atLeast(Affiliation.ADMIN) || wanted.atLeast(Affiliation.ADMIN);
        if (actor.affiliation() != Affiliation.OWNER && amongOwners) {
            throw new StanzaException(
                    wanted == Affiliation.OUTCAST ? Condition.NOT_ALLOWED : Condition.FORBIDDEN,
                    "Only owners do this to admins and owners");
        }
    }

    /**
     * The nick to reserve: what the item says where it names an address too, nothing when that is empty, else the one
     * reserved already (XEP-0045 section 9.5).
     */
    private static @Nullable String nick(Room room, Jid jid, Affiliation wanted, Element item) {
        if (!wanted.atLeast(Affiliation.MEMBER)) {
            return null;
        }
        String nick = item.attribute("jid") == null ? null : item.attribute("nick");
        if (nick == null) {
            Affiliations.Entry before = room.affiliations.entry(jid);
            return before == null ? null : before.nick();
        }
        if (nick.isEmpty()) {
            return null;
        }
        String prepared = Nicks.prepared(room, nick);
        Jid holder = room.affiliations.holder(prepared);
        if (holder != null && !holder.equals(jid)) {
            throw new StanzaException(Condition.CONFLICT, "This nick is reserved for somebody else");
        }
        return prepared;
    }

    // --- roles ---

    private static Occupant occupant(Room room, Element item) {
        String nick = item.attribute("nick");
        if (nick == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "An item names a nick or an address");
        }
        Occupant occupant = room.occupants.named(Nicks.prepared(room, nick));
        if (occupant == null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "Nobody of this nick is in the room");
        }
        return occupant;
    }

    private static RoleChange role(Room room, Actor actor, Element item) {
        Role wanted = Role.of(item.attribute("role"));
        if (wanted == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "There is no such role");
        }
        if (!actor.moderates()) {
            throw new StanzaException(Condition.FORBIDDEN, "Only moderators change roles");
        }
        Occupant target = occupant(room, item);
        mayChangeRole(actor, target, wanted);
        return new RoleChange(target, wanted, item.childText("reason", Muc.ADMIN));
    }

    private static void mayChangeRole(Actor actor, Occupant target, Role wanted) {
        boolean self = target.user.equals(actor.user());
        boolean above = target.affiliation().compareTo(actor.affiliation()) > 0;
        boolean lowered = wanted != Role.NONE && target.role().compareTo(wanted) > 0;
        boolean byRight = target.affiliation().atLeast(Affiliation.ADMIN);
        if (wanted == Role.NONE && !self && (above || target.role() == Role.MODERATOR && !actor.rules())
                || lowered && (above || byRight)) {
            throw new StanzaException(Condition.NOT_ALLOWED, "They stand above this");
        }
        boolean aboutModerators = wanted == Role.MODERATOR || lowered && target.role() == Role.MODERATOR;
        if (aboutModerators && !actor.rules()) {
            throw new StanzaException(Condition.FORBIDDEN, "Only admins and owners make and unmake moderators");
        }
        boolean equal = target.affiliation() == Affiliation.MEMBER && !actor.rules();
        if (lowered && wanted == Role.VISITOR && equal && !self) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Their affiliation is yours");
        }
    }

    private void apply(Room room, RoleChange change, @Nullable String actor, Aftermath aftermath) {
        Occupant occupant = change.occupant;
        if (change.role == Role.NONE) {
            Item item = new Item(occupant.affiliation(), Role.NONE).because(actor, change.reason);
            leaving.kick(room, occupant, item, aftermath);
        } else if (change.role != occupant.role()) {
            Role before = occupant.role();
            occupant.become(occupant.affiliation(), change.role);
            aftermath.add(() -> parts.broadcast.changed(room, occupant, before, actor, change.reason));
        }
    }

    /**
     * Changes a role on behalf of an administrator; none takes the nick out of the room.
     *
     * @return false when nobody has the nick
     */
    boolean ordered(Room room, String nick, Role role, @Nullable String reason) {
        Occupant occupant = room.occupants.named(Nicks.prepared(room, nick));
        if (occupant == null) {
            return false;
        }
        Aftermath aftermath = new Aftermath();
        apply(room, new RoleChange(occupant, role, reason), null, aftermath);
        aftermath.tell();
        leaving.forgetIfOver(room);
        return true;
    }
}
