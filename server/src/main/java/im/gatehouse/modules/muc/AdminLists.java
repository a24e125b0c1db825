package im.gatehouse.modules.muc;

import im.gatehouse.modules.muc.setting.MemberList;
import im.gatehouse.modules.muc.setting.RolesSetting;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.List;

/**
 * Shows those who may ask who has which role and affiliation, and takes their changes of it (XEP-0045 sections 8.2 to
 * 10.8). In the room's lane.
 */
final class AdminLists {
    private final Parts parts;
    private final ListChanges changes;

    AdminLists(Parts parts, ListChanges changes) {
        this.parts = parts;
        this.changes = changes;
    }

    void receive(Room room, Iq iq) {
        Actor actor = Actor.of(parts, room, iq.sender());
        List<Element> items = iq.request().children("item", Muc.ADMIN);
        if (!iq.request().name().equals("query") || items.isEmpty()) {
            throw new StanzaException(Condition.BAD_REQUEST, "This needs a query with items");
        }
        if (iq.type() == Iq.Type.GET) {
            parts.router.route(iq.result(list(room, actor, items.getFirst())), room.lane());
        } else {
            changes.change(room, iq, actor, items);
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

    /** The list of owners and that of admins are the owners' where addresses are hidden (XEP-0045 section 10.5). */
    private static Element affiliations(Room room, Actor actor, Affiliation wanted) {
        boolean own = wanted.atLeast(Affiliation.ADMIN) ? actor.affiliation() == Affiliation.OWNER : actor.rules();
        if (!own && (wanted == Affiliation.OUTCAST || !room.isNonAnonymous() || !mayAsk(room, actor))) {
            throw new StanzaException(Condition.FORBIDDEN, "This list is not for you");
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

    /** Where everybody sees the addresses anyway, those in the room and its members may ask who belongs to it. */
    private static boolean mayAsk(Room room, Actor actor) {
        RolesSetting.Kind kind = actor.role().kind();
        return kind == null
                ? actor.affiliation().atLeast(Affiliation.MEMBER)
                : actor.rules() || room.config(MemberList.SETTING).contains(kind);
    }

    private static Element roles(Room room, Actor actor, Role wanted) {
        if (wanted == Role.MODERATOR ? !actor.rules() : !actor.moderates()) {
            throw new StanzaException(Condition.FORBIDDEN, "This list is not for you");
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
}
