package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** A setting that is a whole number from 0; {@code max} stands for as much as the service allows. */
public abstract class NumberSetting extends NodeSetting<Integer> {
    /** As much as the service allows. */
    public static final int MAX = Integer.MAX_VALUE;

    private static final String MAX_WORD = "max";

    protected NumberSetting(String name, int initial, String label) {
        super(name, initial, FieldType.TEXT_SINGLE, label);
    }

    @Override
    public final List<String> values(Integer value) {
        return List.of(value == MAX ? MAX_WORD : value.toString());
    }

    @Override
    public final Integer parse(List<String> values) {
        String text = single(values).strip();
        if (text.equals(MAX_WORD)) {
            return MAX;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // the same answer as for a number below zero
        }
        throw refused("it is a number from 0, or \"max\"");
    }
}
