package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.TokenMechanism;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens of XEP-0484, byte by byte. */
class FastTest {
    private static final String CLIENT = agent("d4565fa7-4d72-4749-b3d3-740edbf87770");
    private static final String OTHER_CLIENT = agent("aaaaaaaa-4d72-4749-b3d3-740edbf87770");
    private static final String BIND = "<bind xmlns='urn:xmpp:bind:0'/>";

    private final MovableTime time = new MovableTime();
    private RunningServer server;
    private Administrator administrator;
    private Path folder;

    @BeforeEach
    void start(@TempDir Path folder) {
        this.folder = folder;
        server = RunningServer.in(folder, """
                [auth.tokens]
                clients_per_account = 2
                """, time);
        server.account("juliet@localhost").account("romeo@localhost");
        administrator = new Administrator(server);
    }

    @AfterEach
    void stop() {
        administrator.close();
        server.close();
    }

    private static String agent(String id) {
        return "<user-agent id='" + id + "'><software>Messenger</software><device>Balcony</device></user-agent>";
    }

    private static String request(TokenMechanism mechanism) {
        return "<request-token xmlns='urn:xmpp:fast:0' mechanism='" + mechanism.registered() + "'/>";
    }

    private RawClient ready() throws IOException {
        RawClient client = new RawClient(server.tlsPort());
        client.open("localhost").send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").readElement();
        client.encrypt();
        String features = client.features("localhost");
        assertTrue(
                features.contains("<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-EXPR</mechanism>"
                        + "<mechanism>HT-SHA-256-ENDP</mechanism><mechanism>HT-SHA-256-NONE</mechanism></fast>"),
                features);
        return client;
    }

    /** Signs in by password and answers the token. */
    private String token(String user, String agent, TokenMechanism mechanism) throws IOException {
        try (RawClient client = ready()) {
            client.authenticate2(MechanismName.SCRAM_SHA_256, user, "secret", agent + request(mechanism));
            String token = TokenClient.in(client.readElement());
            assertFalse(token.isEmpty());
            return token;
        }
    }

    private String none(String agent) throws IOException {
        return token("juliet", agent, TokenMechanism.HT_SHA_256_NONE);
    }

    private static TokenClient juliet(String token) {
        return new TokenClient(TokenMechanism.HT_SHA_256_NONE, "juliet", token, new byte[0]);
    }

    /** What the server answers to a token without channel binding. */
    private String answer(String token, String fast, String more) throws IOException {
        try (RawClient client = ready()) {
            return client.send(juliet(token).authenticate(fast, more)).readElement();
        }
    }

    private static void assertSuccess(String answer) {
        assertTrue(answer.startsWith("<success xmlns='urn:xmpp:sasl:2'>"), answer);
        assertTrue(answer.contains("<authorization-identifier>juliet@localhost"), answer);
    }

    private static void assertFails(String condition, String answer) {
        assertTrue(answer.startsWith("<failure xmlns='urn:xmpp:sasl:2'><" + condition), answer);
    }

    @ParameterizedTest
    @EnumSource
    void aClientComesBackByItsTokenInOneRoundTrip(TokenMechanism mechanism) throws IOException {
        String token = token("juliet", CLIENT, mechanism);
        try (RawClient client = ready()) {
            TokenClient ht = new TokenClient(mechanism, "juliet", token, client.channel(mechanism));
            String success = client.send(ht.authenticate("", CLIENT + BIND)).readElement();
            assertSuccess(success);
            assertTrue(success.contains("<bound "), success);
            assertTrue(success.contains("<additional-data>" + ht.serversProof() + "</additional-data>"), success);
            assertEquals("", TokenClient.in(success), "it is not old yet");
            client.readElement();
            client.send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertTrue(client.readUntil("/>").contains("type='result'"));
        }
        String listed = administrator.ask(
                "{ token { listTokens(user: \"juliet@localhost\") { mechanism client software device lastUsed } } }");
        assertTrue(listed.contains(mechanism.registered()) && listed.contains("Messenger"), listed);
        assertFalse(listed.contains(token) || listed.contains("null"), listed);
    }

    @Test
    void theWrongHashFails() throws IOException {
        none(CLIENT);
        assertFails("not-authorized", answer("not the token", "", CLIENT));
    }

