package im.gatehouse.modules.muc;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.Hats.Hat;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands in the forms about hats, those that are taken and those that are shown (XEP-0317). */
final class HatForms {
    static final String FORM = "urn:xmpp:hats:commands";
    static final String TITLE = "hats#title";
    static final String URI = "hats#uri";
    static final String HUE = "hats#hue";
    static final String WEARER = "hats#jid";

    /** Bytes of a URI or a title at most. */
    private static final int MOST_BYTES = 1_000;

    private HatForms() {}

    // --- taking ---

    /** The one value of a field that must have one. */
    static String required(DataForm form, String var) {
        List<String> values = RoomSetting.several(form, var);
        if (values == null || values.size() != 1 || values.getFirst().isBlank()) {
            throw new StanzaException(Condition.BAD_REQUEST, "The field " + var + " needs a value");
        }
        String value = values.getFirst().strip();
        if (value.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES || value.contains("\n")) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The field " + var + " is too long");
        }
        return value;
    }

    /** The colour that was chosen, or null for none. */
    static @Nullable String hue(DataForm form) {
        String hue = form.value(HUE);
        if (hue == null || hue.isBlank()) {
            return null;
        }
        try {
            double angle = Double.parseDouble(hue.strip());
            if (angle >= 0 && angle <= 360) {
                return hue.strip();
            }
        } catch (NumberFormatException _) {
            // the same answer as for an angle that is none
        }
        throw new StanzaException(Condition.NOT_ACCEPTABLE, "A hue is an angle from 0 to 360");
    }

    /** The bare address of whom it is about. */
    static Jid wearer(DataForm form) {
        try {
            return Jid.parse(required(form, WEARER)).bare();
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    // --- showing ---

    /** All hats of a room. */
    static Element hats(Room room) {
        List<Map<String, @Nullable String>> rows = new ArrayList<>();
        room.hats.known().values().forEach(hat -> rows.add(row(hat, null)));
        return table(List.of(TITLE, URI, HUE), rows);
    }

    /** Who in a room wears which hat. */
    static Element wearers(Room room) {
        List<Map<String, @Nullable String>> rows = new ArrayList<>();
        room.hats.worn().forEach((wearer, uris) -> {
            for (String uri : uris) {
                Hat hat = room.hats.known().get(uri);
                if (hat != null) {
                    rows.add(row(hat, wearer));
                }
            }
        });
        return table(List.of(WEARER, URI, TITLE, HUE), rows);
    }

    private static Map<String, @Nullable String> row(Hat hat, @Nullable Jid wearer) {
        Map<String, @Nullable String> row = new LinkedHashMap<>();
        row.put(WEARER, wearer == null ? null : wearer.toString());
        row.put(URI, hat.uri());
        row.put(TITLE, hat.title());
        row.put(HUE, hat.hue());
        return row;
    }

    /** A form that shows rows (XEP-0004 section 3.4). */
    private static Element table(List<String> columns, List<Map<String, @Nullable String>> rows) {
        Element.Builder reported = Element.builder("reported", DataForm.NAMESPACE);
        columns.forEach(column -> reported.child(field(column, null)));
        Element.Builder form = Element.builder("x", DataForm.NAMESPACE)
                .attribute("type", DataForm.Type.RESULT.wire())
                .child(Element.builder("field", DataForm.NAMESPACE)
                        .attribute("var", "FORM_TYPE")
                        .attribute("type", FieldType.HIDDEN.wire())
                        .child("value", FORM)
                        .build())
                .child(reported.build());
        for (Map<String, @Nullable String> row : rows) {
            Element.Builder item = Element.builder("item", DataForm.NAMESPACE);
            for (String column : columns) {
                String value = row.get(column);
                if (value != null) {
                    item.child(field(column, value));
                }
            }
            form.child(item.build());
        }
        return form.build();
    }

    private static Element field(String var, @Nullable String value) {
        return Element.builder("field", DataForm.NAMESPACE)
                .attribute("var", var)
                .child("value", value)
                .build();
    }
}
