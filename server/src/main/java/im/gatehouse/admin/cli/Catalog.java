package im.gatehouse.admin.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The categories and commands that the running server offers, made from its schema.
 *
 * @param categories by name, sorted
 */
record Catalog(TreeMap<String, Category> categories) {
    /** Asks for all that is needed of the schema. */
    static final String QUERY = """
            { __schema {
                queryType { name }
                mutationType { name }
                types {
                  kind name description
                  fields {
                    name description
                    args { name description defaultValue type { ...Type } appliedDirectives { name } }
                    type { ...Type }
                  }
                  enumValues { name description }
                  possibleTypes { name }
                }
            } }
            fragment Type on __Type {
              kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
            }
            """;

    /** What belongs together, such as {@code blocklist}. */
    record Category(String name, String description, TreeMap<String, Command> commands) {}

    /**
     * One field of the schema.
     *
     * @param operation {@code query} or {@code mutation}
     * @param selection what is asked of the answer, empty for a plain value
     */
    record Command(
            String name,
            String description,
            String operation,
            SequencedMap<String, Argument> arguments,
            String selection) {}

    /**
     * One argument of a command.
     *
     * @param type as the schema writes it, such as {@code [JID!]!}
     * @param named the name of the type without lists and exclamation marks
     * @param words those that are allowed, empty when it is no enumeration
     */
    record Argument(
            String name,
            String description,
            String type,
            String named,
            Shape shape,
            List<String> words,
            @Nullable String fallback,
            Set<String> hints) {
        boolean mandatory() {
            return type.endsWith("!") && fallback == null;
        }

        boolean is(String hint) {
            return hints.contains(hint);
        }
    }

    /** How a value is written on the command line. */
    enum Shape {
        TEXT,
        WHOLE_NUMBER,
        NUMBER,
        FLAG,
        WORD,
        LIST,
        OBJECT
    }

    /** Makes it from the answer to {@link #QUERY}; empty when that is no answer to it. */
    static Optional<Catalog> of(Map<?, ?> answer) {
        try {
            return Optional.of(new Reader(map(map(answer, "data"), "__schema")).read());
        } catch (ClassCastException | NullPointerException e) {
            return Optional.empty();
        }
    }

    /** Reads what the server says of its schema. A cast that fails means that it says something else. */
    private static final class Reader {
        private final Map<?, ?> schema;
        private final Map<String, Map<?, ?>> types = new LinkedHashMap<>();
        private final TreeMap<String, Category> categories = new TreeMap<>();

        Reader(Map<?, ?> schema) {
            this.schema = schema;
            list(schema, "types").forEach(type -> types.put(text(type, "name"), type));
        }

        Catalog read() {
            addRoot("query", map(schema, "queryType"));
            addRoot("mutation", map(schema, "mutationType"));
            return new Catalog(categories);
        }

        private void addRoot(String operation, Map<?, ?> root) {
            for (Map<?, ?> field : list(types.get(text(root, "name")), "fields")) {
                Map<?, ?> type = types.get(named(map(field, "type")));
                String typeName = text(type, "name");
                if (typeName.endsWith("AdminQuery") || typeName.endsWith("AdminMutation")) {
                    addCategory(operation, field, type);
                }
            }
        }

        private void addCategory(String operation, Map<?, ?> field, Map<?, ?> type) {
            String name = text(field, "name");
            String own = optionalText(field, "description");
            String description = own.isEmpty() ? optionalText(type, "description") : own;
            Category category =
                    categories.computeIfAbsent(name, _ -> new Category(name, description, new TreeMap<>()));
            for (Map<?, ?> each : list(type, "fields")) {
                Command command = new Command(
                        text(each, "name"),
                        optionalText(each, "description"),
                        operation,
                        arguments(each),
                        selection(map(each, "type"), List.of()));
                category.commands().put(command.name(), command);
            }
        }

