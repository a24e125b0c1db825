package im.gatehouse.modules.muc.setting;

import im.gatehouse.config.Section;
import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A setting that is a choice of roles, none to all of them. */
public abstract class RolesSetting extends RoomSetting<Set<RolesSetting.Kind>> {
    /** The roles of those who are in a room. */
    public enum Kind {
        MODERATOR,
        PARTICIPANT,
        VISITOR;

        private final String wire = name().toLowerCase(Locale.ROOT);

        String wire() {
            return wire;
        }
    }

    private static final List<String> WORDS = Arrays.stream(Kind.values()).map(Kind::wire).toList();
    private static final List<Option> OPTIONS = List.of(
            new Option(Kind.MODERATOR.wire, "Moderators"),
            new Option(Kind.PARTICIPANT.wire, "Those who may talk"),
            new Option(Kind.VISITOR.wire, "Those without voice"));

    private final String var;
    private final String label;

    /**
     * @param var the field's name in the owners' form
     * @param label the field's name for people
     */
    protected RolesSetting(String name, String var, String label) {
        super(name, Set.copyOf(EnumSet.allOf(Kind.class)));
        this.var = var;
        this.label = label;
    }

    @Override
    public Set<Kind> configured(Section section) {
        return kinds(section.wordsOf(name(), WORDS, WORDS));
    }

    @Override
    public List<Field> fields(Set<Kind> value) {
        List<String> chosen = WORDS.stream().filter(word -> value.contains(kind(word))).toList();
        return List.of(new Field(var, FieldType.LIST_MULTI, label, chosen, OPTIONS, false));
    }

    @Override
    public Set<Kind> submitted(DataForm form, Set<Kind> present) {
        List<String> submitted = several(form, var);
        if (submitted == null) {
            return present;
        }
        for (String word : submitted) {
            if (!WORDS.contains(word)) {
                throw new StanzaException(
                        Condition.NOT_ACCEPTABLE, "The field " + var + " does not offer \"" + word + '"');
            }
        }
        return kinds(submitted);
    }

    private static Set<Kind> kinds(List<String> words) {
        return words.stream().map(RolesSetting::kind).collect(Collectors.toUnmodifiableSet());
    }

    private static Kind kind(String word) {
        return Kind.valueOf(word.toUpperCase(Locale.ROOT));
    }

    @Override
    public String stored(Set<Kind> value) {
        return value.stream().sorted().map(Kind::wire).collect(Collectors.joining(" "));
    }

    @Override
    public Set<Kind> restored(String text) {
        return kinds(Arrays.stream(text.split(" ")).filter(WORDS::contains).toList());
    }
}
