package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** What a room is about, in a sentence or two. */
public final class Description extends TextSetting {
    public static final Description SETTING = new Description();

    private Description() {
        super("description", "muc#roomconfig_roomdesc", "What the room is about", 4_096);
    }

    @Override
    public List<Field> info(String value) {
        return List.of(
                Field.of("muc#roominfo_description", FieldType.TEXT_SINGLE, "What the room is about", value));
    }
}