        private SequencedMap<String, Argument> arguments(Map<?, ?> field) {
            SequencedMap<String, Argument> arguments = new LinkedHashMap<>();
            for (Map<?, ?> each : list(field, "args")) {
                Map<?, ?> type = map(each, "type");
                Map<?, ?> named = types.get(named(type));
                List<String> words = text(named, "kind").equals("ENUM")
                        ? list(named, "enumValues").stream().map(word -> text(word, "name")).toList()
                        : List.of();
                Set<String> hints = Set.copyOf(list(each, "appliedDirectives").stream()
                        .map(directive -> text(directive, "name"))
                        .toList());
                Argument argument = new Argument(
                        text(each, "name"),
                        optionalText(each, "description"),
                        written(type),
                        named(type),
                        shape(type),
                        words,
                        (String) each.get("defaultValue"),
                        hints);
                arguments.put(argument.name(), argument);
            }
            return arguments;
        }

        private static Shape shape(Map<?, ?> type) {
            return switch (text(type, "kind")) {
                case "NON_NULL" -> shape(map(type, "ofType"));
                case "LIST" -> Shape.LIST;
                case "ENUM" -> Shape.WORD;
                case "INPUT_OBJECT" -> Shape.OBJECT;
                default -> switch (text(type, "name")) {
                    case "Int", "PosInt", "NonNegInt", "Long", "SafeInt" -> Shape.WHOLE_NUMBER;
                    case "Float" -> Shape.NUMBER;
                    case "Boolean" -> Shape.FLAG;
                    default -> Shape.TEXT;
                };
            };
        }

        /** All that a type has to tell, as deep as it goes without coming back to itself. */
        private String selection(Map<?, ?> reference, List<String> above) {
            Map<?, ?> type = types.get(named(reference));
            String name = text(type, "name");
            List<String> path = new ArrayList<>(above);
            path.add(name);
            return switch (text(type, "kind")) {
                case "OBJECT", "INTERFACE" -> " {" + fields(type, path) + " }";
                case "UNION" -> {
                    StringBuilder members = new StringBuilder(" { __typename");
                    for (Map<?, ?> member : list(type, "possibleTypes")) {
                        Map<?, ?> full = types.get(text(member, "name"));
                        members.append(" ... on ").append(text(member, "name")).append(" {");
                        members.append(fields(full, path)).append(" }");
                    }
                    yield members.append(" }").toString();
                }
                default -> "";
            };
        }

        private String fields(Map<?, ?> type, List<String> path) {
            StringBuilder fields = new StringBuilder();
            for (Map<?, ?> field : list(type, "fields")) {
                boolean asks = list(field, "args").stream()
                        .anyMatch(argument -> text(map(argument, "type"), "kind").equals("NON_NULL"));
                if (!asks && !path.contains(named(map(field, "type")))) {
                    fields.append(' ').append(text(field, "name")).append(selection(map(field, "type"), path));
                }
            }
            return fields.toString();
        }

        private static String named(Map<?, ?> type) {
            return type.get("ofType") instanceof Map<?, ?> inner ? named(inner) : text(type, "name");
        }

        private static String written(Map<?, ?> type) {
            return switch (text(type, "kind")) {
                case "NON_NULL" -> written(map(type, "ofType")) + "!";
                case "LIST" -> "[" + written(map(type, "ofType")) + "]";
                default -> text(type, "name");
            };
        }
    }

    private static Map<?, ?> map(Map<?, ?> object, String name) {
        return java.util.Objects.requireNonNull((Map<?, ?>) object.get(name));
    }

    private static List<Map<?, ?>> list(@Nullable Map<?, ?> object, String name) {
        List<Map<?, ?>> objects = new ArrayList<>();
        if (object != null && object.get(name) instanceof List<?> list) {
            list.forEach(each -> objects.add((Map<?, ?>) each));
        }
        return objects;
    }

    private static String text(@Nullable Map<?, ?> object, String name) {
        return (String) java.util.Objects.requireNonNull(java.util.Objects.requireNonNull(object).get(name));
    }

    private static String optionalText(Map<?, ?> object, String name) {
        return object.get(name) instanceof String text ? text.replaceAll("\\s+", " ").strip() : "";
    }
}
