package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;

/** A setting that is yes or no. */
public abstract class BooleanSetting extends RoomSetting<Boolean> {
    private final String var;
    private final String label;

    /**
     * @param var the field's name in the owners' form
     * @param label the field's name for people
     */
    protected BooleanSetting(String name, boolean initial, String var, String label) {
        super(name, initial);
        this.var = var;
        this.label = label;
    }

    @Override
    public Boolean configured(Section section) {
        return section.bool(name(), initial());
    }

    @Override
    public List<Field> fields(Boolean value) {
        return List.of(Field.bool(var, label, value));
    }

    @Override
    public Boolean submitted(DataForm form, Boolean present) {
        return yesOrNo(form, var, present);
    }

    /** What was submitted in a field of type boolean (XEP-0004 section 3.3). */
    static boolean yesOrNo(DataForm form, String var, boolean present) {
        return switch (single(form, var)) {
            case null -> present;
            case "1", "true" -> true;
            case "0", "false" -> false;
            case String other -> throw new StanzaException(
                    Condition.BAD_REQUEST, "The field " + var + " is yes or no, and not \"" + other + "\"");
        };
    }

    @Override
    public String stored(Boolean value) {
        return value ? "true" : "false";
    }

    @Override
    public Boolean restored(String text) {
        return text.equals("true");
    }
}
