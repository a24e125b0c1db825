package im.gatehouse.modules.muc;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.AllowInvites;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes invitations on, and the answers of those who would rather not (XEP-0045 section 7.8.2). In the room's lane.
 */
final class Invitations {
    private final Parts parts;
    private final AffiliationChanges changes;

    Invitations(Parts parts, AffiliationChanges changes) {
        this.parts = parts;
        this.changes = changes;
    }

    private record Invitation(Jid invitee, Message message) {}

    /** Invites those whom an occupant names; into a members-only room they are made members first. */
    void invite(Room room, Message message, Element x, Occupant inviter) {
        boolean membersOnly = room.config(MembersOnly.SETTING);
        boolean free = !membersOnly || room.config(AllowInvites.SETTING);
        if (!free && !inviter.affiliation().atLeast(Affiliation.ADMIN)) {
            throw new StanzaException(Condition.FORBIDDEN, "Only admins invite into this room");
        }
        if (inviter.role() == Role.VISITOR) {
            throw new StanzaException(Condition.FORBIDDEN, "You have not been given voice");
        }
        List<Invitation> invitations = new ArrayList<>();
        for (Element invite : x.children("invite", Muc.USER)) {
            invitations.add(invitation(room, message, invite));
        }
        List<Affiliations.Entry> members = new ArrayList<>();
        for (Invitation each : invitations) {
            Jid user = each.invitee.bare();
            if (parts.affiliation(room, user) == Affiliation.OUTCAST) {
                throw new StanzaException(Condition.FORBIDDEN, user + " is banned from this room");
            }
            if (!Conversation.allowed(parts, room, RoomEvent.Kind.INVITE, message, inviter)) {
                return;
            }
            if (membersOnly && parts.affiliation(room, user) == Affiliation.NONE) {
                members.add(new Affiliations.Entry(user, Affiliation.MEMBER, null, null));
            }
        }
        changes.store(room, message, members, inviter.nick(), () -> {
            for (Invitation each : invitations) {
                room.invitations.put(each.invitee.bare(), message.sender());
                parts.router.route(each.message, room.lane());
            }
        });
    }

    private static Invitation invitation(Room room, Message message, Element invite) {
        Jid invitee = address(invite.attribute("to"));
        String password = room.config(Password.SETTING);
        Element passed = Element.builder("invite", Muc.USER)
                .attribute("from", message.sender().toString())
                .child("reason", invite.childText("reason", Muc.USER))
                .child(invite.child("continue", Muc.USER))
                .build();
        Element x = Element.builder("x", Muc.USER)
                .child(passed)
                .child("password", password.isEmpty() ? null : password)
                .build();
        return new Invitation(invitee, Message.of(Message.Type.NORMAL, room.jid(), invitee, message.id(), x));
    }

    /** Tells an inviter that somebody declines; only who was invited can, and once. */
    void decline(Room room, Message message, Element x) {
        Element decline = x.child("decline", Muc.USER);
        Jid invitee = message.sender().bare();
        Jid inviter = room.invitations.get(invitee);
        if (decline == null || inviter == null || !address(decline.attribute("to")).bare().equals(inviter.bare())) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "There is no invitation to decline");
        }
        room.invitations.remove(invitee);
        Element passed = Element.builder("decline", Muc.USER)
                .attribute("from", invitee.toString())
                .child("reason", decline.childText("reason", Muc.USER))
                .build();
        Element told = Element.builder("x", Muc.USER).child(passed).build();
        parts.router.route(
                Message.of(Message.Type.NORMAL, room.jid(), inviter, message.id(), told), room.lane());
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
