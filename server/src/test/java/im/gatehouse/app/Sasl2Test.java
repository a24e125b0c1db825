package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.InlineFeature;
import im.gatehouse.stream.InlineResumption;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.xml.Element;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sign-in by XEP-0388 and binding by XEP-0386, byte by byte. */
class Sasl2Test {
    private static final String ALLOW_PLAIN = """
            mechanisms = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"]
            [limits]
            sessions_per_account = 3
            [modules.mod_mam]
            """;
    private static final String SASL2 = "urn:xmpp:sasl:2";
    private static final String CLIENT_A = "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'>"
            + "<software>AwesomeXMPP</software><device>Kiva's Phone</device></user-agent>";
    private static final String CLIENT_B = CLIENT_A.replace("d4565fa7", "aaaaaaaa");
    private static final String STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    private static final Pattern IDENTITY =
            Pattern.compile("<authorization-identifier>(.*)</authorization-identifier>");

    private RunningServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = RunningServer.in(folder, ALLOW_PLAIN);
        server.account("juliet@localhost").account("romeo@localhost");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient encrypted() throws IOException {
        RawClient client = new RawClient(server.tlsPort());
        client.open("localhost").send(STARTTLS).readElement();
        return client.encrypt();
    }

    private RawClient ready() throws IOException {
        return encrypted().open("localhost");
    }

    private static String bind(String content) {
        return "<bind xmlns='urn:xmpp:bind:0'>" + content + "</bind>";
    }

    private static String tag(String tag) {
        return "<tag>" + tag + "</tag>";
    }

    private static RawClient signIn(RawClient client, String more) throws IOException {
        return client.authenticate2(MechanismName.SCRAM_SHA_256, "juliet", "secret", more);
    }

    /** Reads success and the features behind it. */
    private static String success(RawClient client) throws IOException {
        String success = client.readElement();
        assertTrue(success.startsWith("<success xmlns='" + SASL2 + "'>"), success);
        String features = client.readElement();
        assertTrue(features.startsWith("<stream:features"), features);
        return success;
    }

    private static String identity(String success) {
        Matcher matcher = IDENTITY.matcher(success);
        assertTrue(matcher.find(), success);
        return matcher.group(1);
    }

    private static String failure(String condition) {
        return "<failure xmlns='" + SASL2 + "'><" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
    }

    private static void assertFails(String condition, RawClient client) throws IOException {
        String answer = client.readElement();
        assertTrue(answer.startsWith(failure(condition)), answer);
    }

    private static void assertWorks(RawClient client) throws IOException {
        client.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        String pong = client.readUntil("/>");
        assertTrue(pong.contains("id='p'") && pong.contains("type='result'"), pong);
    }

    private static String plain(String authorizationId, String password) {
        String message = authorizationId + "\0juliet\0" + password;
        return "<authenticate xmlns='" + SASL2 + "' mechanism='PLAIN'><initial-response>"
                + Base64.getEncoder().encodeToString(message.getBytes(StandardCharsets.UTF_8))
                + "</initial-response></authenticate>";
    }

    // --- the offer ---

    @Test
    void bothProfilesAreOfferedInsideTlsAndOnlyTheOldOneOutside() throws IOException {
        try (RawClient client = new RawClient(server.plainPort())) {
            String features = client.features("localhost");
            assertTrue(features.contains("<mechanisms "), features);
            assertFalse(features.contains(SASL2), features);
            client.send(plain("", "secret"));
            assertFails("encryption-required", client);
        }
        try (RawClient client = encrypted()) {
            String features = client.features("localhost");
            assertTrue(features.contains("<mechanisms "), features);
            String offer = "<authentication xmlns='urn:xmpp:sasl:2'>"
                    + "<mechanism>SCRAM-SHA-256-PLUS</mechanism><mechanism>SCRAM-SHA-256</mechanism>"
                    + "<mechanism>PLAIN</mechanism><inline><bind xmlns='urn:xmpp:bind:0'";
            assertTrue(features.contains(offer), features);
            assertTrue(
                    features.contains("<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>"
                            + "<channel-binding type='tls-exporter'/><channel-binding type='tls-server-end-point'/>"
                            + "</sasl-channel-binding>"),
                    features);
        }
    }

