package im.gatehouse.modules.adhoc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.modules.disco.DiscoModule;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdHocModuleTest {
    private static final String COMMANDS = "http://jabber.org/protocol/commands";
    private static final String ADMIN = "http://jabber.org/protocol/admin#";
    private static final String LIST =
            "<query xmlns='http://jabber.org/protocol/disco#items' node='" + COMMANDS + "'/>";

    @TempDir
    private Path folder;

    private TestHouse house;
    private TestClient admin;
    private TestClient alice;

    @BeforeEach
    void start() {
        house = new TestHouse(folder, "", new AdHocModule(), new DiscoModule());
        house.withAccounts("admin@localhost", "alice@localhost", "bob@localhost", "zoe@second.test");
        admin = house.client("admin@localhost/desk");
        alice = house.client("alice@localhost/home");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    // --- who sees and may give commands ---

    @Test
    void administratorsSeeTheCommandsOfTheDomainTheyAsk() {
        Element items = admin.result("get", "second.test", LIST);

        assertEquals(19, items.children().size());
        assertTrue(items.children().stream().allMatch(item -> "second.test".equals(item.attribute("jid"))));
        assertTrue(items.children().stream()
                .anyMatch(item -> (ADMIN + "add-user").equals(item.attribute("node"))
                        && "Add User".equals(item.attribute("name"))));
    }

    @Test
    void othersSeeNoneAndMayGiveNone() {
        assertTrue(alice.result("get", "localhost", LIST).children().isEmpty());
        assertEquals("forbidden", alice.error("set", "localhost", execute("add-user")));
        assertEquals(
                "forbidden",
                alice.error(
                        "get",
                        "localhost",
                        "<query xmlns='http://jabber.org/protocol/disco#info' node='" + ADMIN + "add-user'/>"));
    }

    @Test
    void aCommandSaysWhatItIs() {
        Element info = admin.result(
                "get",
                "localhost",
                "<query xmlns='http://jabber.org/protocol/disco#info' node='" + ADMIN + "add-user'/>");

        Element identity = Objects.requireNonNull(info.firstChild());
        assertEquals("automation", identity.attribute("category"));
        assertEquals("command-node", identity.attribute("type"));
        assertEquals("Add User", identity.attribute("name"));
    }

    @Test
    void anUnknownCommandIsNotFound() {
        assertEquals("item-not-found", admin.error("set", "localhost", execute("make-coffee")));
    }

    // --- steps and sessions ---

    @Test
    void aCommandBeginsWithItsForm() {
        Element command = admin.result("set", "localhost", execute("add-user"));

        assertEquals("executing", command.attribute("status"));
        assertEquals(ADMIN + "add-user", command.attribute("node"));
        Element actions = Objects.requireNonNull(command.child("actions", COMMANDS));
        assertEquals("complete", actions.attribute("execute"));
        DataForm form = form(command);
        assertEquals(DataForm.Type.FORM, form.type());
        assertEquals("http://jabber.org/protocol/admin", form.formType());
        assertEquals(
                List.of("FORM_TYPE", "accountjid", "password", "password-verify"),
                form.fields().stream().map(DataForm.Field::var).toList());
    }

    @Test
    void aCancelledCommandIsOver() {
        String session = begin("add-user");

        Element answer = admin.result("set", "localhost", step("add-user", session, "cancel", ""));

        assertEquals("canceled", answer.attribute("status"));
        assertOver(admin.ask("set", "localhost", submit("add-user", session, "")));
    }

    @Test
    void aCommandThatIsLeftAloneIsForgotten() {
        String session = begin("add-user");
        house.time().forward(Duration.ofMinutes(10));

        assertOver(admin.ask("set", "localhost", submit("add-user", session, "")));
    }

    @Test
    void aFinishedCommandIsNotRepeated() {
        String session = begin("delete-user");
        admin.result("set", "localhost", submit("delete-user", session, field("accountjids", "bob@localhost")));

        assertOver(admin.ask(
                "set", "localhost", submit("delete-user", session, field("accountjids", "alice@localhost"))));
        assertTrue(house.accounts().exists(Jid.parse("alice@localhost")));
    }

    @Test
    void aSessionBelongsToWhoBeganItAndToItsCommand() {
        String session = begin("add-user");
        TestClient elsewhere = house.client("admin@localhost/elsewhere");

        assertDetail("bad-sessionid", elsewhere.ask("set", "localhost", submit("add-user", session, "")));
        assertDetail("bad-sessionid", admin.ask("set", "localhost", submit("delete-user", session, "")));
        assertDetail("bad-sessionid", admin.ask("set", "localhost", submit("add-user", "made up", "")));
    }

    @Test
    void whatIsNoActionOrCannotBeDoneHereIsRefused() {
        String session = begin("add-user");

        assertDetail("malformed-action", admin.ask("set", "localhost", step("add-user", session, "jump", "")));
        assertDetail("bad-action", admin.ask("set", "localhost", step("add-user", session, "prev", "")));
        assertDetail("bad-payload", admin.ask("set", "localhost", step("add-user", session, "complete", "")));
        assertDetail(
                "bad-action",
                admin.ask("set", "localhost", execute("add-user").replace("execute", "complete")));
    }

    @Test
    void oneUserBeginsTenCommandsAtMost() {
        for (int i = 0; i < 10; i++) {
            begin("add-user");
        }

        assertEquals("resource-constraint", admin.error("set", "localhost", execute("add-user")));

        house.time().forward(Duration.ofMinutes(10));
        begin("add-user");
    }

    @Test
    void theTimeToFillInAFormIsConfigured() {
        house.reload("[modules.mod_adhoc]\nsession_timeout = \"1m\"");
        String session = begin("add-user");
        house.time().forward(Duration.ofMinutes(1));

        assertOver(admin.ask("set", "localhost", submit("add-user", session, "")));
    }

    // --- what administrators do ---

    @Test
    void anAdministratorAddsAUser() {
        Element done = run("add-user", user("carol@second.test", "pass word", "pass word"));

        assertEquals("completed", done.attribute("status"));
        assertTrue(house.accounts().check(Jid.parse("carol@second.test"), "pass word"));
    }

    @Test
    void aMistakeInAFormMayBeMended() {
        String session = begin("add-user");

        assertDetail(
                "bad-payload",
                admin.ask("set", "localhost", submit("add-user", session, user("carol@localhost", "one", "two"))));
        assertEquals(
                "conflict",
                admin.error("set", "localhost", submit("add-user", session, user("bob@localhost", "one", "one"))));
        assertEquals(
                "not-acceptable",
                admin.error("set", "localhost", submit("add-user", session, user("carol@elsewhere", "one", "one"))));
        assertDetail(
                "bad-payload",
                admin.ask("set", "localhost", submit("add-user", session, user("@@", "one", "one"))));
        Element done =
                admin.result("set", "localhost", submit("add-user", session, user("carol@localhost", "one", "one")));

        assertEquals("completed", done.attribute("status"));
        assertTrue(house.accounts().exists(Jid.parse("carol@localhost")));
    }

    @Test
    void anAdministratorDeletesUsersAndTheirSessionsEnd() {
        Element done = run("delete-user", field("accountjids", "alice@localhost", "nobody@localhost", "bob@localhost"));

        assertEquals("completed", done.attribute("status"));
        Element note = Objects.requireNonNull(done.child("note", COMMANDS));
        assertEquals("error", note.attribute("type"));
        assertEquals("There is no account nobody@localhost", note.text());
        assertFalse(house.accounts().exists(Jid.parse("alice@localhost")));
        assertFalse(house.accounts().exists(Jid.parse("bob@localhost")));
        StreamError end = assertInstanceOf(StreamError.class, alice.next());
        assertEquals(StreamError.Condition.NOT_AUTHORIZED, end.condition());
    }

    @Test
    void anAdministratorChangesAPassword() {
        run("change-user-password", field("accountjid", "alice@localhost") + field("password", "other"));

        assertTrue(house.accounts().check(Jid.parse("alice@localhost"), "other"));
    }

    @Test
    void thePasswordOfNobodyIsNotChanged() {
        String session = begin("change-user-password");

        assertEquals(
                "item-not-found",
                admin.error(
                        "set",
                        "localhost",
                        submit(
                                "change-user-password",
                                session,
                                field("accountjid", "nobody@localhost") + field("password", "other"))));
    }

    @Test
    void anAdministratorEndsOneSessionOrAll() {
        TestClient phone = house.client("alice@localhost/phone");

        run("end-user-session", field("accountjids", "alice@localhost/phone"));
        assertInstanceOf(StreamError.class, phone.next());
        Element done = run("end-user-session", field("accountjids", "alice@localhost", "bob@localhost"));
        assertInstanceOf(StreamError.class, alice.next());

        Element note = Objects.requireNonNull(done.child("note", COMMANDS));
        assertEquals("There is no session of bob@localhost", note.text());
    }

    @Test
    void usersAreCountedAndListedForTheDomainThatIsAsked() {
        assertEquals("3", form(admin.result("set", "localhost", execute("get-registered-users-num")))
                .value("registeredusersnum"));
        assertEquals("1", form(admin.result("set", "second.test", execute("get-registered-users-num")))
                .value("registeredusersnum"));
        assertEquals(
                List.of("admin@localhost", "alice@localhost", "bob@localhost"),
                form(run("get-registered-users-list", field("max_items", "none"))).values("registereduserjids"));
        assertEquals(
                List.of("admin@localhost", "alice@localhost"),
                form(run("get-registered-users-list", field("max_items", "2"))).values("registereduserjids"));
    }

    @Test
    void whoIsOnlineIsCountedAndListedOnce() {
        house.client("alice@localhost/phone");
        house.client("zoe@second.test/home");

        assertEquals("2", form(admin.result("set", "localhost", execute("get-online-users-num")))
                .value("onlineusersnum"));
        assertEquals(
                List.of("admin@localhost", "alice@localhost"),
                form(run("get-online-users-list", field("max_items", "25"))).values("onlineuserjids"));
    }

    // --- words ---

    private Element run(String command, String fields) {
        return admin.result("set", "localhost", submit(command, begin(command), fields));
    }

    private String begin(String command) {
        Element begun = admin.result("set", "localhost", execute(command));
        return Objects.requireNonNull(begun.attribute("sessionid"));
    }

    private static String execute(String command) {
        return "<command xmlns='" + COMMANDS + "' node='" + ADMIN + command + "' action='execute'/>";
    }

    private static String submit(String command, String session, String fields) {
        return step(command, session, "execute", "<x xmlns='jabber:x:data' type='submit'>" + fields + "</x>");
    }

    private static String step(String command, String session, String action, String content) {
        return "<command xmlns='" + COMMANDS + "' node='" + ADMIN + command + "' sessionid='" + session + "' action='"
                + action + "'>" + content + "</command>";
    }

    private static String user(String account, String password, String again) {
        return field("accountjid", account) + field("password", password) + field("password-verify", again);
    }

    private static String field(String name, String... values) {
        StringBuilder field = new StringBuilder("<field var='" + name + "'>");
        for (String value : values) {
            field.append("<value>").append(value).append("</value>");
        }
        return field.append("</field>").toString();
    }

    private static DataForm form(Element command) {
        return Objects.requireNonNull(DataForm.of(command.child("x", DataForm.NAMESPACE)));
    }

    private static void assertOver(Iq answer) {
        assertEquals("not-allowed", TestClient.condition(answer));
        Element error = Objects.requireNonNull(answer.child("error", Namespaces.CLIENT));
        assertNotNull(error.child("session-expired", COMMANDS));
    }

    private static void assertDetail(String detail, Iq answer) {
        assertEquals("bad-request", TestClient.condition(answer));
        Element error = Objects.requireNonNull(answer.child("error", Namespaces.CLIENT));
        assertNotNull(error.child(detail, COMMANDS), answer::toString);
    }
}
