package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;

/** How many of the last messages a room keeps and shows to those who come in; the service may allow fewer. */
public final class HistoryLength extends RoomSetting<Integer> {
    public static final HistoryLength SETTING = new HistoryLength();

    private static final String VAR = "muc#maxhistoryfetch";

    /** What other servers call it. */
    private static final String OTHER_VAR = "muc#roomconfig_historylength";

    private static final int MOST = 1_000;

    private HistoryLength() {
        super("history_length", 25);
    }

    @Override
    public Integer configured(Section section) {
        return section.integer(name(), initial(), 0, MOST);
    }

    @Override
    public List<Field> fields(Integer value) {
        return List.of(
                Field.of(VAR, FieldType.TEXT_SINGLE, "Messages shown to those who come in", value.toString()));
    }

    @Override
    public Integer submitted(DataForm form, Integer present) {
        String registered = single(form, VAR);
        String submitted = registered == null ? single(form, OTHER_VAR) : registered;
        if (submitted == null) {
            return present;
        }
        int number = number(submitted);
        if (number < 0 || number > MOST) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "The length of the history is a number from 0 to " + MOST);
        }
        return number;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text.strip());
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
        int number = number(text);
        return number < 0 ? initial() : Math.min(number, MOST);
    }

    /**
     * The field of the {@code muc#roominfo} form.
     *
     * @param effective what the room shows in truth: the service may allow less than its owners want
     */
    public static Field info(int effective) {
        return Field.of(VAR, FieldType.TEXT_SINGLE, "Messages in the history", Integer.toString(effective));
    }
}
