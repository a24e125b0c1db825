package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;

/** A setting that is a whole number from 0 on. */
public abstract class NumberSetting extends RoomSetting<Integer> {
    private final String var;
    private final String label;
    private final int most;

    /**
     * @param var the field's name in the owners' form
     * @param label the field's name for people
     * @param most the greatest number
     */
    protected NumberSetting(String name, int initial, String var, String label, int most) {
        super(name, initial);
        this.var = var;
        this.label = label;
        this.most = most;
    }

    @Override
    public final Integer configured(Section section) {
        return section.integer(name(), initial(), 0, most);
    }

    @Override
    public final List<Field> fields(Integer value) {
        return List.of(Field.of(var, FieldType.TEXT_SINGLE, label, value.toString()));
    }

    @Override
    public Integer submitted(DataForm form, Integer present) {
        return submitted(form, var, present);
    }

    /** What was submitted in a field of that name. */
    protected final Integer submitted(DataForm form, String name, Integer present) {
        String text = single(form, name);
        if (text == null) {
            return present;
        }
        int number = number(text);
        if (number < 0 || number > most) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "The field " + name + " takes a number from 0 to " + most);
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
    public final String stored(Integer value) {
        return value.toString();
    }

    @Override
    public final Integer restored(String text) {
        int number = number(text);
        return number < 0 ? initial() : Math.min(number, most);
    }
}
