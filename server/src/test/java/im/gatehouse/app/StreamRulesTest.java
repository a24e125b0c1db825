package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What RFC 6120 says of streams (section 4), of binding (section 7) and of stanzas (section 8), at the edges. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StreamRulesTest {
    private static final String STREAM = "xmlns:stream='http://etherx.jabber.org/streams'";

    private RunningServer running;

    @BeforeAll
    void start(@TempDir Path folder) {
        running = RunningServer.in(folder).account("alice@localhost").account("bob@localhost");
    }

    @AfterAll
    void stop() {
        running.close();
    }

    // --- the header (sections 4.7 and 4.8) ---

    @TestFactory
    Stream<DynamicTest> aHeaderThatIsWrongEndsTheStream() {
        return rows("""
                <stream:stream xmlns='jabber:client' STREAM version='1.0'> | improper-addressing
                <stream:stream xmlns='jabber:client' STREAM version='1.0' to='@'> | improper-addressing
                <stream:stream xmlns='jabber:client' STREAM version='1.0' to='elsewhere.test'> | host-unknown
                <stream:stream xmlns='jabber:client' STREAM to='localhost'> | unsupported-version
                <stream:stream xmlns='jabber:client' STREAM to='localhost' version='0.9'> | unsupported-version
                <stream:stream xmlns='jabber:client' STREAM to='localhost' version='one'> | unsupported-version
                <stream:stream xmlns='jabber:server' STREAM to='localhost' version='1.0'> | invalid-namespace
                <stream:stream STREAM to='localhost' version='1.0'> | invalid-namespace
                <stream:stream xmlns='jabber:client' xmlns:stream='urn:x' to='localhost' version='1.0'> | invalid-namespace
                <stream:flow xmlns='jabber:client' STREAM to='localhost' version='1.0'> | bad-format
                <message xmlns='jabber:client'/> | bad-format
                <!-- hello --> | restricted-xml
                <?hello there?> | restricted-xml
                """)
                .map(row -> DynamicTest.dynamicTest(row[0], () -> {
                    try (RawClient client = new RawClient(running.plainPort())) {
                        String heard = client.send(row[0].replace("STREAM", STREAM)).readToEnd();
                        assertTrue(heard.contains("<stream:stream "), heard);
                        assertTrue(heard.contains(" from='localhost'"), heard);
                        assertFalse(heard.contains("<stream:error xmlns:stream="), heard);
                        assertStreamError(heard, row[1]);
                    }
                }));
    }

    @Test
    void theServersHeaderSaysWhoItIsToWhomAndUnderWhichId() throws IOException {
        try (RawClient client = new RawClient(running.plainPort());
                RawClient other = new RawClient(running.plainPort())) {
            String header = "<stream:stream xmlns='jabber:client' " + STREAM
                    + " to='localhost' from='alice@localhost/garden' version='1.0' xml:lang='de'>";
            String heard = client.send(header).readUntil("</stream:features>");
            assertTrue(heard.contains(" from='localhost'"), heard);
            assertTrue(heard.contains(" to='alice@localhost'"), heard);
            assertTrue(heard.contains(" version='1.0'"), heard);
            assertTrue(heard.contains(" xml:lang='en'"), heard);
            assertTrue(heard.contains("<stream:features><"), heard);
            assertFalse(id(heard).isEmpty());
            assertFalse(id(heard).equals(id(other.features("localhost"))));
        }
    }

    private static String id(String header) {
        return header.replaceFirst("(?s).* id='([^']*)'.*", "$1");
    }

    @Test
    void aHigherVersionIsAnsweredWithOurs() throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            client.send("<stream:stream xmlns='jabber:client' " + STREAM + " to='localhost' version='1.9'>");
            assertTrue(client.readUntil("</stream:features>").contains(" version='1.0'"));
        }
    }

    // --- what comes on a stream (sections 4.4, 4.9 and 11) ---

    @TestFactory
    Stream<DynamicTest> whatMayNotStandInAStreamEndsIt() {
        return rows("""
                hello | bad-format
                <message to='bob@localhost'><body>hi</message> | not-well-formed
                <message to='bob@localhost' to='alice@localhost'/> | not-well-formed
                <message to='bob@localhost'><x:y/></message> | *
                <message to='bob@localhost'><!-- psst --></message> | restricted-xml
                <message to='bob@localhost'><body>&other;</body></message> | *
                <message xmlns='jabber:server' to='bob@localhost'/> | unsupported-stanza-type
                <query xmlns='jabber:client'/> | unsupported-stanza-type
                <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AA==</auth> | *
                <message from='bob@localhost' to='bob@localhost'/> | invalid-from
                <message from='alice@localhost/other' to='bob@localhost'/> | invalid-from
                <message from='localhost' to='bob@localhost'/> | invalid-from
                """)
                .map(row -> DynamicTest.dynamicTest(row[0], () -> {
                    try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "edge")) {
                        String heard = client.send(row[0]).readToEnd();
                        assertTrue(heard.startsWith("<stream:error"), heard);
                        if (!row[1].equals("*")) {
                            assertStreamError(heard, row[1]);
                        }
                        assertTrue(heard.endsWith("</stream:stream>"), heard);
                    }
                }));
    }

    @Test
    void tlsThatCannotBeginAnyMoreEndsTheStream() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "late")) {
            String heard = client.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").readToEnd();
            assertEquals("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>", heard);
        }
    }

    @Test
    void whoClosesTheStreamIsAnsweredInKind() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "polite")) {
            assertEquals("</stream:stream>", client.send("</stream:stream>").readToEnd());
        }
    }

    @Test
    void aClientThatGivesUpTheStreamIsNotToldOffForIt() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "home")) {
            client.send("<stream:error><undefined-condition xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>");
            assertEquals("</stream:stream>", client.readToEnd());
        }
    }

    @Test
    void whiteSpaceKeepsAStreamAlive() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "patient")) {
            client.send(" \n\t ").send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertTrue(client.readElement().contains(" type='result'"));
        }
    }

    // --- binding (section 7) ---

    @Test
    void aResourceIsMadeUpOrPreparedOrRefused() throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            signInOnly(client);
            bind(client, "<resource>" + "x".repeat(1024) + "</resource>");
            assertTrue(client.readUntil("</iq>").contains("<bad-request "));
            bind(client, "<resource>one</resource><resource>other</resource>");
            assertTrue(client.readUntil("</iq>").contains("<bad-request "));
            bind(client, "<resource/>");
            String made = client.readUntil("</iq>");
            assertTrue(made.matches("(?s).*<jid>alice@localhost/[^<]{8,}</jid>.*"), made);
            bind(client, "<resource>second</resource>");
            String again = client.readUntil("</iq>");
            assertTrue(again.contains(" type='error'"), again);
        }
    }

    @Test
    void whoHasNotBoundMaySayNothing() throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            signInOnly(client);
            assertStreamError(client.send("<presence/>").readToEnd(), "not-authorized");
        }
    }

    private static void signInOnly(RawClient client) throws IOException {
        client.open("localhost").authenticate("alice", "secret");
        client.readUntil("</success>");
        client.open("localhost");
    }

    private static void bind(RawClient client, String content) throws IOException {
        client.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>" + content + "</bind></iq>");
    }

    @Test
    void whoHasSignedInIsNobodyElseOnTheNewStream() throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            client.open("localhost").authenticate("alice", "secret");
            client.readUntil("</success>");
            client.send("<stream:stream xmlns='jabber:client' " + STREAM
                    + " to='localhost' from='bob@localhost' version='1.0'>");
            assertStreamError(client.readToEnd(), "invalid-from");
        }
    }

    // --- stanzas (section 8) ---

    @TestFactory
    Stream<DynamicTest> aStanzaThatIsNoneIsAnsweredWithAnErrorAndTheStreamGoesOn() {
        return rows("""
                <iq type='get'><ping xmlns='urn:xmpp:ping'/></iq> | bad-request
                <iq id='e' type='ask'><ping xmlns='urn:xmpp:ping'/></iq> | bad-request
                <iq id='e'><ping xmlns='urn:xmpp:ping'/></iq> | bad-request
                <iq id='e' type='get'/> | bad-request
                <iq id='e' type='set' to='bob@localhost'/> | bad-request
                <iq id='e' type='get'><ping xmlns='urn:xmpp:ping'/><ping xmlns='urn:xmpp:ping'/></iq> | bad-request
                <iq id='e' type='result'><a xmlns='a'/><b xmlns='b'/></iq> |
                <iq id='e' type='result' to='@'/> |
                <iq id='e' type='get' to='@'><ping xmlns='urn:xmpp:ping'/></iq> | jid-malformed
                <message id='e' to='a@b@c'><body>hi</body></message> | jid-malformed
                <message id='e' type='error' to='a@b@c'/> |
                <presence id='e' type='dancing'/> | bad-request
                <presence id='e' type='subscribe'/> | bad-request
                <presence id='e' to='bob@localhost' type='dancing'/> | bad-request
                """)
                .map(row -> DynamicTest.dynamicTest(row[0], () -> {
                    try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "edge")) {
                        client.send(row[0]).send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
                        String heard = client.readUntil("id='p' type='result'");
                        if (row[1].isEmpty()) {
                            assertFalse(heard.contains("error"), heard);
                        } else {
                            assertTrue(heard.contains(" type='error'") && heard.contains("<" + row[1] + " "), heard);
                            assertEquals(row[0].contains("id='e'"), heard.contains("id='e'"), heard);
                        }
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> whoSendsInTheNameOfOthersIsPutOut() {
        return Stream.of("bob@localhost", "bob@localhost/desk", "localhost", "alice@localhost/other", "@", "")
                .map(from -> DynamicTest.dynamicTest("from '" + from + "'", () -> {
                    try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "edge")) {
                        client.send("<message from='" + from + "' to='bob@localhost'><body>hi</body></message>");
                        assertStreamError(client.readToEnd(), "invalid-from");
                    }
                }));
    }

    @Test
    void aStanzaCarriesItsSenderAndTheLanguageOfItsStream() throws IOException {
        try (RawClient bob = new RawClient(running.plainPort()).signIn("bob", "desk");
                RawClient alice = new RawClient(running.plainPort())) {
            String header = "<stream:stream xmlns='jabber:client' " + STREAM
                    + " to='localhost' version='1.0' xml:lang='de'>";
            alice.open("localhost").authenticate("alice", "secret");
            alice.readUntil("</success>");
            alice.send(header);
            alice.readUntil("</stream:features>");
            bind(alice, "<resource>phone</resource>");
            alice.readUntil("</iq>");

            alice.send("<message from='alice@localhost' to='bob@localhost/desk'><body>hallo</body></message>"
                    + "<message xml:lang='cs' to='bob@localhost/desk'><body>ahoj</body></message>");

            String first = bob.readUntil("</message>");
            assertTrue(first.contains(" from='alice@localhost/phone'"), first);
            assertTrue(first.contains(" xml:lang='de'"), first);
            String second = bob.readUntil("</message>");
            assertTrue(second.contains(" xml:lang='cs'"), second);
        }
    }

    // --- how ---

    private static Stream<String[]> rows(String table) {
        return table.lines()
                .map(line -> Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new));
    }

    private static void assertStreamError(String heard, String condition) {
        assertTrue(heard.contains("<" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'"), heard);
    }
}
