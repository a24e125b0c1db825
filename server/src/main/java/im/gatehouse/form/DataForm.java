package im.gatehouse.form;

import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A data form: what one side asks and the other answers (XEP-0004). A value that never changes.
 *
 * @param type what the form is for
 * @param title its heading, or null
 * @param instructions lines for people
 * @param fields the fields in order
 */
public record DataForm(Type type, @Nullable String title, List<String> instructions, List<Field> fields) {
    public static final String NAMESPACE = "jabber:x:data";

    /** What a form is for. */
    public enum Type {
        FORM,
        SUBMIT,
        CANCEL,
        RESULT;

        private final String wire = name().toLowerCase(Locale.ROOT);

        public String wire() {
            return wire;
        }
    }

    /** The kinds of field. */
    public enum FieldType {
        BOOLEAN,
        FIXED,
        HIDDEN,
        JID_MULTI,
        JID_SINGLE,
        LIST_MULTI,
        LIST_SINGLE,
        TEXT_MULTI,
        TEXT_PRIVATE,
        TEXT_SINGLE;

        private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

        public String wire() {
            return wire;
        }

        private static @Nullable FieldType of(@Nullable String text) {
            for (FieldType type : values()) {
                if (type.wire.equals(text)) {
                    return type;
                }
            }
            return null;
        }
    }

    /** One of the values that may be chosen. */
    public record Option(String value, @Nullable String label) {}

    /**
     * A field of a form.
     *
     * @param var its name; empty for one of kind fixed without a name
     * @param type its kind, or null in a submitted form that leaves it out
     * @param label its name for people, or null
     * @param values its values in order
     */
    public record Field(
            String var,
            @Nullable FieldType type,
            @Nullable String label,
            List<String> values,
            List<Option> options,
            boolean required) {
        public Field {
            values = List.copyOf(values);
            options = List.copyOf(options);
        }

        public static Field of(String var, FieldType type, @Nullable String label, String... values) {
            return new Field(var, type, label, List.of(values), List.of(), false);
        }

        public static Field bool(String var, @Nullable String label, boolean value) {
            return of(var, FieldType.BOOLEAN, label, value ? "1" : "0");
        }

        public static Field list(String var, @Nullable String label, String value, List<Option> options) {
            return new Field(var, FieldType.LIST_SINGLE, label, List.of(value), options, false);
        }

        public Field asRequired() {
            return new Field(var, type, label, values, options, true);
        }

        /** The first value, or null where there is none. */
        public @Nullable String value() {
            return values.isEmpty() ? null : values.getFirst();
        }

        Element toElement(Type form) {
            Element.Builder field = Element.builder("field", NAMESPACE).attribute("var", var.isEmpty() ? null : var);
            if (form != Type.SUBMIT) {
                field.attribute("type", type == null ? null : type.wire()).attribute("label", label);
            }
            if (required) {
                field.child("required");
            }
            values.forEach(value -> field.child("value", value));
            options.forEach(option -> field.child(Element.builder("option", NAMESPACE)
                    .attribute("label", option.label())
                    .child("value", option.value())
                    .build()));
            return field.build();
        }

        private static Field of(Element element) {
            List<Option> options = element.children("option", NAMESPACE).stream()
                    .map(o -> new Option(textOr(o.childText("value", NAMESPACE)), o.attribute("label")))
                    .toList();
            return new Field(
                    element.attributeOr("var", ""),
                    FieldType.of(element.attribute("type")),
                    element.attribute("label"),
                    element.children("value", NAMESPACE).stream().map(Element::text).toList(),
                    options,
                    element.child("required", NAMESPACE) != null);
        }

        private static String textOr(@Nullable String text) {
            return text == null ? "" : text;
        }
    }

    public DataForm {
        instructions = List.copyOf(instructions);
        fields = List.copyOf(fields);
    }

    /** A form whose hidden {@code FORM_TYPE} comes first (XEP-0068). */
    public static DataForm of(Type type, String formType, @Nullable String title, List<Field> fields) {
        List<Field> all = new ArrayList<>(fields.size() + 1);
        all.add(Field.of("FORM_TYPE", FieldType.HIDDEN, null, formType));
        all.addAll(fields);
        return new DataForm(type, title, List.of(), all);
    }

    /**
     * Reads a form; null where the element is none or its type is unknown.
     */
    public static @Nullable DataForm of(@Nullable Element element) {
        if (element == null || !element.is("x", NAMESPACE)) {
            return null;
        }
        for (Type type : Type.values()) {
            if (type.wire.equals(element.attribute("type"))) {
                return new DataForm(
                        type,
                        element.childText("title", NAMESPACE),
                        element.children("instructions", NAMESPACE).stream().map(Element::text).toList(),
                        element.children("field", NAMESPACE).stream().map(Field::of).toList());
            }
        }
        return null;
    }

    /** The first field of that name, or null. */
    public @Nullable Field field(String var) {
        for (Field field : fields) {
            if (field.var().equals(var)) {
                return field;
            }
        }
        return null;
    }

    /** The first value of the field of that name, or null. */
    public @Nullable String value(String var) {
        Field field = field(var);
        return field == null ? null : field.value();
    }

    /** The values of the field of that name; none where there is no such field. */
    public List<String> values(String var) {
        Field field = field(var);
        return field == null ? List.of() : field.values();
    }

    /** What the form is about (XEP-0068), or null. */
    public @Nullable String formType() {
        return value("FORM_TYPE");
    }

    public Element toElement() {
        Element.Builder form =
                Element.builder("x", NAMESPACE).attribute("type", type.wire()).child("title", title);
        instructions.forEach(line -> form.child("instructions", line));
        fields.forEach(field -> form.child(field.toElement(type)));
        return form.build();
    }
}
