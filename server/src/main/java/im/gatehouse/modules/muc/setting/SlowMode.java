package im.gatehouse.modules.muc.setting;

import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** How many seconds everybody but admins and owners waits between two messages (XEP-0500); 0 for none. */
public final class SlowMode extends NumberSetting {
    public static final SlowMode SETTING = new SlowMode();

    private SlowMode() {
        super(
                "slow_mode",
                0,
                "muc#roomconfig_slow_mode_duration",
                "Seconds to wait between two messages, 0 for none",
                86_400);
    }

    @Override
    public List<Field> info(Integer value) {
        return List.of(Field.of(
                "muc#roominfo_slow_mode_duration",
                FieldType.TEXT_SINGLE,
                "Seconds to wait between two messages",
                value.toString()));
    }
}
