package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** A setting that is words for people, or empty. Everybody who may know of the node is shown them. */
public abstract class TextSetting extends NodeSetting<String> {
    private static final int MOST_CHARACTERS = 1_024;

    protected TextSetting(String name, String label) {
        super(name, "", FieldType.TEXT_SINGLE, label);
    }

    @Override
    public final List<String> values(String value) {
        return List.of(value);
    }

    @Override
    public final String parse(List<String> values) {
        String text = single(values);
        if (text.length() > MOST_CHARACTERS) {
            throw refused("it has more than " + MOST_CHARACTERS + " characters");
        }
        return text;
    }

    @Override
    public final boolean isMetaData() {
        return true;
    }
}
