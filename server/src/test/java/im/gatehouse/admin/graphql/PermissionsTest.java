package im.gatehouse.admin.graphql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.AdminServer;
import im.gatehouse.admin.AdminServer.Answer;
import im.gatehouse.admin.Calls;
import im.gatehouse.admin.Calls.Operation;
import im.gatehouse.admin.Calls.Request;
import im.gatehouse.admin.Probe;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.AdminOperations.Access;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a domain's administrator writes into a request, what is not theirs stays out of reach. */
class PermissionsTest {
    private final Probe probe = new Probe();

    @TempDir
    Path folder;

    private AdminServer server;
    private String credentials = "";

    @BeforeEach
    void open() throws IOException {
        server = new AdminServer(folder, probe.operations());
        server.domainPasswords.set("a.example", Calls.PASSWORD);
        server.domainPasswords.set("b.example", "password of b");
        server.accounts.create(Jid.parse("alice@a.example"), "secret");
        server.accounts.create(Jid.parse("bob@b.example"), "secret");
        credentials = AdminServer.basic("admin@a.example", Calls.PASSWORD);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void nothingOfAnotherDomainCanBeDoneHoweverItIsWritten() {
        AdminServer.Client bob = server.connect("bob@b.example/phone");
        Calls calls = calls();
        int tried = 0;
        for (Operation operation : calls.operations()) {
            for (Request request : calls.requests(operation, "b.example")) {
                assertRefused(operation, request);
                tried++;
            }
            for (String domain : List.of("nowhere.example", "rooms.b.example", "xa.example")) {
                assertRefused(operation, calls.requests(operation, domain).getFirst());
            }
        }
        assertTrue(tried > 200, tried + " requests");
        assertEquals(List.of(), probe.calls);
        assertEquals(List.of(), bob.ends);
        assertEquals(1, server.stopped.getCount());
        assertEquals(1, server.accounts.count("a.example"));
        assertEquals(List.of(Jid.parse("bob@b.example")), server.accounts.list("b.example", 10, null));
        assertTrue(server.accounts.check(Jid.parse("bob@b.example"), "secret"));
        assertTrue(server.domainPasswords.check("b.example", "password of b"));
        assertFalse(server.domainPasswords.check("nowhere.example", Calls.PASSWORD));
    }

    @Test
    void whatIsOfTheirOwnDomainTheyMayDo() {
        Calls calls = calls();
        for (Operation operation : calls.operations()) {
            if (access(operation) instanceof Access.DomainOf) {
                for (Request request : calls.requests(operation, "a.example")) {
                    assertNotEquals("no_permissions", ask(request).code(), operation + " " + request);
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

    private void assertRefused(Operation operation, Request request) {
        Answer answer = ask(request);
        String what = operation + ": " + request + "\n" + answer.json();
        assertEquals("no_permissions", answer.code(), what);
        assertEquals(401, answer.status(), what);
        assertFalse(answer.json().has("data"), what);
    }

    private Calls calls() {
        return Calls.of(server.ask(Calls.SCHEMA).json());
    }

    private Answer ask(Request request) {
        String name = request.operation().isEmpty() ? null : request.operation();
        return server.ask(request.document(), request.variables(), name, credentials);
    }

    private Access access(Operation operation) {
        for (AdminOperations piece : server.administration.all()) {
            var offered = piece.operations().get(operation.type() + "." + operation.name());
            if (offered != null) {
                return offered.access();
            }
        }
        throw new IllegalStateException(operation.toString());
    }
}
