package im.gatehouse.admin.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.AdminServer;
import im.gatehouse.admin.AdminServer.Answer;
import im.gatehouse.admin.Probe;
import im.gatehouse.module.AdminOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphQlEndpointTest {
    private final Probe probe = new Probe();

    @TempDir
    Path folder;

    private AdminServer server;

    @BeforeEach
    void open() throws IOException {
        server = new AdminServer(folder, probe.operations());
    }

    @AfterEach
    void close() {
        server.close();
    }

    // ---- who may enter ----

    @Test
    void theTokenMakesWhoeverHoldsItTheAdministrator() {
        Answer answer = server.ask("{ checkAuth { authorized authStatus domain } }");
        assertEquals(200, answer.status());
        assertEquals(
                "{\"data\":{\"checkAuth\":{\"authorized\":true,\"authStatus\":\"ADMIN\",\"domain\":null}}}",
                answer.json().toString());
    }

    @Test
    void aDomainsPasswordMakesItsAdministrator() {
        server.domainPasswords.set("a.example", "secret:with colon");
        Answer answer = as("admin@a.example", "secret:with colon", "{ checkAuth { authStatus domain } }");
        assertEquals(
                "{\"data\":{\"checkAuth\":{\"authStatus\":\"DOMAIN_ADMIN\",\"domain\":\"a.example\"}}}",
                answer.json().toString());
    }

    @Test
    void whoeverHasNotSignedInGetsNothingNotEvenTheSchema() {
        String body = "{\"query\":\"{ __schema { queryType { name } } }\"}";
        Answer answer = server.post(body, Map.of());
        assertEquals(401, answer.status());
        assertEquals("no_permissions", answer.code());
        assertFalse(answer.json().has("data"));
        assertTrue(server.send(body, Map.of()).headers().firstValue("WWW-Authenticate").isPresent());
    }

    @Test
    void wrongCredentialsAreRefused() {
        server.domainPasswords.set("a.example", "right");
        for (String header : List.of(
                "Bearer wrong",
                "Bearer",
                "Basic !!!",
                "Digest x",
                AdminServer.basic("admin@a.example", "wrong"),
                AdminServer.basic("admin@b.example", "right"),
                AdminServer.basic("alice@a.example", "right"),
                AdminServer.basic("admin@a.example/resource", "right"),
                AdminServer.basic("a.example", "right"),
                AdminServer.basic("@@", "right"))) {
            Answer answer = server.ask("{ checkAuth { authorized } }", Map.of(), null, header);
            assertEquals(401, answer.status(), header);
            assertEquals("wrong_credentials", answer.code(), header);
        }
    }

    @Test
    void whoeverGuessesHasToWaitButTheRightTokenNever() {
        server.domainPasswords.set("a.example", "right");
        int tries = 0;
        while (as("admin@a.example", "wrong", "{ checkAuth { authorized } }").status() == 401 && tries < 100) {
            tries++;
        }
        assertTrue(tries > 1 && tries < 100, tries + " tries");
        Answer waiting = as("admin@a.example", "right", "{ checkAuth { authorized } }");
        assertEquals(429, waiting.status());
        assertEquals("too_many_attempts", waiting.code());
        assertEquals(200, server.ask("{ checkAuth { authorized } }").status());

        server.forward(Duration.ofMinutes(2));
        assertEquals(200, as("admin@a.example", "right", "{ checkAuth { authorized } }").status());
    }

    @Test
    void aNewTokenCountsAtOnce() throws IOException {
        String old = server.bearer();
        Files.writeString(server.token.file(), "another\n");
        assertEquals(401, server.ask("{ checkAuth { authorized } }", Map.of(), null, old).status());
        assertEquals(200, server.ask("{ checkAuth { authorized } }").status());
    }

    // ---- what is asked ----

    @Test
    void onlyJsonIsTaken() {
        var response = server.send(
                "{\"query\":\"{ checkAuth { authorized } }\"}",
                Map.of("Content-Type", "text/plain", "Authorization", server.bearer()));
        assertEquals(415, response.statusCode());
        assertEquals(
                200,
                server.send(
                                "{\"query\":\"{ checkAuth { authorized } }\"}",
                                Map.of(
                                        "Content-Type", "Application/JSON; charset=utf-8",
                                        "Authorization", server.bearer()))
                        .statusCode());
    }

    @Test
    void whatIsNoRequestIs400WithACode() {
        assertCode(400, "invalid_json_body", posted("{"));
        assertCode(400, "invalid_json_body", posted("[{\"query\":\"{ checkAuth { authorized } }\"}]"));
        assertCode(400, "no_query_supplied", posted("{}"));
        assertCode(400, "variables_invalid_json", posted("{\"query\":\"{ a }\",\"variables\":[]}"));
        assertCode(400, "invalid_json_body", posted("{\"query\":\"{ a }\",\"operationName\":1}"));
        assertCode(400, "parser_error", server.ask("{ probe { echo("));
        assertCode(400, "parser_error", server.ask(""));
        assertCode(400, "unknown_field", server.ask("{ probe { ecko } }"));
        assertCode(400, "unknown_argument", server.ask("{ probe { echo(what: 1) } }"));
        assertCode(400, "missing_non_null_param", server.ask("mutation { probe { addUser } }"));
        assertCode(
                400,
                "missing_non_null_param",
                server.ask("mutation ($u: JID!) { probe { addUser(user: $u) } }"));
    }

    @Test
    void aNullForVariablesAndOperationNameIsAsIfTheyWereNotThere() {
        String body = "{\"query\":\"{ checkAuth { authorized } }\",\"variables\":null,\"operationName\":null}";
        assertEquals(200, posted(body).status());
    }

    @Test
    void theOperationIsChosenByName() {
        String document = "query A { probe { echo(text: \"a\") } } query B { probe { echo(text: \"b\") } }";
        assertTrue(server.ask(document, Map.of(), "B", server.bearer()).json().toString().contains("text=b"));
        assertEquals(400, server.ask(document).status());
        assertEquals(400, server.ask(document, Map.of(), "C", server.bearer()).status());
    }

    @Test
    void aValueThatItsTypeDoesNotAllowIsInputCoercionAndNothingIsDone() {
        for (String call : List.of(
                "addUser(user: \"alice@a.example\", reason: \"\")",
                "addUser(user: \"a.example\")",
                "addUser(user: \"@\")",
                "addUser(user: 1)",
                "work(steps: 0)",
                "work(steps: -1)",
                "work(steps: 3000000000)",
                "work(steps: \"1\")")) {
            assertCode(400, "input_coercion", server.ask("mutation { probe { " + call + " } }"));
        }
        String variable = "mutation ($r: NonEmptyString) { probe { addUser(user: \"alice@a.example\", reason: $r) } }";
        assertCode(400, "input_coercion", server.ask(variable, Map.of("r", "")));
        String limit = "query ($l: PosInt) { probe { listBlockedUsers(domain: \"a.example\", limit: $l) { jid } } }";
        assertCode(400, "input_coercion", server.ask(limit, Map.of("l", 0)));
        assertCode(400, "input_coercion", server.ask("{ probe { echo(colour: BLUE) } }"));
        assertCode(400, "input_coercion", server.ask("{ probe { echo(moment: \"yesterday\") } }"));
        assertEquals(List.of(), probe.calls);
    }

    @Test
    void resolversGetPreparedValues() {
        server.ask("{ probe { echo(jids: [\"ALICE@A.Example/Phone\"], moment: \"2027-01-01T01:00:00+01:00\","
                + " big: 9007199254740993, number: 7, flag: true, colour: GREEN, name: \"ALICE\","
                + " shape: {corners: 3}) } }");
        assertEquals(
                List.of("echo{big=9007199254740993, colour=GREEN, flag=true, jids=[alice@a.example/Phone],"
                        + " moment=2027-01-01T00:00:00Z, name=alice, number=7, shape={corners=3}}"),
                probe.calls);
    }

    // ---- what is answered ----

    @Test
    void severalFieldsOfOneMutationRunInOrder() {
        String calls = IntStream.rangeClosed(1, 20)
                .mapToObj(i -> "c" + i + ": addUser(user: \"u" + i + "@a.example\")")
                .collect(Collectors.joining(" "));
        assertEquals(200, server.ask("mutation { probe { " + calls + " } }").status());
        assertEquals(
                IntStream.rangeClosed(1, 20)
                        .mapToObj(i -> "addUser{user=u" + i + "@a.example}")
                        .toList(),
                probe.calls);
    }

    @Test
    void anOperationThatIsRefusedIs200WithCodeAndDetails() {
        Answer answer = server.ask("mutation { x: probe { refuse(user: \"ghost@a.example\") } }");
        assertEquals(200, answer.status());
        assertEquals(
                "{\"errors\":[{\"message\":\"User does not exist\",\"path\":[\"x\",\"refuse\"],"
                        + "\"extensions\":{\"code\":\"user_not_found\",\"user\":\"ghost@a.example\"}}],"
                        + "\"data\":{\"x\":{\"refuse\":null}}}",
                answer.json().toString());
    }

    @Test
    void aFailureTellsNoDetail() {
        Answer answer = server.ask("{ probe { crash } }");
        assertCode(200, "internal_server_error", answer);
        assertFalse(answer.json().toString().contains("secret"));
    }

    @Test
    void recordsBecomeObjectsAndMembersOfUnions() {
        assertEquals(
                "{\"data\":{\"probe\":{\"nested\":{\"name\":\"out\",\"inner\":{\"name\":\"in\",\"values\":[1,2]}},"
                        + "\"either\":[{\"one\":\"1\"},{\"two\":2}]}}}",
                server.ask("{ probe { nested { name inner { name values } }"
                                + " either { ... on First { one } ... on Second { two } } } }")
                        .json()
                        .toString());
    }

    @Test
    void progressComesInLinesBeforeTheAnswer() {
        var response = server.send(
                "{\"query\":\"mutation { probe { work(steps: 2) } }\"}",
                Map.of("Accept", "application/x-ndjson", "Authorization", server.bearer()));
        assertEquals(
                List.of(
                        "{\"progress\":\"step 1\"}",
                        "{\"progress\":\"step 2\"}",
                        "{\"status\":200,\"answer\":{\"data\":{\"probe\":{\"work\":2}}}}"),
                Arrays.asList(response.body().split("\n")));
    }

    // ---- limits ----

    @Test
    void aRequestThatIsTooDeepTooLongOrTooWideIsRefused() {
        String deep = "{ probe { nested" + " { inner { outer".repeat(30) + " { name }" + " } }".repeat(30) + " } }";
        assertEquals(400, server.ask(deep).status());
        String aliases = IntStream.range(0, 101)
                .mapToObj(i -> "c" + i + ": addUser(user: \"u@a.example\")")
                .collect(Collectors.joining(" "));
        assertCode(400, "query_too_complex", server.ask("mutation { probe { " + aliases + " } }"));
        String fragments = "{ probe { ...A ...B } } fragment A on ProbeAdminQuery { " + crowd("a", 60)
                + " } fragment B on ProbeAdminQuery { " + crowd("b", 60) + " }";
        assertCode(400, "query_too_complex", server.ask(fragments));
        assertEquals(400, server.ask("{ probe { echo } }" + " ".repeat(250_000)).status());
        assertEquals(400, server.ask("{".repeat(5_000)).status());
        assertEquals(List.of(), probe.calls);
    }

    private static String crowd(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i + ": echo").collect(Collectors.joining(" "));
    }

    @Test
    void fragmentsThatContainEachOtherAreRefused() {
        Answer answer = server.ask("{ ...A } fragment A on AdminQuery { ...B } fragment B on AdminQuery { ...A }");
        assertEquals(400, answer.status());
    }

    // ---- the schema ----

    @Test
    void theSchemaFollowsWhatIsOffered() {
        String query = "{ late { hello } }";
        assertCode(400, "unknown_field", server.ask(query));
        Runnable undo = server.administration.add("late", AdminOperations.of("extend type AdminQuery { late: LateAdminQuery }"
                        + " type LateAdminQuery { hello: String }")
                .global("LateAdminQuery", "hello", _ -> "here"));
        assertEquals("{\"data\":{\"late\":{\"hello\":\"here\"}}}", server.ask(query).json().toString());
        undo.run();
        assertCode(400, "unknown_field", server.ask(query));
    }

    @Test
    void everyFieldAndArgumentOfTheCoreIsDescribed() {
        Answer answer = server.ask("{ __schema { types { name fields { name description args { name description } } } } }");
        StringBuilder bare = new StringBuilder();
        answer.json().path("data").path("__schema").path("types").forEach(type -> {
            String name = type.path("name").asString();
            if (name.startsWith("_") || name.startsWith("Probe") || PROBES.contains(name)) {
                return;
            }
            type.path("fields").forEach(field -> {
                if (field.path("description").isNull()) {
                    bare.append(name).append('.').append(field.path("name").asString()).append('\n');
                }
                field.path("args").forEach(argument -> {
                    if (argument.path("description").isNull()) {
                        bare.append(field.path("name").asString() + "(" + argument.path("name").asString() + ")\n");
                    }
                });
            });
        });
        assertEquals("", bare.toString());
    }

    private static final List<String> PROBES = List.of("BlockedUser", "Outer", "Inner", "First", "Second");

    // ---- how it is asked ----

    private Answer as(String user, String password, String query) {
        return server.ask(query, Map.of(), null, AdminServer.basic(user, password));
    }

    private Answer posted(String body) {
        return server.post(body, Map.of("Authorization", server.bearer()));
    }

    private static void assertCode(int status, String code, Answer answer) {
        assertEquals(code, answer.code(), answer.json().toString());
        assertEquals(status, answer.status());
    }
}
