package im.gatehouse.admin.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.AdminServer;
import im.gatehouse.admin.AdminServer.Answer;
import im.gatehouse.admin.Probe;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.AdminOperations.Access;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Whatever a domain's administrator writes into a request, what is not theirs stays out of reach. */
class PermissionsTest {
    /** One operation of the schema, with its arguments by name and type. */
    private record Field(
            String root, String category, String type, String name, Map<String, String> arguments, String selection) {
        @Override
        public String toString() {
            return category + "." + name;
        }
    }

    private record Shape(String name, String document, Map<String, Object> variables, String operation) {}

    private final Probe probe = new Probe();

    @TempDir
    Path folder;

    private AdminServer server;
    private String credentials = "";

    @BeforeEach
    void open() throws IOException {
        server = new AdminServer(folder, probe.operations());
        server.domainPasswords.set("a.example", "password of a");
        server.domainPasswords.set("b.example", "password of b");
        server.accounts.create(Jid.parse("alice@a.example"), "secret");
        server.accounts.create(Jid.parse("bob@b.example"), "secret");
        credentials = AdminServer.basic("admin@a.example", "password of a");
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void nothingOfAnotherDomainCanBeDoneHoweverItIsWritten() {
        AdminServer.Client bob = server.connect("bob@b.example/phone");
        int tried = 0;
        for (Field field : fields()) {
            for (String domain : List.of("b.example", "nowhere.example", "rooms.b.example", "xa.example")) {
                for (Shape shape : shapes(field, domain)) {
                    assertRefused(field, shape);
                    tried++;
                }
            }
        }
        assertTrue(tried > 500, tried + " requests");
        assertEquals(List.of(), probe.calls);
        assertEquals(List.of(), bob.ends);
        assertEquals(1, server.stopped.getCount());
        assertEquals(1, server.accounts.count("a.example"));
        assertEquals(List.of(Jid.parse("bob@b.example")), server.accounts.list("b.example", 10, null));
        assertTrue(server.accounts.check(Jid.parse("bob@b.example"), "secret"));
        assertTrue(server.domainPasswords.check("b.example", "password of b"));
        assertFalse(server.domainPasswords.check("nowhere.example", "text"));
    }

    @Test
    void whatIsOfTheirOwnDomainTheyMayDo() {
        for (Field field : fields()) {
            if (access(field) instanceof Access.DomainOf) {
                for (Shape shape : shapes(field, "a.example")) {
                    assertNotEquals("no_permissions", ask(shape).code(), field + " " + shape.name());
                }
            }
        }
        String rooms = "{ probe { listBlockedUsers(domain: \"rooms.a.example\") { jid } } }";
        assertEquals(200, server.ask(rooms, Map.of(), null, credentials).status());
    }

    @Test
    void aDomainThatIsLeftOutIsNotTheirs() {
        assertEquals(401, server.ask("{ session { countSessions } }", Map.of(), null, credentials).status());
        assertEquals(401, server.ask("{ session { countSessions(domain: null) } }", Map.of(), null, credentials)
                .status());
        assertEquals(200, server.ask("{ session { countSessions } }").status());
    }

    @Test
    void aRequestThatIsRefusedInPartIsNotDoneByHalf() {
        Answer answer = server.ask(
                "mutation { probe { mine: addUser(user: \"alice@a.example\") theirs: addUser(user: \"bob@b.example\") } }",
                Map.of(),
                null,
                credentials);
        assertEquals(401, answer.status());
        assertEquals(
                "{\"errors\":[{\"message\":\"Cannot execute query ROOT without permissions to the given domain."
                        + " Args with invalid value: user\",\"path\":[\"probe\",\"theirs\"],"
                        + "\"extensions\":{\"code\":\"no_permissions\"}}]}",
                answer.json().toString());
        assertEquals(List.of(), probe.calls);
    }

    @Test
    void theServersAdministratorMayDoEverythingEverywhere() {
        assertEquals(200, server.ask("mutation { probe { addUser(user: \"bob@b.example\") } }").status());
        assertEquals(List.of("addUser{user=bob@b.example}"), probe.calls);
    }

    @Test
    void aFieldThatIsSkippedIsNotRefused() {
        Answer answer = server.ask(
                "query ($no: Boolean!) { checkAuth { authorized } server @include(if: $no) { status { message } } }",
                Map.of("no", false),
                null,
                credentials);
        assertEquals(200, answer.status());
    }

    private void assertRefused(Field field, Shape shape) {
        Answer answer = ask(shape);
        String what = field + " as " + shape.name() + ": " + shape.document() + " " + shape.variables() + "\n"
                + answer.json();
        assertEquals("no_permissions", answer.code(), what);
        assertEquals(401, answer.status(), what);
        assertFalse(answer.json().has("data"), what);
    }

    private Answer ask(Shape shape) {
        return server.ask(
                shape.document(),
                shape.variables(),
                shape.operation().isEmpty() ? null : shape.operation(),
                credentials);
    }

    private Access access(Field field) {
        for (AdminOperations piece : server.administration.all()) {
            var operation = piece.operations().get(field.type() + "." + field.name());
            if (operation != null) {
                return operation.access();
            }
        }
        throw new IllegalStateException(field.toString());
    }

    // ---- the ways of writing a call ----

    private static List<Shape> shapes(Field field, String domain) {
        Map<String, Object> values = new LinkedHashMap<>();
        field.arguments().forEach((name, type) -> values.put(name, value(name, type, domain)));
        String literal = values.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + literal(field.arguments().get(entry.getKey()), entry.getValue()))
                .collect(Collectors.joining(", "));
        String call = field.name() + (literal.isEmpty() ? "" : "(" + literal + ")") + field.selection();
        String declared = field.arguments().entrySet().stream()
                .map(entry -> "$" + entry.getKey() + ": " + entry.getValue())
                .collect(Collectors.joining(", "));
        String used = values.keySet().stream().map(name -> name + ": $" + name).collect(Collectors.joining(", "));
        String variableCall = field.name() + (used.isEmpty() ? "" : "(" + used + ")") + field.selection();
        String head = declared.isEmpty() ? "" : "(" + declared + ")";
        String root = field.root();
        String rootType = root.equals("query") ? "AdminQuery" : "AdminMutation";
        String in = field.category();
        List<Shape> shapes = new ArrayList<>();
        shapes.add(new Shape("plain", root + " { " + in + " { " + call + " } }", Map.of(), ""));
        shapes.add(new Shape("named", root + " Q { " + in + " { " + call + " } }", Map.of(), ""));
        shapes.add(new Shape(
                "one of several",
                "query Innocent { checkAuth { authorized } } " + root + " Q { " + in + " { " + call + " } }",
                Map.of(),
                "Q"));
        shapes.add(new Shape("aliases", root + " { checkAuth: " + in + " { typename: " + call + " } }", Map.of(), ""));
        shapes.add(new Shape(
                "variables", root + " Q" + head + " { " + in + " { " + variableCall + " } }", values, "Q"));
        shapes.add(new Shape(
                "inline fragments",
                root + " { ... on " + rootType + " { " + in + " { ... { ... on " + field.type() + " { " + call
                        + " } } } } }",
                Map.of(),
                ""));
        shapes.add(new Shape(
                "fragments",
                "fragment F on " + field.type() + " { x: " + call + " } fragment R on " + rootType + " { " + in
                        + " { ...F } } " + root + " { ...R }",
                Map.of(),
                ""));
        shapes.add(new Shape(
                "directives",
                root + " { " + in + " @include(if: true) { " + call.replaceFirst("( \\{|$)", " @skip(if: false)$1")
                        + " } }",
                Map.of(),
                ""));
        shapes.add(new Shape(
                "twice", root + " { " + in + " { " + call + " } " + in + " { again: " + call + " } }", Map.of(), ""));
        return shapes;
    }

