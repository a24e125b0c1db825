package im.gatehouse.modules.muclimits;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.modules.muc.setting.RoomSetting;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.time.Duration;
import java.util.List;

/** Seconds that everybody but admins and owners waits between two messages; 0 for none (XEP-0500 section 4). */
final class SlowMode extends RoomSetting<Integer> {
    static final String VAR = "muc#roomconfig_slow_mode_duration";
    static final String INFO = "muc#roominfo_slow_mode_duration";

    private volatile Duration longest;

    SlowMode(MucLimitsConfig config) {
        super("slow_mode", 0);
        longest = config.bounds().longestSlowMode();
    }

    void reload(MucLimitsConfig config) {
        longest = config.bounds().longestSlowMode();
    }

    @Override
    public Integer configured(Section section) {
        return initial();
    }

    @Override
    public List<Field> fields(Integer value) {
        return List.of(Field.of(
                VAR,
                FieldType.TEXT_SINGLE,
                "Seconds between two messages of one user, 0 for no such limit, at most " + longest.toSeconds(),
                value.toString()));
    }

    @Override
    public Integer submitted(DataForm form, Integer present) {
        String text = single(form, VAR);
        if (text == null) {
            return present;
        }
        int seconds = text.isBlank() ? 0 : number(text.strip());
        if (seconds < 0) {
            throw new StanzaException(Condition.BAD_REQUEST, "The field " + VAR + " is a whole number of seconds");
        }
        if (seconds > longest.toSeconds() && seconds != present) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "The field " + VAR + " takes at most " + longest.toSeconds() + " seconds");
        }
        return seconds;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    @Override
    public String stored(Integer value) {
        return value.toString();
    }

    @Override
    public Integer restored(String text) {
        return (int) Math.clamp(number(text), 0, Duration.ofDays(1).toSeconds());
    }

    @Override
    public List<Field> info(Integer value) {
        return List.of(
                Field.of(INFO, FieldType.TEXT_SINGLE, "Seconds between two messages of one user", value.toString()));
    }
}
