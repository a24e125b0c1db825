package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;

/**
 * One thing that the owners of a node decide: its default, its field in their form, and how it is stored. A setting is
 * a constant; its value at a node is kept by {@link NodeConfig}.
 *
 * @param <T> the values, which never change
 */
public abstract class NodeSetting<T> {
    private final String name;
    private final T initial;
    private final FieldType type;
    private final String label;

    /**
     * @param name the field's name without {@code pubsub#}, such as {@code access_model}
     * @param initial the value at a node whose owners have not decided
     * @param label the field's name for people
     */
    protected NodeSetting(String name, T initial, FieldType type, String label) {
        this.name = name;
        this.initial = initial;
        this.type = type;
        this.label = label;
    }

    /** In the database. */
    public final String name() {
        return name;
    }

    /** In forms. */
    public final String var() {
        return "pubsub#" + name;
    }

    public final T initial() {
        return initial;
    }

    /** The value as a form holds it, and as it is stored. */
    public abstract List<String> values(T value);

    /**
     * The value from what a form or the database holds.
     *
     * @throws StanzaException {@code not-acceptable} when it is none that is allowed
     */
    public abstract T parse(List<String> values);

    /** The values that may be chosen; none where anything may be written. */
    protected List<Option> options() {
        return List.of();
    }

    /** Whether everybody who may know of the node is shown the value (section 5.4). */
    public boolean isMetaData() {
        return false;
    }

    /** The field of the owners' form, filled in. */
    public final Field field(T value) {
        return new Field(var(), type, label, values(value), options(), false);
    }

    /** The one value of a field. */
    protected final String single(List<String> values) {
        if (values.size() > 1) {
            throw refused("it has more than one value");
        }
        return values.isEmpty() ? "" : values.getFirst();
    }

    protected StanzaException refused(String why) {
        return new StanzaException(Condition.NOT_ACCEPTABLE, "The field " + var() + " is not right: " + why);
    }

    @Override
    public final String toString() {
        return name;
    }
}
