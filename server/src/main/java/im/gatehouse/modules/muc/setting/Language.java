package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** The language that is talked in a room, as a tag of BCP 47. */
public final class Language extends TextSetting {
    public static final Language SETTING = new Language();

    private Language() {
        super("language", "muc#roomconfig_lang", "Language of the room, such as en", 64);
    }

    @Override
    public List<Field> info(String value) {
        return value.isEmpty()
                ? List.of()
                : List.of(Field.of("muc#roominfo_lang", FieldType.TEXT_SINGLE, "Language of the room", value));
    }
}
