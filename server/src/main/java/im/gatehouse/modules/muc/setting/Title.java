package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** The name of a room for people. */
public final class Title extends TextSetting {
    public static final Title SETTING = new Title();

    private Title() {
        super("title", "muc#roomconfig_roomname", "Name of the room", 1_024);
    }

    @Override
    public List<Field> info(String value) {
        return List.of(Field.of("muc#roomconfig_roomname", FieldType.TEXT_SINGLE, "Name of the room", value));
    }
}
