package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A setting that is a line of text, empty for none. */
public abstract class TextSetting extends RoomSetting<String> {
    private final String var;
    private final String label;
    private final int mostBytes;

    /**
     * @param var the field's name in the owners' form
     * @param label the field's name for people
     * @param mostBytes the greatest length in bytes of UTF-8
     */
    protected TextSetting(String name, String var, String label, int mostBytes) {
        super(name, "");
        this.var = var;
        this.label = label;
        this.mostBytes = mostBytes;
    }

    @Override
    public String configured(Section section) {
        return section.string(name(), initial());
    }

    @Override
    public List<Field> fields(String value) {
        return List.of(Field.of(var, DataForm.FieldType.TEXT_SINGLE, label, value));
    }

    @Override
    public String submitted(DataForm form, String present) {
        String value = single(form, var);
        return value == null ? present : checked(value);
    }

    /**
     * The text, if it may be chosen.
     *
     * @throws StanzaException with {@code not-acceptable} when it is too long
     */
    public final String checked(String value) {
        if (value.getBytes(StandardCharsets.UTF_8).length > mostBytes) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "The field " + var + " takes at most " + mostBytes + " bytes");
        }
        return value;
    }

    @Override
    public String stored(String value) {
        return value;
    }

    @Override
    public String restored(String text) {
        return text;
    }
}
