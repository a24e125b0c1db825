package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** Where what is said in a room can be read, for rooms that somebody publishes; see {@link Logged}. */
public final class LogAddress extends TextSetting {
    public static final LogAddress SETTING = new LogAddress();

    private static final String VAR = "muc#roominfo_logs";
    private static final String LABEL = "Web address of the public log";

    private LogAddress() {
        super("log_address", VAR, LABEL, 2_047);
    }

    @Override
    public List<Field> info(String value) {
        return value.isEmpty() ? List.of() : List.of(Field.of(VAR, FieldType.TEXT_SINGLE, LABEL, value));
    }
}
