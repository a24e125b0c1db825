package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Room.Applicant;
import im.gatehouse.modules.muc.setting.Registering;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reserves nicks for those who belong to a room, and lets strangers become members where the owners want that (XEP-0045
 * sections 7.10 and 9.9). In the room's lane.
 */
final class Registration {
    private static final String NICK = "muc#register_roomnick";
    private static final String ADDRESS = "muc#register_jid";
    private static final String ALLOW = "muc#register_allow";

    /** So long nobody makes the admins be asked once more: queries are not limited otherwise. */
    private static final Duration ASK_AGAIN = Duration.ofMinutes(10);

    private final Parts parts;
    private final AffiliationChanges affiliations;

    Registration(Parts parts, AffiliationChanges affiliations) {
        this.parts = parts;
        this.affiliations = affiliations;
    }

    void receive(Room room, Iq iq) {
        if (!iq.request().name().equals("query")) {
            throw new StanzaException(Condition.BAD_REQUEST);
        }
        Jid user = iq.sender().bare();
        Affiliation affiliation = room.affiliations.of(user);
        boolean stranger = affiliation == Affiliation.NONE;
        Registering.Way way = room.config(Registering.SETTING);
        if (affiliation == Affiliation.OUTCAST || stranger && way == Registering.Way.CLOSED) {
            throw new StanzaException(Condition.NOT_ALLOWED, "Ask an admin of the room to make you a member");
        }
        if (iq.type() == Iq.Type.GET) {
            parts.router.route(iq.result(form(room, room.affiliations.entry(user))), room.lane());
        } else if (iq.request().child("remove", Muc.REGISTER) != null) {
            remove(room, iq, user, affiliation);
        } else if (isCancelled(iq)) {
            parts.router.route(iq.result(), room.lane());
        } else {
            String nick = submitted(room, iq, user);
            if (stranger && way == Registering.Way.APPROVAL) {
                ask(room, iq, nick);
            } else {
                store(room, iq, user, stranger ? Affiliation.MEMBER : affiliation, nick);
            }
        }
    }

    private void remove(Room room, Iq iq, Jid user, Affiliation affiliation) {
        store(room, iq, user, affiliation == Affiliation.MEMBER ? Affiliation.NONE : affiliation, null);
    }

    private void store(Room room, Iq iq, Jid user, Affiliation affiliation, @Nullable String nick) {
        Affiliations.Entry before = room.affiliations.entry(user);
        String reason = before == null ? null : before.reason();
        affiliations.storeUndecided(
                room,
                iq,
                List.of(new Affiliations.Entry(user, affiliation, nick, reason)),
                _ -> parts.router.route(iq.result(), room.lane()));
    }

    private static Element form(Room room, Affiliations.@Nullable Entry entry) {
        String nick = entry == null ? null : entry.nick();
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

    private static boolean isCancelled(Iq iq) {
        DataForm form = DataForm.of(iq.request().child("x", DataForm.NAMESPACE));
        return form != null && form.type() == DataForm.Type.CANCEL;
    }

    private static String submitted(Room room, Iq iq, Jid user) {
        DataForm form = DataForm.of(iq.request().child("x", DataForm.NAMESPACE));
        boolean usable = form != null
                && form.type() == DataForm.Type.SUBMIT
                && Muc.REGISTER_FORM.equals(form.formType());
        String nick = usable ? form.value(NICK) : null;
        if (nick == null || nick.isBlank()) {
            throw new StanzaException(Condition.BAD_REQUEST, "This needs a form with a nick");
        }
        String prepared = Nicks.prepared(room, nick);
        mustBeFree(room, prepared, user);
        return prepared;
    }

    private static void mustBeFree(Room room, String nick, Jid user) {
        Occupant alike = room.occupants.alike(nick);
        Jid holder = room.affiliations.holder(nick);
        if (holder != null && !holder.equals(user) || alike != null && !alike.user.equals(user)) {
            throw new StanzaException(Condition.CONFLICT, "Somebody has this nick");
        }
    }

    // --- with the approval of an admin ---

    private void ask(Room room, Iq iq, String nick) {
        Jid user = iq.sender().bare();
        Applicant before = room.applicants.get(user);
        if (before != null && room.usedAt - before.at() < ASK_AGAIN.toNanos()) {
            if (!before.nick().equals(nick)) {
                throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "The admins have been asked already");
            }
            parts.router.route(iq.result(), room.lane());
            return;
        }
        DataForm question = DataForm.of(
                DataForm.Type.FORM,
                Muc.REGISTER_FORM,
                "Somebody asks to become a member",
                List.of(
                        Field.of(ADDRESS, FieldType.JID_SINGLE, "Address", user.toString()),
                        Field.of(NICK, FieldType.TEXT_SINGLE, "Nick", nick),
                        Field.bool(ALLOW, "Make them a member?", false)));
        Message message =
                Message.of(Message.Type.NORMAL, room.jid(), null, parts.randomId(), question.toElement());
        boolean asked = false;
        for (Occupant occupant : room.occupants.all()) {
            if (occupant.affiliation().atLeast(Affiliation.ADMIN)) {
                parts.broadcast.toOccupant(room, occupant, message);
                asked = true;
            }
        }
        if (!asked) {
            throw new StanzaException(Condition.NOT_ALLOWED, "No admin is in the room to decide; try again later");
        }
        room.applicants.put(user, new Applicant(nick, room.usedAt));
        parts.router.route(iq.result(), room.lane());
    }

    /**
     * Takes an admin's answer.
     *
     * @throws StanzaException with {@code forbidden} for one who is none, {@code item-not-found} when nobody asks
     */
    void decided(Room room, Message message, DataForm form) {
        Actor actor = Actor.of(parts, room, message.sender());
        if (!actor.rules()) {
            throw new StanzaException(Condition.FORBIDDEN, "Only admins and owners make members");
        }
        Jid user = address(form.value(ADDRESS));
        Applicant applicant = room.applicants.remove(user);
        if (applicant == null || room.affiliations.of(user) != Affiliation.NONE) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "They do not ask any longer");
        }
        String allow = form.value(ALLOW);
        if ("1".equals(allow) || "true".equals(allow)) {
            mustBeFree(room, applicant.nick(), user);
            Affiliations.Entry member =
                    new Affiliations.Entry(user, Affiliation.MEMBER, applicant.nick(), null);
            affiliations.store(room, message, List.of(member), actor, _ -> {});
        }
    }

    private static Jid address(@Nullable String text) {
        try {
            return Jid.parse(text == null ? "" : text).bare();
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
        }
    }
}