    @Test
    void theOfferIsTheSameWhateverTheHeaderSaysOfTheClient() throws IOException {
        String[] offers = new String[3];
        String[] headers = {"", " from='juliet@localhost'", " from='nobody@localhost'"};
        for (int i = 0; i < headers.length; i++) {
            try (RawClient client = encrypted()) {
                String answer = header(client, headers[i]);
                offers[i] = answer.substring(answer.indexOf("<stream:features"));
            }
        }
        assertEquals(offers[0], offers[1]);
        assertEquals(offers[0], offers[2]);
    }

    private static String header(RawClient client, String from) throws IOException {
        client.send("<stream:stream xmlns='jabber:client' to='localhost' version='1.0'" + from
                + " xmlns:stream='http://etherx.jabber.org/streams'>");
        return client.readUntil("</stream:features>");
    }

    @Test
    void encryptionComesFirst() throws IOException {
        try (RawClient client = new RawClient(server.tlsPort())) {
            client.open("localhost").send(plain("", "secret"));
            assertFails("encryption-required", client);
        }
    }

    @Test
    void theOperatorMayAllowItWithoutTls(@TempDir Path folder) throws IOException {
        try (RunningServer other = RunningServer.in(folder, "sasl2_without_tls = true\n")) {
            other.account("juliet@localhost");
            try (RawClient client = new RawClient(other.plainPort())) {
                assertTrue(client.features("localhost").contains(SASL2));
                assertEquals("juliet@localhost", identity(success(signIn(client, ""))));
            }
        }
    }

    /** XEP-0474: what the client was offered, the server tells again where nobody can change it. */
    @Test
    void scramTellsTheHashOfTheOffer() throws Exception {
        try (RawClient client = encrypted()) {
            String features = client.features("localhost");
            String ours = features.substring(features.indexOf(SASL2), features.indexOf("</authentication>"));
            String alone = ours.replaceAll("<inline.*</inline>", ""); // where tokens name mechanisms of their own
            String offer = all("<mechanism>([^<]*)</mechanism>", alone)
                    + '\u001f' + all("<channel-binding type='([^']*)'", features);
            client.send("<authenticate xmlns='" + SASL2 + "' mechanism='SCRAM-SHA-256'><initial-response>"
                    + base64("n,,n=juliet,r=abc") + "</initial-response></authenticate>");
            String challenge = client.readElement();
            String data = challenge.substring(challenge.indexOf('>') + 1, challenge.indexOf("</"));
            String serverFirst = new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(offer.getBytes(StandardCharsets.US_ASCII));
            assertTrue(serverFirst.endsWith(",h=" + Base64.getEncoder().encodeToString(hash)), serverFirst);
        }
    }