    private static Object value(String name, String type, String domain) {
        return switch (type.replace("!", "")) {
            case "JID", "BareJID" -> "bob@" + domain;
            case "FullJID" -> "bob@" + domain + "/phone";
            case "DomainName" -> domain;
            case "PosInt", "NonNegInt", "Int", "Long" -> 1;
            case "Boolean" -> true;
            case "DateTime" -> "2027-01-01T00:00:00Z";
            case "Colour" -> "RED";
            case "ReportFormat" -> "csv";
            case "[JID]" -> List.of("bob@" + domain);
            case "[Int]" -> List.of(1);
            case "[String]" -> List.of("text");
            case "ShapeInput" -> Map.of("corners", 3);
            default -> "text";
        };
    }

    private static String literal(String type, Object value) {
        return switch (type.replace("!", "")) {
            case "Colour", "ReportFormat" -> value.toString();
            case "ShapeInput" -> "{corners: 3}";
            default -> AdminServer.JSON.writeValueAsString(value);
        };
    }

    // ---- the schema ----

    private List<Field> fields() {
        JsonNode schema = server.ask("""
                        { __schema {
                          queryType { name } mutationType { name }
                          types { name kind possibleTypes { name }
                            fields { name args { name type { ...T } } type { ...T } } }
                        } }
                        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
                        """)
                .json()
                .path("data")
                .path("__schema");
        Map<String, JsonNode> types = new LinkedHashMap<>();
        schema.path("types").forEach(type -> types.put(type.path("name").asString(), type));
        List<Field> fields = new ArrayList<>();
        for (String root : List.of("query", "mutation")) {
            JsonNode type = types.get(schema.path(root + "Type").path("name").asString());
            type.path("fields").forEach(category -> {
                String categoryType = category.path("type").path("name").asString();
                if (category.path("name").asString().equals("checkAuth")) {
                    return;
                }
                types.get(categoryType).path("fields").forEach(field -> {
                    Map<String, String> arguments = new LinkedHashMap<>();
                    field.path("args").forEach(argument ->
                            arguments.put(argument.path("name").asString(), written(argument.path("type"))));
                    fields.add(new Field(
                            root,
                            category.path("name").asString(),
                            categoryType,
                            field.path("name").asString(),
                            arguments,
                            selection(types, field.path("type"))));
                });
            });
        }
        assertTrue(fields.size() > 20, fields.toString());
        return fields;
    }

    private static String written(JsonNode type) {
        return switch (type.path("kind").asString()) {
            case "NON_NULL" -> written(type.path("ofType")) + "!";
            case "LIST" -> "[" + written(type.path("ofType")) + "]";
            default -> type.path("name").asString();
        };
    }

    private static String selection(Map<String, JsonNode> types, JsonNode reference) {
        JsonNode type = reference;
        while (type.hasNonNull("ofType")) {
            type = type.path("ofType");
        }
        String kind = type.path("kind").asString();
        return kind.equals("OBJECT") || kind.equals("UNION") ? " { __typename }" : "";
    }
}
