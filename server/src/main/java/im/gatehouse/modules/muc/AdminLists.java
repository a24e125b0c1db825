package im.gatehouse.modules.muc;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Broadcast.Parting;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows and changes roles and affiliations, several in one request; either all of them change or none (XEP-0045
 * sections 8.2 to 10.8). In the room's lane.
 */
final class AdminLists {
    private final Parts parts;
    private final Leaving leaving;
    private final AffiliationChanges changes;

    AdminLists(Parts parts, Leaving leaving, AffiliationChanges changes) {
        this.parts = parts;
        this.leaving = leaving;
        this.changes = changes;
    }

    private record RoleChange(Occupant occupant, Role role, @Nullable String reason) {}

    /**
     * Who asks.
     *
     * @param nick null when they are not in the room
     * @param role none when they are not in the room
     */
    private record Actor(Jid user, Affiliation affiliation, Role role, @Nullable String nick) {
        static Actor of(Room room, Jid sender, Affiliation affiliation) {
            Seat seat = room.occupants.seat(sender);
            return seat == null
                    ? new Actor(sender.bare(), affiliation, Role.NONE, null)
                    : new Actor(sender.bare(), affiliation, seat.occupant.role(), seat.occupant.nick());
        }

        boolean rules() {
            return affiliation.atLeast(Affiliation.ADMIN);
        }
    }

    void receive(Room room, Iq iq) {
        Actor actor = Actor.of(room, iq.sender(), parts.affiliation(room, iq.sender()));
        List<Element> items = iq.request().children("item", Muc.ADMIN);
        if (!iq.request().name().equals("query") || items.isEmpty()) {
            throw new StanzaException(Condition.BAD_REQUEST, "This needs a query with items");
        }
        if (iq.type() == Iq.Type.GET) {
            parts.router.route(iq.result(list(room, actor, items.getFirst())), room.lane());
        } else {
            change(room, iq, actor, items);
        }
    }

    // --- showing ---

    private Element list(Room room, Actor actor, Element item) {
        Affiliation affiliation = Affiliation.of(item.attribute("affiliation"));
        Role role = Role.of(item.attribute("role"));
        if (affiliation != null && affiliation != Affiliation.NONE) {
            return affiliations(room, actor, affiliation);
        }
        if (role != null && role != Role.NONE) {
            return roles(room, actor, role);
        }
        throw new StanzaException(Condition.BAD_REQUEST, "There is no such list");
    }

    /** Where everybody sees the addresses anyway, those in the room and its members may ask who belongs to it. */
    private static Element affiliations(Room room, Actor actor, Affiliation wanted) {
        boolean belongs = actor.affiliation.atLeast(Affiliation.MEMBER) || actor.role != Role.NONE;
        boolean may = actor.rules() || wanted != Affiliation.OUTCAST && room.isNonAnonymous() && belongs;
        if (!may) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        Element.Builder query = Element.builder("query", Muc.ADMIN);
        for (Affiliations.Entry entry : room.affiliations.all()) {
            if (entry.affiliation() == wanted) {
                query.child(Element.builder("item", Muc.ADMIN)
                        .attribute("affiliation", wanted.wire())
                        .attribute("jid", entry.jid().toString())
                        .attribute("nick", entry.nick())
                        .child("reason", entry.reason())
                        .build());
            }
        }
        return query.build();
    }

    private static Element roles(Room room, Actor actor, Role wanted) {
        if (actor.role != Role.MODERATOR && !actor.rules()) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        Element.Builder query = Element.builder("query", Muc.ADMIN);
        for (Occupant occupant : room.occupants.all()) {
            if (occupant.role() == wanted) {
                query.child(Element.builder("item", Muc.ADMIN)
                        .attribute("affiliation", occupant.affiliation().wire())
                        .attribute("role", wanted.wire())
                        .attribute("nick", occupant.nick())
                        .attribute("jid", occupant.shown().jid.toString())
                        .build());
            }
        }
        return query.build();
    }

    // --- changing ---

    private void change(Room room, Iq iq, Actor actor, List<Element> items) {
        Map<Jid, Affiliations.Entry> entries = new LinkedHashMap<>();
        List<RoleChange> roles = new ArrayList<>();
        for (Element item : items) {
            boolean affiliation = item.attribute("affiliation") != null;
            if (affiliation == (item.attribute("role") != null)) {
                throw new StanzaException(Condition.BAD_REQUEST, "An item changes a role or an affiliation");
            }
            if (affiliation) {
                Affiliations.Entry entry = entry(room, actor, item);
                entries.put(entry.jid(), entry);
            } else {
                roles.add(role(room, actor, item));
            }
        }
        List<Affiliations.Entry> changed = List.copyOf(entries.values());
        mustKeepAnOwner(room, changed);
        changes.store(room, iq, changed, actor.nick, () -> {
            roles.forEach(each -> apply(room, each, actor));
            parts.router.route(iq.result(), room.lane());
            leaving.forgetIfOver(room);
        });
    }

