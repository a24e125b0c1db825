package im.gatehouse.modules.muc;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.AllowInvites;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Passes invitations on, and the answers of those who would rather not (XEP-0045 section 7.8.2). In the room's lane.
 */
final class Invitations {
    /** Invitations in one message at most. */
    private static final int MOST = 100;

    /** The errors that say so; the first is what this server says of accounts that it does not have. */
    private static final Set<String> NOBODY =
            Set.of("service-unavailable", "item-not-found", "gone", "remote-server-not-found");

    private final Parts parts;
    private final AffiliationChanges affiliations;
    private final Letters letters;

    Invitations(Parts parts, AffiliationChanges affiliations) {
        this.parts = parts;
        this.affiliations = affiliations;
        this.letters = new Letters(parts);
    }

    /** Invites those whom an occupant names; into a members-only room they are made members first. */
    void invite(Room room, Message message, Element x, Seat seat) {
        Occupant inviter = seat.occupant;
        boolean membersOnly = room.config(MembersOnly.SETTING);
        boolean free = !membersOnly || room.config(AllowInvites.SETTING);
        if (!free && !inviter.affiliation().atLeast(Affiliation.ADMIN)) {
            throw new StanzaException(Condition.FORBIDDEN, "Only admins invite into this room");
        }
        Map<Jid, Element> invitations = new LinkedHashMap<>();
        for (Element invite : x.children("invite", Muc.USER)) {
            invitations.put(address(invite.attribute("to")), invite);
        }
        if (invitations.size() > MOST) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "Invite at most " + MOST + " at a time");
        }
        List<Jid> banned = invitations.keySet().stream()
                .filter(invitee -> parts.affiliation(room, invitee.bare()) == Affiliation.OUTCAST)
                .toList();
        if (!banned.isEmpty() && inviter.affiliation().atLeast(Affiliation.ADMIN)) {
            throw new StanzaException(Condition.FORBIDDEN, banned.getFirst().bare() + " is banned from this room");
        }
        Map<Jid, Element> granted = granted(room, message, invitations, seat);
        if (granted.isEmpty()) {
            return;
        }
        List<Affiliations.Entry> members = granted.keySet().stream()
                .filter(invitee -> membersOnly && parts.affiliation(room, invitee.bare()) == Affiliation.NONE)
                .map(invitee -> new Affiliations.Entry(invitee.bare(), Affiliation.MEMBER, null, null))
                .distinct()
                .toList();
        Consumer<Aftermath> invite = _ -> granted.forEach((invitee, details) -> {
            if (banned.contains(invitee)) {
                undelivered(room, message.sender(), invitee.bare(), message.id()); // bans are the admins' business
                return;
            }
            Jid named = seesAddresses(room, invitee) ? message.sender() : inviter.address();
            room.invitations.put(new Invitation(invitee.bare(), named), message.sender());
            letters.invite(room, invitee, named, message.id(), details(details));
        });
        if (inviter.affiliation().atLeast(Affiliation.ADMIN)) {
            affiliations.store(room, message, members, null, invite);
        } else {
            affiliations.storeUndecided(room, message, members, invite);
        }
    }

    /** What the guards let pass, up to the first that they refuse: what they have counted is invited. */
    private Map<Jid, Element> granted(Room room, Message message, Map<Jid, Element> invitations, Seat seat) {
        Map<Jid, Element> granted = new LinkedHashMap<>();
        for (Map.Entry<Jid, Element> each : invitations.entrySet()) {
            if (!Conversation.allowed(parts, room, RoomEvent.Kind.INVITE, message, seat)) {
                break;
            }
            granted.put(each.getKey(), each.getValue());
        }
        return granted;
    }

    /** Whether somebody may know real addresses, or would if they came in. */
    private boolean seesAddresses(Room room, Jid user) {
        return room.isNonAnonymous() || parts.affiliation(room, user.bare()).atLeast(Affiliation.ADMIN);
    }

    private static Element[] details(Element invite) {
        return Stream.of(invite.child("reason", Muc.USER), invite.child("continue", Muc.USER))
                .filter(Objects::nonNull)
                .toArray(Element[]::new);
    }

    /** Tells an inviter that somebody declines; only who was invited can, and once. */
    void decline(Room room, Message message, Element x) {
        Element decline = x.child("decline", Muc.USER);
        Jid invitee = message.sender().bare();
        Invitation declined = decline == null ? null : open(room, invitee, address(decline.attribute("to")));
        Jid inviter = declined == null ? null : room.invitations.remove(declined);
        if (decline == null || inviter == null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no invitation to decline");
        }
        Element passed = Element.builder("decline", Muc.USER)
                .attribute("from", invitee.toString())
                .child("reason", decline.childText("reason", Muc.USER))
                .build();
        Element told = Element.builder("x", Muc.USER).child(passed).build();
        parts.router.route(
                Message.of(Message.Type.NORMAL, room.jid(), inviter, message.id(), told), room.lane());
    }

    /** The invitation that is declined: that with exactly this address, else the last that may be meant; or null. */
    private static @Nullable Invitation open(Room room, Jid invitee, Jid to) {
        Invitation exact = new Invitation(invitee, to);
        if (room.invitations.containsKey(exact)) {
            return exact;
        }
        return room.invitations.keySet().stream()
                .filter(each -> each.mayBeMeant(invitee, to))
                .reduce((_, later) -> later)
                .orElse(null);
    }

    /**
     * An invitation came back because there is nobody of that address: the inviter hears so (XEP-0045 section 7.8.2).
     */
    void cameBack(Room room, Message error) {
        Element reason = error.child("error", Namespaces.CLIENT);
        boolean nobody = reason != null && reason.children().stream().anyMatch(child -> NOBODY.contains(child.name()));
        Jid invitee = error.sender().bare();
        Invitation open = !nobody
                ? null
                : room.invitations.keySet().stream()
                        .filter(each -> each.invitee().equals(invitee))
                        .reduce((_, later) -> later)
                        .orElse(null);
        Jid inviter = open == null ? null : room.invitations.remove(open);
        if (inviter != null && inviter.isFull()) { // else a letter to a new member, which nobody asked for
            undelivered(room, inviter, invitee, error.id());
        }
    }

    private void undelivered(Room room, Jid inviter, Jid invitee, @Nullable String id) {
        Element invite = Element.builder("invite", Muc.USER).attribute("to", invitee.toString()).build();
        Element x = Element.builder("x", Muc.USER).child(invite).build();
        Element told = Condition.ITEM_NOT_FOUND
                .error("The invitation could not be delivered")
                .by(room.jid())
                .toElement();
        parts.router.route(Message.of(Message.Type.ERROR, room.jid(), inviter, id, x, told), room.lane());
    }

    private static Jid address(@Nullable String text) {
        if (text == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "An invitation or its answer needs a receiver");
        }
        try {
            return Jid.parse(text);
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
        }
    }
}
