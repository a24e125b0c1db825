package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What clients ask wrongly, feature by feature: something is missing, is there twice, or concerns somebody else. Each gets
 * the error of its specification, and nothing has changed at the end.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WrongRequestsTest {
    /** What stands for longer texts in the tables. */
    private static final Map<String, String> SHORT = Map.of(
            "ROSTER", "xmlns='jabber:iq:roster'",
            "BLOCKING", "xmlns='urn:xmpp:blocking'",
            "PRIVATE", "xmlns='jabber:iq:private'",
            "REGISTER", "xmlns='jabber:iq:register'",
            "COMMANDS", "xmlns='http://jabber.org/protocol/commands'",
            "ADMIN", "http://jabber.org/protocol/admin",
            "DISCO", "http://jabber.org/protocol/disco",
            "EXTDISCO", "xmlns='urn:xmpp:extdisco:2'",
            "LAST", "xmlns='jabber:iq:last'",
            "BIND", "xmlns='urn:ietf:params:xml:ns:xmpp-bind'");

    private RunningServer running;

    @BeforeAll
    void start(@TempDir Path folder) {
        running = RunningServer.in(folder, """
                        [modules.mod_register]
                        [modules.mod_extdisco]
                        secret = "s"
                        [[modules.mod_extdisco.services]]
                        type = "turn"
                        host = "turn.example.org"
                        """)
                .account("admin@localhost")
                .account("alice@localhost")
                .account("bob@localhost");
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @TestFactory
    Stream<DynamicTest> ofContactLists() {
        return refused("""
                <query ROSTER/> | set | bad-request
                <query ROSTER><item/></query> | set | bad-request
                <query ROSTER><item jid=''/></query> | set | jid-malformed
                <query ROSTER><item jid='@'/></query> | set | jid-malformed
                <query ROSTER><item jid='bob@localhost/desk'/></query> | set | bad-request
                <query ROSTER><item jid='alice@localhost'/></query> | set | not-allowed
                <query ROSTER><item jid='bob@localhost'/><item jid='bob@localhost'/></query> | set | bad-request
                <query ROSTER><item jid='bob@localhost'><group/></item></query> | set | not-acceptable
                <query ROSTER><item jid='bob@localhost'><group>a</group><group>a</group></item></query> | set | bad-request
                <query ROSTER><item jid='bob@localhost' subscription='remove'/></query> | set | item-not-found
                <query ROSTER><item jid='carol@localhost'/></query> | set bob@localhost | forbidden
                <query ROSTER/> | get bob@localhost | forbidden
                <query ROSTER/> | get nobody@localhost | service-unavailable
                <query ROSTER/> | get localhost | service-unavailable
                """);
    }

    @TestFactory
    Stream<DynamicTest> ofBlocking() {
        return refused("""
                <block BLOCKING/> | set | bad-request
                <block BLOCKING><item/></block> | set | bad-request
                <block BLOCKING><item jid='bob@localhost'/><item/></block> | set | bad-request
                <block BLOCKING><item jid='@'/></block> | set | jid-malformed
                <block BLOCKING><item jid='alice@localhost/home'/></block> | set | not-allowed
                <unblock BLOCKING><item/></unblock> | set | bad-request
                <block BLOCKING><item jid='carol@localhost'/></block> | set bob@localhost | service-unavailable
                <block BLOCKING><item jid='carol@localhost'/></block> | set localhost | service-unavailable
                <unblock BLOCKING/> | set bob@localhost | service-unavailable
                <blocklist BLOCKING/> | get bob@localhost | service-unavailable
                """);
    }

    @TestFactory
    Stream<DynamicTest> ofPrivateStorage() {
        return refused("""
                <query PRIVATE/> | get | bad-request
                <query PRIVATE><a xmlns='a'/><b xmlns='b'/></query> | get | not-acceptable
                <query PRIVATE/> | set | not-acceptable
                <query PRIVATE><a/></query> | set | not-acceptable
                <query PRIVATE><a xmlns=''/></query> | set | not-acceptable
                <query PRIVATE><a xmlns='urn:a'/></query> | get bob@localhost | forbidden
                <query PRIVATE><a xmlns='urn:a'>x</a></query> | set bob@localhost | forbidden
                """);
    }

    @TestFactory
    Stream<DynamicTest> ofRegistration() {
        return refused("""
                <query REGISTER/> | set | bad-request
                <query REGISTER><username>alice</username></query> | set | bad-request
                <query REGISTER><password>other</password></query> | set localhost | bad-request
                <query REGISTER><username>alice</username><password/></query> | set localhost | bad-request
                <query REGISTER><username>bob</username><password>other</password></query> | set localhost | forbidden
                <query REGISTER><username>b b</username><password>other</password></query> | set localhost | not-acceptable
                <query REGISTER><remove/><remove/></query> | set localhost | bad-request
                <query REGISTER><remove/><username>bob</username></query> | set localhost | bad-request
                <query REGISTER><remove/></query> | set bob@localhost | forbidden
                <query REGISTER><remove/></query> | set second.test | forbidden
                <query REGISTER/> | get bob@localhost | forbidden
                """);
    }

    @TestFactory
    Stream<DynamicTest> ofCommandsAndWhatAUserMayNot() {
        return refused("""
                <command COMMANDS/> | set localhost | item-not-found
                <command COMMANDS node='nothing'/> | set localhost | item-not-found
                <command COMMANDS node='urn:xmpp:invite#invite' action='dance'/> | set localhost | bad-request
                <command COMMANDS node='urn:xmpp:invite#invite' action='next'/> | set localhost | bad-request
                <command COMMANDS node='urn:xmpp:invite#invite' sessionid='made up'/> | set localhost | bad-request
                <command COMMANDS node='ADMIN#delete-user'/> | set localhost | forbidden
                <command COMMANDS node='ADMIN#delete-user'/> | set | forbidden
                <command COMMANDS node='ADMIN#delete-user'/> | set admin@localhost | service-unavailable
                <command COMMANDS node='ADMIN#shutdown'/> | set second.test | forbidden
                <query xmlns='DISCO#info' node='ADMIN#delete-user'/> | get localhost | forbidden
                <query xmlns='DISCO#info' node='nothing'/> | get localhost | item-not-found
                <query xmlns='DISCO#items' node='nothing'/> | get localhost | item-not-found
                <query xmlns='DISCO#info'/> | get bob@localhost | service-unavailable
                <query xmlns='DISCO#info'/> | get nobody@localhost | service-unavailable
                """);
    }

    @TestFactory
    Stream<DynamicTest> ofTheRest() {
        return refused("""
                <credentials EXTDISCO/> | get localhost | bad-request
                <credentials EXTDISCO><service host='turn.example.org'/></credentials> | get localhost | bad-request
                <credentials EXTDISCO><service host='elsewhere' type='turn'/></credentials> | get localhost | item-not-found
                <services EXTDISCO/> | set localhost | not-allowed
                <query LAST/> | get bob@localhost | forbidden
                <query LAST/> | get nobody@localhost | service-unavailable
                <time xmlns='urn:xmpp:time'/> | set localhost | not-allowed
                <time xmlns='urn:xmpp:time'/> | get localhost/clock | service-unavailable
                <ping xmlns='urn:xmpp:ping'/> | get bob@localhost | service-unavailable
                <ping xmlns='urn:xmpp:ping'/> | get bob@localhost/desk | service-unavailable
                <ping xmlns='urn:xmpp:ping'/> | get elsewhere.test | remote-server-not-found
                <nothing xmlns='urn:nobody:knows'/> | get localhost | service-unavailable
                <bind BIND/> | set | service-unavailable
                """);
    }

    @Test
    void nothingHasChangedByAnyOfIt() throws IOException {
        ofContactLists().forEach(this::run);
        ofBlocking().forEach(this::run);
        ofPrivateStorage().forEach(this::run);
        ofRegistration().forEach(this::run);
        ofCommandsAndWhatAUserMayNot().forEach(this::run);

        try (RawClient alice = new RawClient(running.plainPort()).signIn("alice", "late");
                RawClient bob = new RawClient(running.plainPort()).signIn("bob", "late")) {
            for (RawClient client : new RawClient[] {alice, bob}) {
                assertTrue(ask(client, "get", "", "<query ROSTER/>").endsWith("ver='0'/></iq>"));
                assertTrue(ask(client, "get", "", "<blocklist BLOCKING/>").contains("<blocklist xmlns='urn:xmpp:blocking'/>"));
                assertTrue(ask(client, "get", "", "<query PRIVATE><a xmlns='urn:a'/></query>").contains("<a xmlns='urn:a'/>"));
            }
        }
        assertTrue(running.server().accounts().check(Jid.parse("bob@localhost"), "secret"));
        assertEquals(3, running.server().accounts().count("localhost"));
    }

    private void run(DynamicTest test) {
        try {
            test.getExecutable().execute();
        } catch (Throwable e) { // as an executable declares it
            throw new AssertionError(test.getDisplayName(), e);
        }
    }

    /** Rows of request, type and receiver, and the condition of the error. */
    private Stream<DynamicTest> refused(String table) {
        return table.lines()
                .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new))
                .map(row -> DynamicTest.dynamicTest(row[1] + " " + row[0], () -> {
                    try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "home")) {
                        int space = row[1].indexOf(' ');
                        String type = space < 0 ? row[1] : row[1].substring(0, space);
                        String to = space < 0 ? "" : row[1].substring(space + 1);
                        String answer = ask(client, type, to, row[0]);
                        assertTrue(answer.contains(" type='error'") && answer.contains("<" + row[2] + " "), answer);
                        assertTrue(to.isEmpty() || answer.contains(" from='" + to + "'"), answer);
                        assertFalse(answer.contains("type='set'"), answer);
                    }
                }));
    }

    private static String ask(RawClient client, String type, String to, String request) throws IOException {
        String written = request;
        for (Map.Entry<String, String> entry : SHORT.entrySet()) {
            written = written.replaceAll("\\b" + entry.getKey() + "\\b", entry.getValue());
        }
        String receiver = to.isEmpty() ? "" : " to='" + to + "'";
        return client.send("<iq id='1' type='" + type + "'" + receiver + ">" + written + "</iq>")
                .readUntil("</iq>");
    }
}
