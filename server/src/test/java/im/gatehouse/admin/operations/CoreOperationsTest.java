package im.gatehouse.admin.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.AdminServer;
import im.gatehouse.admin.AdminServer.Answer;
import im.gatehouse.config.Problem;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.stanza.StreamError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoreOperationsTest {
    private static final Jid ALICE = Jid.parse("alice@a.example");

    @TempDir
    Path folder;

    private AdminServer server;

    @BeforeEach
    void open() throws IOException {
        server = new AdminServer(folder);
    }

    @AfterEach
    void close() {
        server.close();
    }

    // ---- accounts ----

    @Test
    void anAccountIsRegisteredChangedFoundAndRemoved() {
        assertData(
                "{\"account\":{\"registerUser\":{\"jid\":\"alice@a.example\","
                        + "\"message\":\"User alice@a.example successfully registered\"}}}",
                register("alice"));
        assertTrue(server.accounts.check(ALICE, "secret"));
        assertData(
                "{\"account\":{\"checkUser\":{\"exist\":true,\"message\":\"User alice@a.example exists\"}}}",
                server.ask("{ account { checkUser(user: \"Alice@a.example/phone\") { exist message } } }"));
        assertData(
                "{\"account\":{\"changeUserPassword\":{\"message\":\"Password changed\"}}}",
                server.ask("mutation { account { changeUserPassword(user: \"alice@a.example\", newPassword: \"new\")"
                        + " { message } } }"));
        assertData(
                "{\"account\":{\"new\":{\"correct\":true},\"old\":{\"correct\":false}}}",
                server.ask("{ account { new: checkPassword(user: \"alice@a.example\", password: \"new\") { correct }"
                        + " old: checkPassword(user: \"alice@a.example\", password: \"secret\") { correct } } }"));
        assertData(
                "{\"account\":{\"removeUser\":{\"jid\":\"alice@a.example\","
                        + "\"message\":\"User alice@a.example successfully unregistered\"}}}",
                server.ask("mutation { account { removeUser(user: \"alice@a.example\") { jid message } } }"));
        assertData(
                "{\"account\":{\"checkUser\":{\"exist\":false,\"message\":\"User alice@a.example does not exist\"}}}",
                server.ask("{ account { checkUser(user: \"alice@a.example\") { exist message } } }"));
    }

    @Test
    void aNameIsMadeUpWhenNoneIsGiven() {
        Answer answer = server.ask("mutation { account { registerUser(domain: \"a.example\", password: \"x\") { jid } } }");
        String jid = answer.json().path("data").path("account").path("registerUser").path("jid").asString();
        assertTrue(server.accounts.exists(Jid.parse(jid)), jid);
    }

    @Test
    void accountsAreListedByNameAndCounted() {
        for (String name : List.of("carol", "alice", "bob")) {
            register(name);
        }
        assertData(
                "{\"account\":{\"listUsers\":[\"alice@a.example\",\"bob@a.example\",\"carol@a.example\"],"
                        + "\"countUsers\":3,\"part\":[\"bob@a.example\"],\"none\":0}}",
                server.ask("{ account { listUsers(domain: \"a.example\") countUsers(domain: \"A.example\")"
                        + " part: listUsers(domain: \"a.example\", limit: 1, after: \"alice\")"
                        + " none: countUsers(domain: \"b.example\") } }"));
    }

    @Test
    void whatCannotBeDoneWithAnAccountHasItsCode() {
        register("alice");
        assertError("exists", "jid", "alice@a.example", register("alice"));
        assertError("empty_password", "jid", "bob@a.example", server.ask(
                "mutation { account { registerUser(domain: \"a.example\", username: \"bob\", password: \"\") { jid } } }"));
        Answer nowhere = server.ask(
                "mutation { account { registerUser(domain: \"no.example\", username: \"bob\", password: \"x\") { jid } } }");
        assertError("domain_not_found", "user", "bob@no.example", nowhere);
        assertEquals("User's domain does not exist", nowhere.message());
        Answer ghost = server.ask("mutation { account { removeUser(user: \"ghost@a.example\") { jid } } }");
        assertError("user_not_found", "user", "ghost@a.example", ghost);
        assertEquals("User does not exist", ghost.message());
        assertError("domain_not_found", "user", "ghost@no.example", server.ask(
                "mutation { account { changeUserPassword(user: \"ghost@no.example\", newPassword: \"x\") { jid } } }"));
        Answer domain = server.ask("{ account { countUsers(domain: \"no.example\") } }");
        assertError("domain_not_found", "domain", "no.example", domain);
        assertEquals("Domain does not exist", domain.message());
    }

    // ---- sessions ----

    @Test
    void sessionsAreListedAndCounted() {
        server.connect("alice@a.example/phone");
        server.connect("bob@b.example/desk");
        server.forward(Duration.ofSeconds(90));
        assertData(
                "{\"session\":{\"listSessions\":[{\"user\":\"alice@a.example/phone\",\"connection\":\"c2s_tls\","
                        + "\"ip\":\"203.0.113.9\",\"port\":40000,\"priority\":null,\"node\":\"" + node()
                        + "\",\"uptime\":90}],\"here\":1,\"all\":2}}",
                server.ask("{ session { listSessions(domain: \"a.example\")"
                        + " { user connection ip port priority node uptime }"
                        + " here: countSessions(domain: \"a.example\") all: countSessions } }"));
        assertError(
                "domain_not_found", "domain", "no.example", server.ask("{ session { countSessions(domain: \"no.example\") } }"));
    }

    @Test
    void theSessionsOfAUserAreShown() {
        register("alice");
        server.connect("alice@a.example/phone");
        server.connect("alice@a.example/desk");
        assertData(
                "{\"session\":{\"countUserResources\":2,\"getUserResource\":\"desk\","
                        + "\"listUserSessions\":[{\"user\":\"alice@a.example/phone\"},{\"user\":\"alice@a.example/desk\"}]}}",
                server.ask("{ session { countUserResources(user: \"alice@a.example\")"
                        + " getUserResource(user: \"alice@a.example\", number: 2)"
                        + " listUserSessions(user: \"alice@a.example\") { user } } }"));
        assertError("wrong_res_number", "number", "3", server.ask(
                "{ session { getUserResource(user: \"alice@a.example\", number: 3) } }"));
    }

    @Test
    void aKickedUserLosesEverySessionWithTheReason() {
        register("alice");
        AdminServer.Client phone = server.connect("alice@a.example/phone");
        AdminServer.Client desk = server.connect("alice@a.example/desk");

        Answer answer = server.ask("mutation { session { kickUser(user: \"alice@a.example\", reason: \"Enough\")"
                + " { jid kicked code message } } }");

        assertData(
                "{\"session\":{\"kickUser\":[{\"jid\":\"alice@a.example/phone\",\"kicked\":true,\"code\":null,"
                        + "\"message\":\"Session kicked\"},{\"jid\":\"alice@a.example/desk\",\"kicked\":true,"
                        + "\"code\":null,\"message\":\"Session kicked\"}]}}",
                answer);
        assertEquals(List.of(StreamError.Condition.CONFLICT.error("Enough")), phone.ends);
        assertEquals(1, desk.ends.size());
        assertEquals(0, server.sessions.count());
    }

    @Test
    void oneSessionIsKickedByItsFullAddress() {
        register("alice");
        AdminServer.Client phone = server.connect("alice@a.example/phone");
        AdminServer.Client desk = server.connect("alice@a.example/desk");
        String kick = "mutation { session { kickUserSession(user: \"alice@a.example/phone\") { kicked code } } }";
        assertData("{\"session\":{\"kickUserSession\":{\"kicked\":true,\"code\":null}}}", server.ask(kick));
        assertData("{\"session\":{\"kickUserSession\":{\"kicked\":false,\"code\":\"no_session\"}}}", server.ask(kick));
        assertEquals(List.of(StreamError.Condition.CONFLICT.error("Kicked by administrator")), phone.ends);
        assertEquals(List.of(), desk.ends);
        assertError("user_not_found", "user", "ghost@a.example", server.ask(
                "mutation { session { kickUser(user: \"ghost@a.example\") { jid } } }"));
    }

    // ---- the server ----

    @Test
    void theServerSaysHowItIs() {
        server.forward(Duration.ofSeconds(5));
        assertData(
                "{\"server\":{\"status\":{\"statusCode\":\"RUNNING\",\"message\":\"Gatehouse 1.2.3 is running\","
                        + "\"version\":\"1.2.3\",\"uptime\":5,\"listeners\":[\"c2s 127.0.0.1:5222\"]}}}",
                server.ask("{ server { status { statusCode message version uptime listeners } } }"));
    }

    @Test
    void aReloadSaysWhatNeedsARestartAndWhatIsWrong() {
        String reload = "mutation { server { reloadConfig { message needsRestart } } }";
        server.reloadNeedsRestart = List.of("listen.c2s");
        assertData(
                "{\"server\":{\"reloadConfig\":{\"message\":\"The configuration is in force, but for what needs a"
                        + " restart\",\"needsRestart\":[\"listen.c2s\"]}}}",
                server.ask(reload));
        server.reloadProblems = List.of(new Problem(Path.of("g.toml"), 3, "auth.x", "unknown key", null));
        Answer broken = server.ask(reload);
        assertEquals("config_invalid", broken.code());
        assertTrue(broken.json().toString().contains("g.toml:3: auth.x: unknown key"), broken.json().toString());
    }

    @Test
    void theServerAnswersAndStops() throws InterruptedException {
        assertData("{\"server\":{\"stop\":\"Stop scheduled\"}}", server.ask("mutation { server { stop } }"));
        assertTrue(server.stopped.await(1, TimeUnit.MINUTES));
    }

    // ---- domains ----

    @Test
    void domainsAreListedInTheirOrder() {
        assertData(
                "{\"domain\":{\"allDomains\":[{\"domain\":\"a.example\"},{\"domain\":\"b.example\"}],"
                        + "\"domainDetails\":{\"domain\":\"a.example\",\"hostType\":\"a.example\",\"status\":\"ENABLED\"}}}",
                server.ask("{ domain { allDomains { domain }"
                        + " domainDetails(domain: \"a.example\") { domain hostType status } } }"));
    }

    @Test
    void theAdministratorOfADomainIsMadeAndUnmade() {
        String set = "mutation ($p: NonEmptyString!) { domain { setDomainPassword(domain: \"a.example\", password: $p) } }";
        assertData(
                "{\"domain\":{\"setDomainPassword\":\"Domain password set successfully\"}}",
                server.ask(set, Map.of("p", "first")));
        assertTrue(server.domainPasswords.check("a.example", "first"));
        String own = AdminServer.basic("admin@a.example", "first");
        assertEquals(200, server.ask(set, Map.of("p", "second"), null, own).status());
        assertFalse(server.domainPasswords.check("a.example", "first"));
        assertTrue(server.domainPasswords.check("a.example", "second"));
        String delete = "mutation { domain { deleteDomainPassword(domain: \"a.example\") } }";
        assertData("{\"domain\":{\"deleteDomainPassword\":\"Domain password deleted successfully\"}}", server.ask(delete));
        assertFalse(server.domainPasswords.check("a.example", "second"));
        assertEquals("not_found", server.ask(delete).code());
        assertEquals("domain_not_found", server.ask(
                        "mutation { domain { setDomainPassword(domain: \"no.example\", password: \"x\") } }")
                .code());
    }

    // ---- figures ----

    @Test
    void figuresAreShownUnderTheirDottedNames() {
        MetricSpec spec = MetricSpec.counter("mod_test", "count", List.of("host_type", "function"), "A test");
        server.metrics.counter(spec, "a.example", "add").increment();
        assertData(
                "{\"metric\":{\"getMetricsAsDicts\":[{\"name\":[\"a.example\",\"mod_test\",\"add\",\"count\"],"
                        + "\"dict\":[{\"key\":\"count\",\"value\":1}]}],"
                        + "\"getMetrics\":[{\"__typename\":\"SpiralMetric\",\"type\":\"spiral\",\"count\":1}]}}",
                server.ask("{ metric { getMetricsAsDicts(name: [\"_\", \"mod_test\"], keys: [\"count\"])"
                        + " { name dict { key value } }"
                        + " getMetrics(name: [\"a.example\"]) { __typename ... on SpiralMetric { type count } } } }"));
        assertData(
                "{\"metric\":{\"getMetrics\":[]}}",
                server.ask("{ metric { getMetrics(name: [\"mod_test\"]) { __typename } } }"));
    }

    // ---- the token ----

    @Test
    void theTokenIsLongRandomAndForItsOwnerAlone() throws IOException {
        String token = server.token.read().orElseThrow();
        assertEquals(43, token.length());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(server.token.file())));
        server.token.createIfMissing();
        assertEquals(token, server.token.read().orElseThrow());
        assertTrue(server.token.matches(token));
        assertFalse(server.token.matches(token.substring(1)));
        assertFalse(server.token.matches(""));
    }

    private Answer register(String name) {
        return server.ask(
                "mutation ($n: UserName) { account { registerUser(domain: \"a.example\", username: $n, password: \"secret\")"
                        + " { jid message } } }",
                Map.of("n", name));
    }

    private static String node() {
        return new im.gatehouse.cluster.SingleNode().node();
    }

    private static void assertData(String expected, Answer answer) {
        assertEquals("{\"data\":" + expected + "}", answer.json().toString());
        assertEquals(200, answer.status());
    }

    private static void assertError(String code, String detail, String value, Answer answer) {
        assertEquals(code, answer.code(), answer.json().toString());
        assertEquals(value, answer.json().path("errors").path(0).path("extensions").path(detail).asString(""));
        assertEquals(200, answer.status());
    }
}
