package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** A setting that is yes or no. */
public abstract class BooleanSetting extends NodeSetting<Boolean> {
    protected BooleanSetting(String name, boolean initial, String label) {
        super(name, initial, FieldType.BOOLEAN, label);
    }

    @Override
    public final List<String> values(Boolean value) {
        return List.of(value ? "1" : "0");
    }

    @Override
    public final Boolean parse(List<String> values) {
        return switch (single(values)) {
            case "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw refused("it is yes or no");
        };
    }
}
