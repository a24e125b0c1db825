package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.modules.muc.setting.PublicRoom;
import im.gatehouse.modules.muc.setting.Title;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a room says of itself when asked (XEP-0045 sections 6.4, 6.5 and 7.12). In the room's lane. */
final class RoomDisco {
    private static final List<String> FEATURES = List.of(
            Muc.JOIN,
            Muc.STABLE_ID,
            Muc.SELF_PING,
            Muc.REQUEST,
            Muc.DISCO_INFO,
            Muc.DISCO_ITEMS,
            Muc.PING,
            Muc.REGISTER,
            Muc.STANZA_ID,
            Muc.OCCUPANT_ID);

    private final Parts parts;

    RoomDisco(Parts parts) {
        this.parts = parts;
    }

    Iq info(Room room, Iq iq) {
        String node = iq.request().attribute("node");
        if (node != null) {
            return node(room, iq, node);
        }
        String title = room.config(Title.SETTING);
        Element.Builder query = Element.builder("query", Muc.DISCO_INFO)
                .child(identity(title.isEmpty() ? room.jid().local() : title));
        FEATURES.forEach(feature -> query.child(feature(feature)));
        parts.hooks.settings().features(room.config()).forEach(feature -> query.child(feature(feature)));
        return iq.result(query.child(roomInfo(room).toElement()).build());
    }

    private static Iq node(Room room, Iq iq, String node) {
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

    private DataForm roomInfo(Room room) {
        List<Field> fields = new ArrayList<>(parts.hooks.settings().info(room.config()));
        fields.add(Field.of(
                "muc#roominfo_occupants",
                FieldType.TEXT_SINGLE,
                "Occupants",
                Integer.toString(room.occupants.count())));
        fields.add(Field.of("muc#roominfo_subject", FieldType.TEXT_SINGLE, "Subject", room.subject.text()));
        return DataForm.of(DataForm.Type.RESULT, Muc.ROOM_INFO, null, fields);
    }

    /** The nicks in the room, where the room is public or the one who asks is in it. */
    Iq items(Room room, Iq iq) {
        Element.Builder query = Element.builder("query", Muc.DISCO_ITEMS).attribute("node", node(iq));
        if (room.config(PublicRoom.SETTING) || room.occupants.seat(iq.sender()) != null) {
            for (Occupant occupant : room.occupants.all()) {
                query.child(Element.builder("item", Muc.DISCO_ITEMS)
                        .attribute("jid", occupant.address().toString())
                        .attribute("name", occupant.nick())
                        .build());
            }
        }
        return iq.result(query.build());
    }

    private static @Nullable String node(Iq iq) {
        String node = iq.request().attribute("node");
        if (node != null && !node.isEmpty()) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND);
        }
        return node;
    }
}
