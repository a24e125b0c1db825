package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** How many of the last messages a room keeps and shows to those who come in; the service may allow fewer. */
public final class HistoryLength extends NumberSetting {
    public static final HistoryLength SETTING = new HistoryLength();

    private static final String VAR = "muc#maxhistoryfetch";

    /** What other servers call it. */
    private static final String OTHER_VAR = "muc#roomconfig_historylength";

    private HistoryLength() {
        super("history_length", 25, VAR, "Messages shown to those who come in", 1_000);
    }

    @Override
    public Integer submitted(DataForm form, Integer present) {
        return submitted(form, VAR, submitted(form, OTHER_VAR, present));
    }

    @Override
    public List<Field> info(Integer value) {
        return List.of(Field.of(VAR, FieldType.TEXT_SINGLE, "Messages in the history", value.toString()));
    }
}
