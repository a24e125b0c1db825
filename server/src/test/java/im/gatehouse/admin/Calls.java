package im.gatehouse.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Every operation of a schema, and the ways in which a request can be written that calls it. */
public final class Calls {
    /** Asks for what {@link #of} reads. */
    public static final String SCHEMA = """
            { __schema {
              queryType { name } mutationType { name }
              types { name kind enumValues { name } inputFields { name type { ...T } }
                fields { name args { name type { ...T } } type { ...T } } }
            } }
            fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
            """;

    /** The password that stands for every argument of that name. */
    public static final String PASSWORD = "password of a";

    /** A request. */
    public record Request(String way, String document, Map<String, Object> variables, String operation) {}

    /** One operation, with its arguments by name and type. */
    public record Operation(
            String root, String category, String type, String name, Map<String, String> arguments, boolean object) {
        @Override
        public String toString() {
            return category + "." + name;
        }
    }

    private final Map<String, JsonNode> types = new LinkedHashMap<>();
    private final List<Operation> operations = new ArrayList<>();

    private Calls(JsonNode schema) {
        schema.path("types").forEach(type -> types.put(type.path("name").asString(), type));
        for (String root : List.of("query", "mutation")) {
            String name = schema.path(root + "Type").path("name").asString();
            types.get(name).path("fields").forEach(category -> addCategory(root, category));
        }
    }

    /**
     * @param answer to {@link #SCHEMA}
     */
    public static Calls of(JsonNode answer) {
        return new Calls(answer.path("data").path("__schema"));
    }

    public List<Operation> operations() {
        return operations;
    }

    private void addCategory(String root, JsonNode category) {
        String type = category.path("type").path("name").asString();
        if (!type.endsWith("AdminQuery") && !type.endsWith("AdminMutation")) {
            return;
        }
        types.get(type).path("fields").forEach(field -> {
            Map<String, String> arguments = new LinkedHashMap<>();
            field.path("args").forEach(argument ->
                    arguments.put(argument.path("name").asString(), written(argument.path("type"))));
            String kind = types.get(named(written(field.path("type")))).path("kind").asString();
            boolean object = kind.equals("OBJECT") || kind.equals("UNION");
            operations.add(new Operation(
                    root,
                    category.path("name").asString(),
                    type,
                    field.path("name").asString(),
                    arguments,
                    object));
        });
    }

    private static String written(JsonNode type) {
        return switch (type.path("kind").asString()) {
            case "NON_NULL" -> written(type.path("ofType")) + "!";
            case "LIST" -> "[" + written(type.path("ofType")) + "]";
            default -> type.path("name").asString();
        };
    }

    private static String named(String written) {
        return written.replaceAll("[\\[\\]!]", "");
    }

    /** All the ways of calling an operation with that domain in every argument that can hold one. */
    public List<Request> requests(Operation operation, String domain) {
        Map<String, Object> values = new LinkedHashMap<>();
        operation.arguments().forEach((name, type) -> values.put(name, value(name, type, domain)));
        String selection = operation.object() ? " { __typename }" : "";
        String literals = join(values.keySet().stream()
                .map(name -> name + ": " + literal(operation.arguments().get(name), values.get(name)))
                .toList());
        String declared = join(operation.arguments().entrySet().stream()
                .map(entry -> "$" + entry.getKey() + ": " + entry.getValue())
                .toList());
        String used = join(values.keySet().stream().map(name -> name + ": $" + name).toList());
        String bare = operation.name() + literals;
        String call = bare + selection;
        String root = operation.root();
        String rootType = root.equals("query") ? "AdminQuery" : "AdminMutation";
        String in = operation.category();
        List<Request> ways = new ArrayList<>();
        ways.add(plain("plainly", root + " { " + in + " { " + call + " } }"));
        ways.add(plain("by a name", root + " Q { " + in + " { " + call + " } }"));
        ways.add(new Request(
                "as one of several",
                "query Innocent { checkAuth { authorized } } " + root + " Q { " + in + " { " + call + " } }",
                Map.of(),
                "Q"));
        ways.add(plain("under other names", root + " { checkAuth: " + in + " { typename: " + call + " } }"));
        ways.add(new Request(
                "with variables",
                root + " Q" + declared + " { " + in + " { " + operation.name() + used + selection + " } }",
                values,
                "Q"));
        ways.add(plain(
                "in inline fragments",
                root + " { ... on " + rootType + " { " + in + " { ... { ... on " + operation.type() + " { " + call
                        + " } } } } }"));
        ways.add(plain(
                "in fragments",
                "fragment F on " + operation.type() + " { x: " + call + " } fragment R on " + rootType + " { " + in
                        + " { ...F } } " + root + " { ...R }"));
        ways.add(plain(
                "with directives",
                root + " { " + in + " @include(if: true) { " + bare + " @skip(if: false)" + selection + " } }"));
        ways.add(plain("twice", root + " { " + in + " { " + call + " } " + in + " { again: " + call + " } }"));
        return ways;
    }

    private static Request plain(String way, String document) {
        return new Request(way, document, Map.of(), "");
    }

    private static String join(List<String> parts) {
        return parts.isEmpty() ? "" : parts.stream().collect(Collectors.joining(", ", "(", ")"));
    }

    private Object value(String name, String type, String domain) {
        if (type.startsWith("[")) {
            return List.of(value(name, named(type), domain));
        }
        String named = named(type);
        return switch (named) {
            case "JID", "BareJID" -> "bob@" + domain;
            case "FullJID" -> "bob@" + domain + "/phone";
            case "DomainName" -> domain;
            case "PosInt", "NonNegInt", "Int", "Long", "SafeInt" -> 1;
            case "Boolean" -> true;
            case "DateTime" -> "2027-01-01T00:00:00Z";
            case "Duration" -> "90s";
            default -> switch (types.get(named).path("kind").asString()) {
                case "ENUM" -> types.get(named).path("enumValues").path(0).path("name").asString();
                case "INPUT_OBJECT" -> object(named, domain);
                default -> name.equals("password") ? PASSWORD : "text";
            };
        };
    }

    private Map<String, Object> object(String type, String domain) {
        Map<String, Object> object = new LinkedHashMap<>();
        types.get(type).path("inputFields").forEach(field -> {
            String name = field.path("name").asString();
            object.put(name, value(name, written(field.path("type")), domain));
        });
        return object;
    }

    private String literal(String type, Object value) {
        return switch (value) {
            case List<?> list ->
                list.stream().map(each -> literal(named(type), each)).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> object -> object.entrySet().stream()
                    .map(entry -> entry.getKey() + ": " + AdminServer.JSON.writeValueAsString(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
            case String text when types.get(named(type)).path("kind").asString().equals("ENUM") -> text;
            default -> AdminServer.JSON.writeValueAsString(value);
        };
    }
}
