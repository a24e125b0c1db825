package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A setting that is one of a few words, the constants of an enum in lower case.
 *
 * @param <E> the enum
 */
public abstract class ChoiceSetting<E extends Enum<E>> extends NodeSetting<E> {
    private final List<E> choices;
    private final List<Option> options;
    private final char separator;

    /**
     * @param labels the choices' names for people, in the order of the constants
     */
    protected ChoiceSetting(String name, E initial, String label, String... labels) {
        this('_', name, initial, label, labels);
    }

    /**
     * @param separator what stands between the words of a choice
     * @param labels the choices' names for people, in the order of the constants
     */
    protected ChoiceSetting(char separator, String name, E initial, String label, String... labels) {
        super(name, initial, FieldType.LIST_SINGLE, label);
        this.separator = separator;
        this.choices = Arrays.asList(initial.getDeclaringClass().getEnumConstants());
        this.options = choices.stream().map(choice -> new Option(word(choice), labels[choice.ordinal()])).toList();
    }

    private String word(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', separator);
    }

    @Override
    public final List<String> values(E value) {
        return List.of(word(value));
    }

    @Override
    public final E parse(List<String> values) {
        String submitted = single(values);
        return choices.stream()
                .filter(choice -> word(choice).equals(submitted))
                .findFirst()
                .orElseThrow(() -> refused("\"" + submitted + "\" is not offered"));
    }

    @Override
    protected final List<Option> options() {
        return options;
    }
}
