package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.modules.muc.setting.HistoryLength;
import im.gatehouse.modules.muc.setting.MembersOnly;
import im.gatehouse.modules.muc.setting.PublicOccupants;
import im.gatehouse.modules.muc.setting.PublicRoom;
import im.gatehouse.modules.muc.setting.Title;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a room says of itself when asked (XEP-0045 sections 6.4, 6.5 and 7.12). In the room's lane. */
final class RoomDisco {
    private static final List<String> FEATURES = List.of(
            Muc.JOIN,
            Muc.STABLE_ID,
            Muc.SELF_PING,
            Muc.REQUEST,
            Muc.REGISTER_FORM,
            Muc.ROOM_CONFIG,
            Muc.ROOM_INFO,
            Muc.DISCO_INFO,
            Muc.DISCO_ITEMS,
            Muc.PING,
            Muc.REGISTER,
            Muc.STANZA_ID,
            Muc.OCCUPANT_ID,
            Muc.RSM,
            Muc.VCARD,
            Muc.RETRACT,
            Muc.TOMBSTONE,
            Muc.MODERATE,
            Muc.HATS,
            Muc.COMMANDS);

    /** Nicks in one answer at most; more are had page by page. */
    private static final int PAGE = 500;

    private final Parts parts;

    RoomDisco(Parts parts) {
        this.parts = parts;
    }

    Iq info(Room room, Iq iq) {
        String node = iq.request().attribute("node");
        if (node != null && !node.isEmpty()) {
            return node(room, iq, node);
        }
        String title = room.config(Title.SETTING);
        Element.Builder query = Element.builder("query", Muc.DISCO_INFO)
                .child(identity(title.isEmpty() ? room.jid().local() : title));
        FEATURES.forEach(feature -> query.child(feature(feature)));
        parts.hooks.settings().features(room.config()).forEach(feature -> query.child(feature(feature)));
        parts.hooks.features(room).forEach(feature -> query.child(feature(feature)));
        return iq.result(query.child(roomInfo(room, iq).toElement()).build());
    }

    private static Iq node(Room room, Iq iq, String node) {
        if (node.equals(Muc.TRAFFIC)) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE, "Everything passes through this room");
        }
        Element command = HatCommands.describe(node);
        if (command != null) {
            return iq.result(command);
        }
        if (!node.equals(Muc.RESERVED_NICK)) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND);
        }
        Affiliations.Entry entry = room.affiliations.entry(iq.sender().bare());
        Element.Builder query = Element.builder("query", Muc.DISCO_INFO).attribute("node", node);
        if (entry != null && entry.nick() != null) {
            query.child(identity(entry.nick()));
        }
        return iq.result(query.build());
    }

    private static Element identity(String name) {
        return Element.builder("identity", Muc.DISCO_INFO)
                .attribute("category", "conference")
                .attribute("type", "text")
                .attribute("name", name)
                .build();
    }

    static Element feature(String var) {
        return Element.builder("feature", Muc.DISCO_INFO).attribute("var", var).build();
    }

    /**
     * What goes on in a hidden room, or in one that strangers do not get into, is not for those who do not belong to it
     * (XEP-0045 section 13.4).
     */
    private DataForm roomInfo(Room room, Iq iq) {
        List<Field> fields = new ArrayList<>(parts.hooks.settings().info(room.config()));
        fields.add(HistoryLength.info(parts.historyLength(room)));
        if (!room.cardHashes.isEmpty()) {
            fields.add(new Field(
                    "muc#roominfo_avatarhash", FieldType.TEXT_MULTI, "Picture", room.cardHashes, List.of(), false));
        }
        String hats = room.hats.hash();
        if (hats != null) {
            fields.add(Field.of("hats#hash", FieldType.TEXT_SINGLE, "Hats", hats));
        }
        if (!isOpenToLook(room) && !belongs(room, iq)) {
            return DataForm.of(DataForm.Type.RESULT, Muc.ROOM_INFO, null, fields);
        }
        fields.add(Field.of(
                "muc#roominfo_occupants",
                FieldType.TEXT_SINGLE,
                "Occupants",
                Integer.toString(room.occupants.count())));
        fields.add(Field.of("muc#roominfo_subject", FieldType.TEXT_SINGLE, "Subject", room.subject.text()));
        return DataForm.of(DataForm.Type.RESULT, Muc.ROOM_INFO, null, fields);
    }

    private static boolean isOpenToLook(Room room) {
        return room.config(PublicRoom.SETTING)
                && (!room.config(MembersOnly.SETTING) || room.config(PublicOccupants.SETTING));
    }

    private boolean belongs(Room room, Iq iq) {
        return room.occupants.seat(iq.sender()) != null
                || parts.affiliation(room, iq.sender()).atLeast(Affiliation.MEMBER);
    }

    /** A page of the nicks in the room that the one who asks may see, in the order of the alphabet. */
    Iq items(Room room, Iq iq) {
        if (Muc.COMMANDS.equals(iq.request().attribute("node"))) {
            return iq.result(HatCommands.list(room, Actor.of(parts, room, iq.sender())));
        }
        Element.Builder query = Element.builder("query", Muc.DISCO_ITEMS).attribute("node", node(iq));
        Element set = iq.request().child("set", Muc.RSM);
        Page<Occupant> page = Page.of(visible(room, iq), set, Occupant::nick, PAGE);
        for (Occupant occupant : page.items()) {
            query.child(Element.builder("item", Muc.DISCO_ITEMS)
                    .attribute("jid", occupant.address().toString())
                    .attribute("name", occupant.nick())
                    .build());
        }
        return iq.result(
                query.child(set == null && !page.isPart() ? null : page.toElement()).build());
    }

    private static List<Occupant> visible(Room room, Iq iq) {
        Seat asker = room.occupants.seat(iq.sender());
        if (asker == null && !(room.config(PublicRoom.SETTING) && room.config(PublicOccupants.SETTING))) {
            return List.of();
        }
        return room.occupants.all().stream()
                .filter(occupant -> asker == null
                        ? room.broadcasts(occupant.role())
                        : occupant == asker.occupant || Broadcast.sees(asker.occupant, occupant))
                .sorted(Comparator.comparing(Occupant::nick))
                .toList();
    }

    private static @Nullable String node(Iq iq) {
        String node = iq.request().attribute("node");
        if (node != null && !node.isEmpty()) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND);
        }
        return node;
    }
}