    private static String all(String pattern, String text) {
        return Pattern.compile(pattern).matcher(text).results()
                .map(found -> found.group(1))
                .sorted()
                .collect(Collectors.joining("\u001e"));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    // --- the exchange ---

    @Test
    void aClientMaySignInHereAndBindInTheOldWayOnTheSameStream() throws IOException {
        try (RawClient client = ready()) {
            signIn(client, "");
            String success = client.readElement();
            assertTrue(success.contains("<additional-data>"), success);
            assertEquals("juliet@localhost", identity(success));
            String features = client.readElement();
            assertTrue(features.contains("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"), features);
            assertFalse(features.contains("mechanism"), features);
            client.send("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                    + "<resource>here</resource></bind></iq>");
            assertTrue(client.readUntil("</iq>").contains("<jid>juliet@localhost/here</jid>"));
            assertWorks(client);
        }
    }

    @Test
    void everythingMayBeSentAtOnce() throws IOException {
        try (RawClient client = encrypted()) {
            client.send("<stream:stream xmlns='jabber:client' to='localhost' version='1.0'"
                    + " xmlns:stream='http://etherx.jabber.org/streams'>"
                    + plain("", "secret").replace("</authenticate>", bind("") + "</authenticate>")
                    + "<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            client.readUntil("</stream:features>");
            assertTrue(identity(success(client)).startsWith("juliet@localhost/"));
            String pong = client.readUntil("/>");
            assertTrue(pong.contains("id='p'") && pong.contains("type='result'"), pong);
        }
    }

    @Test
    void whoSendsNoFirstMessageIsInvitedToSpeak() throws IOException {
        try (RawClient client = ready()) {
            client.send("<authenticate xmlns='" + SASL2 + "' mechanism='PLAIN'/>");
            assertEquals("<challenge xmlns='" + SASL2 + "'/>", client.readElement());
            client.send("<response xmlns='" + SASL2 + "'>" + base64("\0juliet\0secret") + "</response>");
            assertEquals("juliet@localhost", identity(success(client)));
        }
    }

    @Test
    void failuresAreToldInTheWordsOfSasl() throws IOException {
        try (RawClient client = ready()) {
            client.send(plain("", "wrong"));
            assertFails("not-authorized", client);
            client.send(plain("", "secret").replace("PLAIN", "SCRAM-SHA-1"));
            assertFails("invalid-mechanism", client);
            client.send("<authenticate xmlns='" + SASL2
                    + "' mechanism='PLAIN'><initial-response>a_b</initial-response></authenticate>");
            assertFails("incorrect-encoding", client);
            client.send("<response xmlns='" + SASL2 + "'>AAAA</response>");
            assertFails("malformed-request", client);
            client.send(plain("", "secret"));
            assertEquals("juliet@localhost", identity(success(client)));
        }
    }

    @Test
    void whatStandsTwiceIsNotGuessedAt() throws IOException {
        String once = "</initial-response>";
        String[] twice = {
            once + "<initial-response>AA==</initial-response>",
            once + bind("") + bind(tag("b")),
            once + CLIENT_A + CLIENT_B,
            once + "<resume xmlns='urn:xmpp:sm:3' previd='a' h='0'/><resume xmlns='urn:xmpp:sm:3' previd='b' h='0'/>"
        };
        try (RawClient client = ready()) {
            for (String more : twice) {
                client.send(plain("", "secret").replace(once, more));
                assertFails("malformed-request", client);
            }
            client.send(plain("", "secret"));
            assertEquals("juliet@localhost", identity(success(client)));
        }
    }

    @Test
    void theFifthFailureOfEitherProfileEndsTheStream() throws IOException {
        try (RawClient client = ready()) {
            for (int i = 0; i < 2; i++) {
                client.authenticate(MechanismName.PLAIN, "nobody" + i, "wrong").readElement();
                client.send(plain("", "wrong").replace("PLAIN", "NONE")).readElement();
            }
            client.send(plain("", "wrong"));
            assertFails("not-authorized", client);
            assertTrue(client.readToEnd().contains("<policy-violation"));
        }
    }

    @Test
    void anAbortedAttemptMayBeFollowedByAnother() throws IOException {
        try (RawClient client = ready()) {
            client.send("<authenticate xmlns='" + SASL2 + "' mechanism='PLAIN'/>").readElement();
            client.send("<abort xmlns='" + SASL2 + "'><text>never mind</text></abort>");
            assertFails("aborted", client);
            assertEquals("juliet@localhost", identity(success(signIn(client, ""))));
        }
    }

    @Test
    void nothingElseMayComeWhileAnAttemptIsUnderWay() throws IOException {
        String[] intruders = {
            "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>",
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + base64("\0juliet\0secret")
                    + "</auth>",
            plain("", "secret"),
            "<next xmlns='" + SASL2 + "' task='X'/>"
        };
        for (String intruder : intruders) {
            try (RawClient client = ready()) {
                client.send("<authenticate xmlns='" + SASL2 + "' mechanism='PLAIN'/>").readElement();
                client.send(intruder);
                String end = client.readToEnd();
                assertTrue(end.startsWith("<stream:error") && end.contains("<policy-violation"), end);
            }
        }
    }

    @Test
    void aResponseOfOneProfileDoesNotGoOnWithAnAttemptOfTheOther() throws IOException {
        try (RawClient client = ready()) {
            client.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>").readElement();
            client.send("<response xmlns='" + SASL2 + "'>" + base64("\0juliet\0secret") + "</response>");
            assertFails("malformed-request", client);
        }
    }

    @Test
    void thereIsNoSecondSignIn() throws IOException {
        for (String more : new String[] {"", bind("")}) {
            try (RawClient client = ready()) {
                success(signIn(client, more));
                client.send(plain("", "secret"));
                String end = client.readToEnd();
                assertTrue(end.startsWith("<stream:error") && end.contains("<policy-violation"), end);
            }
        }
    }

    @Test
    void whoNamesItselfInTheHeaderCannotActAsSomebodyElse() throws IOException {
        try (RawClient client = encrypted()) {
            header(client, " from='romeo@localhost'");
            client.send(plain("juliet@localhost", "secret"));
            assertFails("invalid-authzid", client);
        }
        try (RawClient client = encrypted()) {
            header(client, " from='juliet@localhost'");
            client.send(plain("juliet@localhost", "secret"));
            assertEquals("juliet@localhost", identity(success(client)));
        }
        try (RawClient client = ready()) {
            client.send(plain("romeo@localhost", "secret"));
            assertFails("invalid-authzid", client);
        }
    }

    @Test
    void aUserAgentOfAnySizeIsBounded() throws IOException {
        try (RawClient client = ready()) {
            signIn(client, CLIENT_A.replace("d4565fa7", "d".repeat(60)));
            assertFails("malformed-request", client);
            signIn(client, CLIENT_A.replace("AwesomeXMPP", "x".repeat(2000)));
            assertEquals("juliet@localhost", identity(success(client)));
        }
        try (RawClient client = ready()) {
            String large = "<authenticate xmlns='" + SASL2 + "' mechanism='PLAIN'>"
                    + CLIENT_A.replace("AwesomeXMPP", "x".repeat(20_000)) + "</authenticate>";
            client.sendBravely(large.getBytes(StandardCharsets.UTF_8));
            assertTrue(client.readToEnd().contains("<policy-violation"));
        }
    }

    // --- binding ---

    @Test
    void theResourceIsTheTagWithSomethingOfTheServers() throws IOException {
        try (RawClient client = ready()) {
            String success = success(signIn(client, bind(tag("AwesomeXMPP"))));
            assertTrue(identity(success).matches("juliet@localhost/AwesomeXMPP/[A-Za-z0-9_-]{12}"), success);
            assertTrue(success.contains("<bound xmlns='urn:xmpp:bind:0'"), success);
            assertWorks(client);
        }
        try (RawClient client = ready()) {
            String success = success(signIn(client, bind(tag("x".repeat(1500)))));
            assertTrue(identity(success).matches("juliet@localhost/[A-Za-z0-9_-]{12}"), success);
        }
    }

    @Test
    void theFeaturesBehindSuccessOfferNoBindingToWhoHasBound() throws IOException {
        try (RawClient client = ready()) {
            signIn(client, bind(""));
            client.readElement();
            String features = client.readElement();
            assertFalse(features.contains("bind"), features);
        }
    }

    @Test
    void theFeaturesBehindSuccessTellWhoHasBoundWhatElseThereIs() throws IOException {
        try (RawClient client = ready(); RawClient managed = ready()) {
            signIn(client, bind("")).readElement();
            String features = client.readElement();
            assertTrue(features.contains("<ver xmlns='urn:xmpp:features:rosterver'/>"), features);
            assertTrue(features.contains("<sub xmlns='urn:xmpp:features:pre-approval'/>"), features);
            assertTrue(features.contains("<sm xmlns='urn:xmpp:sm:3'/>"), features);

            signIn(managed, bind("<enable xmlns='urn:xmpp:sm:3'/>")).readElement();
            features = managed.readElement();
            assertTrue(features.contains("rosterver") && !features.contains("urn:xmpp:sm:3"), features);
        }
    }

    @Test
    void aClientComesBackToItsResourceAndItsOlderSessionEnds() throws IOException {
        try (RawClient older = ready(); RawClient newer = ready()) {
            String first = identity(success(signIn(older, CLIENT_A + bind(tag("a")))));
            String second = identity(success(signIn(newer, CLIENT_A + bind(tag("a")))));
            assertEquals(first, second);
            assertTrue(older.readToEnd().contains("<conflict"));
            assertWorks(newer);
        }
    }

    @Test
    void onlySessionsOfTheSameClientEnd() throws IOException {
        try (RawClient older = ready(); RawClient other = ready(); RawClient newer = ready()) {
            String first = identity(success(signIn(older, CLIENT_A + bind(tag("a")))));
            String foreign = identity(success(signIn(other, CLIENT_B + bind(tag("a")))));
            assertNotEquals(first, foreign);
            assertNotEquals(first, identity(success(signIn(newer, CLIENT_A + bind(tag("b"))))));
            assertTrue(older.readToEnd().contains("<conflict"));
            assertWorks(other);
            assertWorks(newer);
        }
    }

    @Test
    void whoHasTooManySessionsIsToldSoAndStaysSignedIn() throws IOException {
        try (RawClient a = ready(); RawClient b = ready(); RawClient c = ready(); RawClient d = ready()) {
            for (RawClient client : Arrays.asList(a, b, c)) {
                success(signIn(client, bind("")));
            }
            String success = success(signIn(d, bind("")));
            assertEquals("juliet@localhost", identity(success));
            assertTrue(success.contains("<failed xmlns='urn:xmpp:bind:0'>"), success);
            assertTrue(success.contains("<resource-constraint"), success);
            assertFalse(success.contains("<bound"), success);
        }
    }

    @Test
    void carbonsComeFromTheFirstMomentOn() throws IOException {
        try (RawClient asking = encrypted(); RawClient other = ready()) {
            assertTrue(asking.features("localhost").contains("<feature var='urn:xmpp:carbons:2'/>"));
            success(signIn(asking, bind("<enable xmlns='urn:xmpp:carbons:2'/>")));
            String sender = identity(success(signIn(other, bind(""))));
            other.send("<message type='chat' to='romeo@localhost'><body>hello</body></message>");
            String copy = asking.readUntil("</sent>");
            assertTrue(copy.contains("urn:xmpp:carbons:2") && copy.contains("from='" + sender + "'"), copy);
        }
    }

    @Test
    void theSessionBeginsWithHowFarTheArchiveGoes() throws IOException {
        try (RawClient client = ready()) {
            String success = success(signIn(client, bind("")));
            assertTrue(success.contains("<metadata xmlns='urn:xmpp:mam:2'/>"), success);
            client.send("<message type='chat' to='romeo@localhost'><body>hello</body></message>");
            assertWorks(client);
        }
        try (RawClient client = ready()) {
            String success = success(signIn(client, bind("")));
            assertTrue(success.contains("<metadata xmlns='urn:xmpp:mam:2'><start id='"), success);
        }
    }

    // --- what modules add ---

    /** Answers what it is asked with the session's address. */
    private record Echo(@Nullable String announced) implements InlineFeature {
        @Override
        public boolean takes(Element request) {
            return request.namespace().equals("urn:echo");
        }

        @Override
        public @Nullable Element begin(@Nullable Element request, Session session, ClientStream stream) {
            if (request != null && request.name().equals("break")) {
                throw new IllegalStateException("as the test wants it");
            }
            String asked = request == null ? "unasked" : request.name();
            return Element.of(asked, "urn:echo", session.jid().resource());
        }
    }

    @Test
    void aFeatureIsAnnouncedAndTurnedOnForWhoAsks() throws IOException {
        Runnable undo = server.server().streamFeatures().inline().add(new Echo("urn:echo"));
        try (RawClient client = encrypted()) {
            String features = client.features("localhost");
            assertTrue(
                    features.contains("<bind xmlns='urn:xmpp:bind:0'><inline>")
                            && features.contains("<feature var='urn:echo'/>"),
                    features);
            String success = success(signIn(client, bind("<enable xmlns='urn:echo'/>")));
            String resource = Jid.parse(identity(success)).resource();
            assertTrue(success.contains("<enable xmlns='urn:echo'>" + resource + "</enable>"), success);
        }
        try (RawClient client = ready()) {
            assertFalse(success(signIn(client, bind(""))).contains("urn:echo"), "not asked for");
        }
        undo.run();
        try (RawClient client = encrypted()) {
            assertFalse(client.features("localhost").contains("urn:echo"));
        }
    }

    @Test
    void aFeatureThatNeedsNoAskingIsToldToEverybody() throws IOException {
        server.server().streamFeatures().inline().add(new Echo(null));
        try (RawClient client = ready()) {
            String success = success(signIn(client, bind("")));
            assertTrue(success.contains("<unasked xmlns='urn:echo'>"), success);
        }
    }

    @Test
    void aFeatureThatFailsTakesNothingElseWithIt() throws IOException {
        server.server().streamFeatures().inline().add(new Echo("urn:echo"));
        try (RawClient client = ready()) {
            String success = success(signIn(client, bind("<break xmlns='urn:echo'/>")));
            assertTrue(success.contains("<bound"), success);
            assertFalse(success.contains("urn:echo"), success);
            assertWorks(client);
        }
    }

    private record Resuming(boolean found) implements InlineResumption {
        @Override
        public Element offer() {
            return Element.of("resume", "urn:resuming");
        }

        @Override
        public boolean takes(Element request) {
            return request.is("resume", "urn:resuming");
        }

        @Override
        public Outcome resume(Element request, ClientStream stream) {
            Jid full = Jid.parse(stream.account() + "/back");
            return found
                    ? new Outcome.Resumed(
                            full,
                            Element.of("resumed", "urn:resuming"),
                            () -> stream.send(Element.of("missed", "urn:resuming")))
                    : new Outcome.NotResumed(Element.of("failed", "urn:resuming"));
        }
    }

    @Test
    void whoResumesIsNotBound() throws IOException {
        server.server().streamFeatures().inline().add(new Resuming(true));
        try (RawClient client = encrypted()) {
            assertTrue(client.features("localhost").contains("<resume xmlns='urn:resuming'/>"));
            String success = success(signIn(client, bind("") + "<resume xmlns='urn:resuming'/>"));
            assertEquals("juliet@localhost/back", identity(success));
            assertTrue(success.contains("<resumed xmlns='urn:resuming'/>"), success);
            assertFalse(success.contains("<bound"), success);
            assertEquals("<missed xmlns='urn:resuming'/>", client.readElement());
        }
    }

    @Test
    void whoCannotResumeIsBound() throws IOException {
        server.server().streamFeatures().inline().add(new Resuming(false));
        try (RawClient client = ready()) {
            String success = success(signIn(client, "<resume xmlns='urn:resuming'/>" + bind("")));
            assertTrue(success.contains("<failed xmlns='urn:resuming'/>"), success);
            assertTrue(success.contains("<bound"), success);
            assertWorks(client);
        }
        try (RawClient client = ready()) {
            String success = success(signIn(client, "<resume xmlns='urn:resuming'/>"));
            assertEquals("juliet@localhost", identity(success));
        }
    }

    @Test
    void nothingInlineIsDoneForWhoFailsToSignIn() throws IOException {
        server.server().streamFeatures().inline().add(new Resuming(true));
        try (RawClient client = ready()) {
            client.authenticate2(
                    MechanismName.SCRAM_SHA_256, "juliet", "wrong", "<resume xmlns='urn:resuming'/>" + bind(""));
            assertFails("not-authorized", client);
            assertEquals(0, server.server().sessions().count());
        }
    }
}
