package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A setting that is one of a few words, the constants of an enum in lower case.
 *
 * @param <E> the enum
 */
public abstract class ChoiceSetting<E extends Enum<E>> extends RoomSetting<E> {
    private final String var;
    private final String label;
    private final List<E> choices;
    private final List<Option> options = new ArrayList<>();

    /**
     * @param var the field's name in the owners' form
     * @param label the field's name for people
     * @param labels the choices' names for people, in the order of the constants
     */
    protected ChoiceSetting(String name, E initial, String var, String label, String... labels) {
        super(name, initial);
        this.var = var;
        this.label = label;
        this.choices = Arrays.asList(initial.getDeclaringClass().getEnumConstants());
        for (E choice : choices) {
            options.add(new Option(word(choice), labels[choice.ordinal()]));
        }
    }

    private static String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public E configured(Section section) {
        return section.oneOf(name(), initial());
    }

    @Override
    public List<Field> fields(E value) {
        return List.of(Field.list(var, label, word(value), options));
    }

    @Override
    public E submitted(DataForm form, E present) {
        String submitted = single(form, var);
        if (submitted == null) {
            return present;
        }
        for (E choice : choices) {
            if (word(choice).equals(submitted)) {
                return choice;
            }
        }
        throw new StanzaException(
                Condition.NOT_ACCEPTABLE, "The field " + var + " does not offer \"" + submitted + '"');
    }

    @Override
    public String stored(E value) {
        return word(value);
    }

    @Override
    public E restored(String text) {
        return choices.stream().filter(choice -> word(choice).equals(text)).findFirst().orElse(initial());
    }
}