    @Test
    void aTokenIsGoodForItsOwnClientUserAndMechanismAlone() throws IOException {
        String token = none(CLIENT);
        none(OTHER_CLIENT);
        assertFails("not-authorized", answer(token, "", OTHER_CLIENT));
        try (RawClient client = ready()) {
            TokenClient romeo = new TokenClient(TokenMechanism.HT_SHA_256_NONE, "romeo", token, new byte[0]);
            assertFails("not-authorized", client.send(romeo.authenticate("", CLIENT)).readElement());
            TokenClient bound = new TokenClient(
                    TokenMechanism.HT_SHA_256_ENDP,
                    "juliet",
                    token,
                    client.channel(TokenMechanism.HT_SHA_256_ENDP));
            assertFails("not-authorized", client.send(bound.authenticate("", CLIENT)).readElement());
        }
        assertSuccess(answer(token, "", CLIENT));
    }

    @Test
    void aBoundTokenDoesNotWorkOnAnotherChannel() throws IOException {
        String token = token("juliet", CLIENT, TokenMechanism.HT_SHA_256_EXPR);
        byte[] elsewhere;
        try (RawClient client = ready()) {
            elsewhere = client.channel(TokenMechanism.HT_SHA_256_EXPR);
        }
        try (RawClient client = ready()) {
            TokenClient relayed = new TokenClient(TokenMechanism.HT_SHA_256_EXPR, "juliet", token, elsewhere);
            assertFails("not-authorized", client.send(relayed.authenticate("", CLIENT)).readElement());
        }
    }

    @Test
    void whoLeavesOutItsIdOrFastIsTold() throws IOException {
        String token = none(CLIENT);
        assertFails("malformed-request", answer(token, "", ""));
        assertFails("malformed-request", answer(token, " count='many'", CLIENT));
        try (RawClient client = ready()) {
            String without = juliet(token).authenticate("", CLIENT).replace("<fast xmlns='urn:xmpp:fast:0'/>", "");
            assertFails("malformed-request", client.send(without).readElement());
        }
    }

    @Test
    void whoHasNoIdGetsNoToken() throws IOException {
        try (RawClient client = ready()) {
            client.authenticate2(
                    MechanismName.SCRAM_SHA_256, "juliet", "secret", request(TokenMechanism.HT_SHA_256_NONE));
            String success = client.readElement();
            assertSuccess(success);
            assertEquals("", TokenClient.in(success));
        }
    }

    @Test
    void whoFailsToSignInGetsNoToken() throws IOException {
        try (RawClient client = ready()) {
            client.authenticate2(
                    MechanismName.SCRAM_SHA_256,
                    "juliet",
                    "wrong",
                    CLIENT + request(TokenMechanism.HT_SHA_256_NONE));
            assertFails("not-authorized", client.readElement());
        }
        assertEquals(0, revoked("juliet"));
    }

    /** How many tokens an administrator has taken. */
    private int revoked(String user) {
        return count(administrator.ask(
                "mutation { token { revokeTokens(user: \"" + user + "@localhost\") { count } } }"));
    }

    private static int count(String answer) {
        Matcher matcher = Pattern.compile("\"count\":([0-9]+)").matcher(answer);
        assertTrue(matcher.find(), answer);
        return Integer.parseInt(matcher.group(1));
    }

    @Test
    void aCountThatWasUsedIsAReplay() throws IOException {
        String token = none(CLIENT);
        assertSuccess(answer(token, " count='5'", CLIENT));
        assertFails("not-authorized", answer(token, " count='5'", CLIENT));
        assertFails("not-authorized", answer(token, " count='4'", CLIENT));
        assertSuccess(answer(token, " count='6'", CLIENT));
    }

    @Test
    void aTokenEnds() throws IOException {
        String token = none(CLIENT);
        time.forward(Duration.ofDays(30));
        assertFails("credentials-expired", answer(token, "", CLIENT));
    }

