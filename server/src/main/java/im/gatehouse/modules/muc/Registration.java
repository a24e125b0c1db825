package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reserves nicks for those who belong to a room (XEP-0045 section 7.10). In the room's lane. */
final class Registration {
    private static final String NICK = "muc#register_roomnick";

    private final Parts parts;
    private final AffiliationChanges changes;

    Registration(Parts parts, AffiliationChanges changes) {
        this.parts = parts;
        this.changes = changes;
    }

    void receive(Room room, Iq iq) {
        if (!iq.request().name().equals("query")) {
            throw new StanzaException(Condition.BAD_REQUEST);
        }
        Jid user = iq.sender().bare();
        Affiliations.Entry entry = room.affiliations.entry(user);
        if (entry == null || !entry.affiliation().atLeast(Affiliation.MEMBER)) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Nicks are reserved for members: ask an admin");
        }
        if (iq.type() == Iq.Type.GET) {
            parts.router.route(iq.result(form(room, entry)), room.lane());
            return;
        }
        boolean remove = iq.request().child("remove", Muc.REGISTER) != null;
        String nick = remove ? null : submitted(room, iq, user);
        Affiliation affiliation =
                remove && entry.affiliation() == Affiliation.MEMBER ? Affiliation.NONE : entry.affiliation();
        changes.store(
                room,
                iq,
                List.of(new Affiliations.Entry(user, affiliation, nick, entry.reason())),
                null,
                () -> parts.router.route(iq.result(), room.lane()));
    }

    private static Element form(Room room, Affiliations.Entry entry) {
        String nick = entry.nick();
        Field field = nick == null
                ? Field.of(NICK, FieldType.TEXT_SINGLE, "Nick")
                : Field.of(NICK, FieldType.TEXT_SINGLE, "Nick", nick);
        DataForm form = DataForm.of(
                DataForm.Type.FORM, Muc.REGISTER_FORM, "A nick in " + room.jid(), List.of(field.asRequired()));
        Element.Builder query = Element.builder("query", Muc.REGISTER);
        if (nick != null) {
            query.child("registered").child("username", nick);
        }
        return query.child("instructions", "Write the nick that nobody else shall have in this room.")
                .child(form.toElement())
                .build();
    }

    private static String submitted(Room room, Iq iq, Jid user) {
        DataForm form = DataForm.of(iq.request().child("x", DataForm.NAMESPACE));
        String nick = form == null ? null : nick(form);
        if (nick == null || nick.isBlank()) {
            throw new StanzaException(Condition.BAD_REQUEST, "This needs a form with a nick");
        }
        Occupant alike = room.occupants.alike(nick);
        Jid holder = room.affiliations.holder(nick);
        if (holder != null && !holder.equals(user) || alike != null && !alike.user.equals(user)) {
            throw new StanzaException(Condition.CONFLICT, "Somebody has this nick");
        }
        return nick;
    }

    private static @Nullable String nick(DataForm form) {
        return Muc.REGISTER_FORM.equals(form.formType()) ? form.value(NICK) : null;
    }
}
