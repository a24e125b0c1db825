package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guests: who comes in without an account (XEP-0175). */
class AnonymousTest {
    private static final String HOST = "second.test";
    private static final Pattern ADDRESS = Pattern.compile("guest-[0-9a-f]{32}@second\\.test/[^<]*");

    private RunningServer server;
    private Path folder;

    @BeforeEach
    void start(@TempDir Path folder) {
        this.folder = folder;
        server = RunningServer.in(folder, """
                sasl2_without_tls = true
                anonymous_hosts = ["second.test"]
                [modules.mod_register]
                [modules.mod_muc]
                host = "rooms.@HOST@"
                """);
        server.account("juliet@localhost");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient guest() throws IOException {
        RawClient client = new RawClient(server.plainPort());
        client.open(HOST).send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>");
        assertTrue(client.readElement().startsWith("<success"));
        client.open(HOST).send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>");
        return client;
    }

    /** Reads the address that a guest was given. */
    private static Jid address(RawClient client) throws IOException {
        String bound = client.readElement();
        Matcher matcher = ADDRESS.matcher(bound);
        assertTrue(matcher.find(), bound);
        return Jid.parse(matcher.group());
    }

    @Test
    void aHostOfGuestsOffersNothingElseAndOthersOfferIt() throws IOException {
        try (RawClient client = new RawClient(server.plainPort())) {
            String features = client.features(HOST);
            assertEquals(2, features.split("<mechanism>", -1).length - 1, features);
            assertEquals(2, features.split("<mechanism>ANONYMOUS</mechanism>", -1).length - 1, features);
            assertFalse(features.contains("<register "), features);
            assertFalse(features.contains("<fast ") || features.contains("<upgrade "), features);
        }
        try (RawClient client = new RawClient(server.plainPort())) {
            String features = client.features("localhost");
            assertFalse(features.contains("ANONYMOUS"), features);
            assertTrue(features.contains("<register xmlns='http://jabber.org/features/iq-register'/>"), features);
            client.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>");
            assertTrue(client.readElement().contains("<invalid-mechanism/>"));
        }
    }

    @Test
    void everyGuestIsSomebodyNewWhateverTheySay() throws IOException {
        try (RawClient one = guest(); RawClient two = new RawClient(server.plainPort())) {
            Jid first = address(one);
            two.open(HOST).send("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='ANONYMOUS'>"
                    + "<initial-response>anVsaWV0QGxvY2FsaG9zdA==</initial-response>"
                    + "<bind xmlns='urn:xmpp:bind:0'/></authenticate>");
            Jid second = address(two);
            assertNotEquals(first.local(), second.local());
        }
    }

    @Test
    void guestsSpeakWithEachOtherAndInRooms() throws IOException {
        try (RawClient one = guest(); RawClient two = guest()) {
            Jid first = address(one);
            Jid second = address(two);
            one.send("<message type='chat' to='" + second + "'><body>hello</body></message>");
            assertTrue(two.readUntil("</message>").contains("from='" + first + "'"));
            one.send("<presence to='hall@rooms.second.test/one'>"
                    + "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
            assertTrue(one.readUntil("</presence>").contains("from='hall@rooms.second.test/one'"));
        }
    }

    @Test
    void guestsReachNoOtherHost() throws IOException {
        try (RawClient client = guest()) {
            address(client);
            for (String other :
                    new String[] {"juliet@localhost", "localhost", "hall@rooms.localhost", "elsewhere.test"}) {
                client.send("<message type='chat' to='" + other + "' id='m'><body>hello</body></message>");
                String answer = client.readUntil("</message>");
                assertTrue(answer.contains("type='error'") && answer.contains("<forbidden"), answer);
            }
        }
    }

    @Test
    void guestsLeaveNothingBehind() throws IOException {
        String[] requests = {
            "<query xmlns='jabber:iq:roster'><item jid='a@second.test'/></query>",
            "<vCard xmlns='vcard-temp'><FN>A guest</FN></vCard>",
            "<query xmlns='jabber:iq:private'><x xmlns='urn:x'/></query>",
            "<query xmlns='jabber:iq:register'><username>guest</username><password>x</password></query>"
        };
        Jid first;
        try (RawClient client = guest(); RawClient other = guest()) {
            first = address(client);
            Jid second = address(other);
            for (String request : requests) {
                client.send("<iq type='set' id='s'>" + request + "</iq>");
                String answer = client.readUntil("</iq>");
                assertTrue(answer.contains("<not-allowed"), answer);
            }
            client.send("<presence type='subscribe' to='" + second.bare() + "'/>");
            assertTrue(client.readUntil("</presence>").contains("<not-allowed"));
            client.send("<presence/><message type='chat' to='" + second + "'><body>hello</body></message>");
            other.readUntil("</message>");
            client.send("</stream:stream>").readToEnd();
            other.send("<message type='chat' to='" + first.bare() + "'><body>are you there?</body></message>");
            assertTrue(other.readUntil("</message>").contains("<service-unavailable"));
        }
        server.close();
        assertNothingStoredOf(first);
    }

    private void assertNothingStoredOf(Jid guest) {
        Path file = folder.resolve("data/gatehouse.sqlite");
        try (Database database = Database.open(new StorageSettings("jdbc:sqlite:" + file, null, null, 1))) {
            for (String table : database.read(db -> db.select(DSL.field("name", String.class))
                    .from("sqlite_master")
                    .where("type = 'table'")
                    .fetch(row -> row.value1()))) {
                String rows = database.read(db -> db.select().from(DSL.name(table)).fetch().formatCSV());
                assertFalse(rows.contains(guest.local()), table);
            }
        }
    }

    @Test
    void aHostOfGuestsHasNoAccounts() throws IOException {
        try (Administrator administrator = new Administrator(server)) {
            String answer = administrator.ask(
                    "mutation { account { registerUser(domain: \"second.test\", username: \"x\", password: \"y\")"
                            + " { jid } } }");
            assertTrue(answer.contains("domain_not_found"), answer);
        }
    }

    @Test
    void anAdministratorSeesGuestsAndEndsTheirSessions() throws IOException {
        try (Administrator administrator = new Administrator(server);
                RawClient client = guest()) {
            Jid guest = address(client);
            String listed = administrator.ask("{ session { listSessions(domain: \"second.test\") { user } } }");
            assertTrue(listed.contains(guest.local()), listed);
            administrator.ask("mutation { session { kickUser(user: \"" + guest.bare() + "\") { kicked } } }");
            assertTrue(client.readToEnd().contains("<conflict"));
        }
    }

    @Test
    void aBlockedHostLetsNoGuestIn() throws IOException {
        try (Administrator administrator = new Administrator(server)) {
            String answer = administrator.ask(
                    "mutation { blocklist { addBlock(target: \"second.test\", reason: \"Closed\") { __typename } } }");
            assertFalse(answer.contains("errors"), answer);
            for (String knock : new String[] {
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>",
                "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='ANONYMOUS'/>"
            }) {
                try (RawClient client = new RawClient(server.plainPort())) {
                    assertTrue(client.open(HOST).send(knock).readElement().contains("<account-disabled"));
                }
            }
        }
    }
}
