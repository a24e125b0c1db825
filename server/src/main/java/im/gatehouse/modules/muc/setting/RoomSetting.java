package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that the owners of a room decide: its default, its fields in their form, how it is stored and what
 * discovery says of it. A setting is a constant; its value in a room is kept by {@link RoomConfig}.
 *
 * @param <T> the values, which never change
 */
public abstract class RoomSetting<T> {
    private final String name;
    private final T initial;

    /**
     * @param name in the database and in the configuration file's table of defaults, such as {@code members_only}
     * @param initial the value in a room whose owners have not decided
     */
    protected RoomSetting(String name, T initial) {
        this.name = name;
        this.initial = initial;
    }

    public final String name() {
        return name;
    }

    public final T initial() {
        return initial;
    }

    /** The operator's default for new rooms, from the configuration file. */
    public abstract T configured(Section section);

    /** The fields of the owners' form, filled in. */
    public abstract List<Field> fields(T value);

    /**
     * What an owner has chosen.
     *
     * @param form the submitted form; a field that is not in it leaves the value as it is
     * @throws StanzaException when a value is not allowed: {@code not-acceptable}, or {@code bad-request} when it is
     *     not of the field's type
     */
    public abstract T submitted(DataForm form, T present);

    /** The value as it is stored. */
    public abstract String stored(T value);

    /** The value from its stored form; the initial one for what cannot be read. */
    public abstract T restored(String text);

    /** What discovery lists among the room's features because of the value. */
    public List<String> features(T value) {
        return List.of();
    }

    /** The fields of the {@code muc#roominfo} form that show the value to everybody who may know of the room. */
    public List<Field> info(T value) {
        return List.of();
    }

    /** The one value that was submitted in a field, or null where the field is not in the form. */
    protected static @Nullable String single(DataForm form, String var) {
        List<String> values = several(form, var);
        if (values == null) {
            return null;
        }
        if (values.size() > 1) {
            throw new StanzaException(Condition.BAD_REQUEST, "The field " + var + " has more than one value");
        }
        return values.isEmpty() ? "" : values.getFirst();
    }

    /**
     * The values that were submitted in a field of a kind that takes several, or null where the field is not in the
     * form.
     *
     * @throws StanzaException with {@code bad-request} when the field is there twice
     */
    public static @Nullable List<String> several(DataForm form, String var) {
        List<String> values = null;
        for (Field each : form.fields()) {
            if (each.var().equals(var)) {
                if (values != null) {
                    throw new StanzaException(Condition.BAD_REQUEST, "The field " + var + " is there twice");
                }
                values = each.values();
            }
        }
        return values;
    }

    @Override
    public final String toString() {
        return name;
    }
}
