package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** What a room writes to people who are not in it: invitations, and what they have become to it. In the room's lane. */
final class Letters {
    private final Parts parts;

    Letters(Parts parts) {
        this.parts = parts;
    }

    /**
     * Passes an invitation on, with the room's password (XEP-0045 section 7.8.2).
     *
     * @param from the address under which the inviter is named
     * @param details what the inviter added, such as a reason
     */
    void invite(Room room, Jid invitee, Jid from, @Nullable String id, Element... details) {
        String password = room.config(Password.SETTING);
        Element.Builder invite = Element.builder("invite", Muc.USER).attribute("from", from.toString());
        for (Element detail : details) {
            invite.child(detail);
        }
        Element x = Element.builder("x", Muc.USER)
                .child(invite.build())
                .child("password", password.isEmpty() ? null : password)
                .build();
        write(room, invitee, id, x);
    }

    /**
     * Lets somebody know that they have become something else to the room (XEP-0045 sections 9.5 and 17.1): who becomes
     * a member of a members-only room is invited. Strangers who are banned hear nothing, lest bans become a way to
     * write to anybody.
     */
    void affiliationChanged(Room room, Affiliations.Entry now, Affiliation before, Actor actor) {
        boolean joins = room.config(MembersOnly.SETTING)
                && now.affiliation().atLeast(Affiliation.MEMBER)
                && !before.atLeast(Affiliation.MEMBER);
        if (joins) {
            Jid named = actor.shownAs(room);
            room.invitations.put(new Invitation(now.jid(), named), actor.user());
            invite(room, now.jid(), named, null);
        } else if (before != Affiliation.NONE || now.affiliation() != Affiliation.OUTCAST) {
            Element x = new Item(now.affiliation(), Role.NONE)
                    .because(null, now.reason())
                    .x()
                    .child(Status.AFFILIATION_CHANGED.element())
                    .build();
            write(room, now.jid(), null, x);
        }
    }

    private void write(Room room, Jid to, @Nullable String id, Element x) {
        String named = id == null ? parts.randomId() : id;
        parts.router.route(Message.of(Message.Type.NORMAL, room.jid(), to, named, x), room.lane());
    }
}
