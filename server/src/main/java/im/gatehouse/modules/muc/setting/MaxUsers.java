package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;
import java.util.stream.Stream;

/** How many occupants a room takes besides its admins and owners; 0 for as many as the service allows. */
public final class MaxUsers extends RoomSetting<Integer> {
    public static final MaxUsers SETTING = new MaxUsers();

    private static final String VAR = "muc#roomconfig_maxusers";
    private static final String NO_LIMIT = "none";
    private static final List<Integer> OFFERED = List.of(10, 20, 50, 100, 200, 500, 1_000, 2_000);

    private MaxUsers() {
        super("max_users", 0);
    }

    @Override
    public Integer configured(Section section) {
        return section.integer(name(), initial(), 0, 1_000_000);
    }

    @Override
    public List<Field> fields(Integer value) {
        List<Option> options = Stream.concat(
                        Stream.of(new Option(NO_LIMIT, "No limit")),
                        Stream.concat(OFFERED.stream(), Stream.of(value))
                                .filter(number -> number > 0)
                                .sorted()
                                .distinct()
                                .map(number -> new Option(number.toString(), null)))
                .toList();
        return List.of(Field.list(VAR, "Most occupants", value == 0 ? NO_LIMIT : value.toString(), options));
    }

    @Override
    public Integer submitted(DataForm form, Integer present) {
        String submitted = single(form, VAR);
        if (submitted == null) {
            return present;
        }
        int number = submitted.equals(NO_LIMIT) || submitted.isEmpty() ? 0 : number(submitted);
        if (number < 0) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The field " + VAR + " takes a number or none");
        }
        return number;
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
        return Math.max(0, number(text));
    }
}