    private static void mustKeepAnOwner(Room room, List<Affiliations.Entry> changed) {
        long owners = room.affiliations.owners();
        for (Affiliations.Entry entry : changed) {
            boolean was = ownEntry(room, entry.jid()) == Affiliation.OWNER;
            boolean is = entry.affiliation() == Affiliation.OWNER;
            owners += (is ? 1 : 0) - (was ? 1 : 0);
        }
        if (owners == 0 && room.affiliations.owners() > 0) {
            throw new StanzaException(Condition.CONFLICT, "A room needs an owner");
        }
    }

    private static Affiliation ownEntry(Room room, Jid jid) {
        Affiliations.Entry entry = room.affiliations.entry(jid);
        return entry == null ? Affiliation.NONE : entry.affiliation();
    }

    // --- affiliations ---

    private Affiliations.Entry entry(Room room, Actor actor, Element item) {
        Affiliation wanted = Affiliation.of(item.attribute("affiliation"));
        if (wanted == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "There is no such affiliation");
        }
        Jid jid = target(room, item);
        mayAffiliate(actor, jid, parts.affiliation(room, jid), wanted);
        if (parts.isAdmin.test(jid) && wanted != Affiliation.OWNER && !parts.isAdmin.test(actor.user)) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Administrators of the service own all rooms");
        }
        return new Affiliations.Entry(jid, wanted, nick(room, jid, item), item.childText("reason", Muc.ADMIN));
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
        if (wanted == Affiliation.OUTCAST && target.equals(actor.user)) {
            throw new StanzaException(Condition.CONFLICT, "You cannot ban yourself");
        }
        boolean amongOwners = present.atLeast(Affiliation.ADMIN) || wanted.atLeast(Affiliation.ADMIN);
        boolean ownStep = target.equals(actor.user) && present.atLeast(wanted);
        if (actor.affiliation != Affiliation.OWNER && amongOwners && !ownStep) {
            throw new StanzaException(
                    wanted == Affiliation.OUTCAST ? Condition.NOT_ALLOWED : Condition.FORBIDDEN,
                    "Only owners do this to admins and owners");
        }
    }

    /** The nick to reserve: what the item says where it names an address too, else the one reserved already. */
    private static @Nullable String nick(Room room, Jid jid, Element item) {
        String nick = item.attribute("jid") == null ? null : item.attribute("nick");
        Affiliations.Entry before = room.affiliations.entry(jid);
        if (nick == null || nick.isEmpty()) {
            return before == null ? null : before.nick();
        }
        Jid holder = room.affiliations.holder(nick);
        if (holder != null && !holder.equals(jid)) {
            throw new StanzaException(Condition.CONFLICT, "This nick is reserved for somebody else");
        }
        return nick;
    }

    // --- roles ---

    private static Occupant occupant(Room room, Element item) {
        String nick = item.attribute("nick");
        if (nick == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "An item names a nick or an address");
        }
        Occupant occupant = room.occupants.named(nick);
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
        if (actor.role != Role.MODERATOR && !actor.rules()) {
            throw new StanzaException(Condition.FORBIDDEN, "Only moderators change roles");
        }
        Occupant target = occupant(room, item);
        mayChangeRole(actor, target, wanted);
        return new RoleChange(target, wanted, item.childText("reason", Muc.ADMIN));
    }

    private static void mayChangeRole(Actor actor, Occupant target, Role wanted) {
        boolean aboutModerators = wanted == Role.MODERATOR || wanted != Role.NONE && target.role() == Role.MODERATOR;
        if (aboutModerators && !actor.rules()) {
            throw new StanzaException(Condition.FORBIDDEN, "Only admins and owners make and unmake moderators");
        }
        boolean above = target.affiliation().compareTo(actor.affiliation) > 0;
        boolean byRight = target.affiliation().atLeast(Affiliation.ADMIN) && !target.user.equals(actor.user);
        boolean lowered = wanted != Role.NONE && target.role().compareTo(wanted) > 0;
        if (above || lowered && byRight) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Their affiliation stands above this");
        }
    }

    private void apply(Room room, RoleChange change, Actor actor) {
        Occupant occupant = change.occupant;
        if (occupant.seats.isEmpty()) {
            return; // removed by another item of the same request
        }
        if (change.role == Role.NONE) {
            Item item = new Item(occupant.affiliation(), Role.NONE).because(actor.nick, change.reason);
            leaving.remove(room, occupant, item, Parting.of(Status.KICKED));
        } else if (change.role != occupant.role()) {
            occupant.become(occupant.affiliation(), change.role);
            parts.broadcast.show(room, occupant);
        }
    }

    /** Takes a nick out of the room on behalf of an administrator; false when nobody has it. */
    boolean kick(Room room, String nick, @Nullable String reason) {
        Occupant occupant = room.occupants.named(nick);
        if (occupant == null) {
            return false;
        }
        Item item = new Item(occupant.affiliation(), Role.NONE).because(null, reason);
        leaving.remove(room, occupant, item, Parting.of(Status.KICKED));
        leaving.forgetIfOver(room);
        return true;
    }
}
