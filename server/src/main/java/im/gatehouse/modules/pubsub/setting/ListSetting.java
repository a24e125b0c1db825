package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.form.DataForm.FieldType;
import java.util.List;

/** A setting that is a list of texts, each once and none of them empty. */
public abstract class ListSetting extends NodeSetting<List<String>> {
    private static final int MOST = 100;
    private static final int MOST_CHARACTERS = 1_024;

    protected ListSetting(String name, FieldType type, String label) {
        super(name, List.of(), type, label);
    }

    @Override
    public final List<String> values(List<String> value) {
        return value;
    }

    @Override
    public final List<String> parse(List<String> values) {
        if (values.size() > MOST || values.stream().anyMatch(text -> text.length() > MOST_CHARACTERS)) {
            throw refused("it has more than " + MOST + " values, or one of more than " + MOST_CHARACTERS
                    + " characters");
        }
        return values.stream().filter(text -> !text.isEmpty()).distinct().map(this::parse).toList();
    }

    /** One of the texts as it is kept. */
    protected String parse(String text) {
        return text;
    }
}