    @Test
    void anOldTokenIsReplacedAndGoodUntilTheNewOneIsUsed() throws IOException {
        String first = none(CLIENT);
        time.forward(Duration.ofDays(1));
        String answer = answer(first, "", CLIENT);
        assertSuccess(answer);
        String lost = TokenClient.in(answer);
        assertNotEquals(first, lost);
        answer = answer(first, "", CLIENT);
        assertSuccess(answer);
        String second = TokenClient.in(answer);
        assertFails("not-authorized", answer(lost, "", CLIENT));
        assertSuccess(answer(first, "", CLIENT).replaceAll("<token .*?/>", ""));
        String third = TokenClient.in(answer(first, "", CLIENT));
        assertFails("not-authorized", answer(second, "", CLIENT));
        assertSuccess(answer(third, "", CLIENT));
        assertFails("not-authorized", answer(first, "", CLIENT));
        assertSuccess(answer(third, "", CLIENT));
    }

    @Test
    void aClientMayLogOut() throws IOException {
        String token = none(CLIENT);
        String other = none(OTHER_CLIENT);
        time.forward(Duration.ofDays(2));
        String answer = answer(token, " invalidate='true'", CLIENT);
        assertSuccess(answer);
        assertEquals("", TokenClient.in(answer));
        assertFails("not-authorized", answer(token, "", CLIENT));
        assertSuccess(answer(other, "", OTHER_CLIENT));
    }

    @Test
    void aNewPasswordRevokesAllTokens() throws IOException {
        String token = none(CLIENT);
        server.server().accounts().changePassword(Jid.parse("juliet@localhost"), "another");
        assertFails("not-authorized", answer(token, "", CLIENT));
    }

    @Test
    void aRemovedAccountLeavesNoTokenToItsSuccessor() throws IOException {
        String token = none(CLIENT);
        server.server().accounts().remove(Jid.parse("juliet@localhost"));
        assertFails("not-authorized", answer(token, "", CLIENT));
        server.account("juliet@localhost");
        assertFails("not-authorized", answer(token, "", CLIENT));
    }

    @Test
    void aBlockedUserDoesNotComeInByToken() throws IOException {
        String token = none(CLIENT);
        administrator.change("blocklist { addUser(user: \"juliet@localhost\", reason: \"Spam\") }");
        assertFails("account-disabled", answer(token, "", CLIENT + BIND + request(TokenMechanism.HT_SHA_256_NONE)));
        administrator.change("blocklist { removeUser(user: \"juliet@localhost\") }");
        assertSuccess(answer(token, "", CLIENT));
    }

    @Test
    void theClientThatWasAwayLongestLosesItsToken() throws IOException {
        String first = none(CLIENT);
        time.forward(Duration.ofHours(2));
        String second = none(OTHER_CLIENT);
        time.forward(Duration.ofHours(2));
        assertSuccess(answer(first, "", CLIENT));
        time.forward(Duration.ofHours(2));
        none(agent("third"));
        assertFails("not-authorized", answer(second, "", OTHER_CLIENT));
        assertSuccess(answer(first, "", CLIENT));
    }

    @Test
    void anAdministratorRevokesThem() throws IOException {
        String first = none(CLIENT);
        String second = none(OTHER_CLIENT);
        assertEquals(
                1,
                count(administrator.ask("mutation { token { revokeTokens(user: \"juliet@localhost\","
                        + " client: \"d4565fa7-4d72-4749-b3d3-740edbf87770\") { count } } }")));
        assertFails("not-authorized", answer(first, "", CLIENT));
        assertSuccess(answer(second, "", OTHER_CLIENT));
        assertEquals(1, revoked("juliet"));
        assertFails("not-authorized", answer(second, "", OTHER_CLIENT));
    }

    @Test
    void tokensOutliveTheServer() throws IOException {
        String token = none(CLIENT);
        administrator.close();
        server.restart();
        administrator = new Administrator(server);
        assertSuccess(answer(token, "", CLIENT));
    }

    @Test
    void theDatabaseHoldsNoToken() throws IOException {
        String token = none(CLIENT);
        server.close();
        try (var files = Files.walk(folder.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains(token), file.toString());
            }
        }
    }

    @Test
    void tokensCanBeTurnedOff() throws IOException {
        String token = none(CLIENT);
        server.reconfigure("""
                [auth.tokens]
                enabled = false
                """);
        try (RawClient client = new RawClient(server.tlsPort())) {
            client.open("localhost").send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").readElement();
            client.encrypt();
            assertFalse(client.features("localhost").contains("urn:xmpp:fast:0"));
            assertFails("invalid-mechanism", client.send(juliet(token).authenticate("", CLIENT)).readElement());
        }
    }
}
