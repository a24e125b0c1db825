package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Whom everybody may write to about a room. Nobody unless its owners say so. */
public final class Contacts extends RoomSetting<List<Jid>> {
    public static final Contacts SETTING = new Contacts();

    private static final String VAR = "muc#roominfo_contactjid";
    private static final String LABEL = "Addresses for questions about the room";
    private static final int MOST = 20;

    private Contacts() {
        super("contacts", List.of());
    }

    @Override
    public List<Jid> configured(Section section) {
        return section.jids(name());
    }

    @Override
    public List<Field> fields(List<Jid> value) {
        return List.of(field(value));
    }

    private static Field field(List<Jid> value) {
        return new Field(VAR, FieldType.JID_MULTI, LABEL, value.stream().map(Jid::toString).toList(), List.of(), false);
    }

    @Override
    public List<Jid> submitted(DataForm form, List<Jid> present) {
        List<String> submitted = several(form, VAR);
        if (submitted == null) {
            return present;
        }
        if (submitted.size() > MOST) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The field " + VAR + " takes at most " + MOST);
        }
        List<Jid> chosen = new ArrayList<>(submitted.size());
        for (String text : submitted) {
            if (text.isBlank()) {
                continue;
            }
            try {
                chosen.add(Jid.parse(text));
            } catch (InvalidJidException e) {
                throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
            }
        }
        return chosen.stream().distinct().toList();
    }

    @Override
    public String stored(List<Jid> value) {
        return value.stream().map(Jid::toString).collect(Collectors.joining("\n"));
    }

    @Override
    public List<Jid> restored(String text) {
        return Arrays.stream(text.split("\n")).filter(line -> !line.isEmpty()).map(Jid::parse).toList();
    }

    @Override
    public List<Field> info(List<Jid> value) {
        return value.isEmpty() ? List.of() : List.of(field(value));
    }
}
