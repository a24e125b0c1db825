package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.AllowVoiceRequests;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Those without voice ask for it, and a moderator gives it (XEP-0045 sections 7.13 and 8.6). In the room's lane. */
final class VoiceRequests {
    private static final Option PARTICIPANT = new Option(Role.PARTICIPANT.wire(), "Participant");

    private final Parts parts;

    VoiceRequests(Parts parts) {
        this.parts = parts;
    }

    /** Takes a request, or a moderator's answer to one. */
    void receive(Room room, Message message, DataForm form, Seat seat) {
        Occupant sender = seat.occupant;
        if (form.field("muc#request_allow") != null) {
            answer(room, form, sender);
            return;
        }
        if (!room.config(AllowVoiceRequests.SETTING)) {
            throw new StanzaException(Condition.FORBIDDEN, "One does not ask for voice in this room");
        }
        String role = form.value("muc#role");
        if (role != null && !role.equals(Role.PARTICIPANT.wire())) {
            throw new StanzaException(Condition.BAD_REQUEST, "One asks for the role of a participant");
        }
        if (sender.role() != Role.VISITOR) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "You have voice");
        }
        if (Conversation.allowed(parts, room, RoomEvent.Kind.VOICE_REQUEST, message, seat)) {
            Message question = Message.of(
                    Message.Type.NORMAL, room.jid(), null, message.id(), question(seat).toElement());
            room.occupants.all().stream()
                    .filter(each -> each.role() == Role.MODERATOR)
                    .forEach(moderator -> parts.broadcast.toOccupant(room, moderator, question));
        }
    }

    private static DataForm question(Seat asker) {
        return DataForm.of(
                DataForm.Type.FORM,
                Muc.REQUEST,
                "Somebody asks for voice",
                List.of(
                        Field.list("muc#role", "Requested role", PARTICIPANT.value(), List.of(PARTICIPANT)),
                        Field.of("muc#jid", FieldType.JID_SINGLE, "Address", asker.jid.toString()),
                        Field.of("muc#roomnick", FieldType.TEXT_SINGLE, "Nick", asker.occupant.nick()),
                        Field.bool("muc#request_allow", "Give voice?", false)));
    }

    private void answer(Room room, DataForm form, Occupant moderator) {
        if (moderator.role() != Role.MODERATOR) {
            throw new StanzaException(Condition.FORBIDDEN, "Only moderators give voice");
        }
        String allow = form.value("muc#request_allow");
        String nick = form.value("muc#roomnick");
        Occupant asker = nick == null ? null : room.occupants.named(Nicks.prepared(room, nick));
        if (asker == null || !isMeant(form.value("muc#jid"), asker)) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "They have left the room");
        }
        if (("1".equals(allow) || "true".equals(allow)) && asker.role() == Role.VISITOR) {
            asker.become(asker.affiliation(), Role.PARTICIPANT);
            parts.broadcast.changed(room, asker, Role.VISITOR, null, null);
        }
    }

    /** Whether the address in the form is the occupant's: another may have the nick by now. A form may leave it out. */
    private static boolean isMeant(@Nullable String address, Occupant asker) {
        try {
            return address == null || Jid.parse(address).bare().equals(asker.user);
        } catch (InvalidJidException _) {
            return false;
        }
    }
}
