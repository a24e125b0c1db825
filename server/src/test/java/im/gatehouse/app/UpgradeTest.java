package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.account.AccountLine;
import im.gatehouse.jid.Jid;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.TokenMechanism;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts learn a newer mechanism from their clients (XEP-0480). */
class UpgradeTest {
    private static final String SASL2 = "urn:xmpp:sasl:2";
    private static final String TASK = "UPGR-SCRAM-SHA-512";
    private static final String ASK = "<upgrade xmlns='urn:xmpp:sasl:upgrade:0'>" + TASK + "</upgrade>";
    private static final String NEXT = "<next xmlns='" + SASL2 + "' task='" + TASK + "'/>";
    private static final String CLIENT = "<user-agent id='phone'/>";
    private static final Pattern SALT =
            Pattern.compile("<salt xmlns='urn:xmpp:scram-upgrade:0' iterations='([0-9]+)'>([^<]*)</salt>");

    private RunningServer server;

    @BeforeEach
    void start(@TempDir Path folder) {
        server = RunningServer.in(folder, """
                upgrades = true
                mechanisms = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1"]
                """);
        server.server().accounts().importAll(
                List.of(new AccountLine(1, "localhost", "juliet", "secret")).iterator(), _ -> {});
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient ready() throws IOException {
        RawClient client = new RawClient(server.tlsPort());
        client.open("localhost").send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>").readElement();
        client.encrypt();
        assertTrue(client.features("localhost").contains(ASK));
        return client;
    }

    private static String signIn(RawClient client, MechanismName mechanism, String more) throws IOException {
        return client.authenticate2(mechanism, "juliet", "secret", more).readElement();
    }

    private static String data(byte[] salted) {
        return "<task-data xmlns='" + SASL2 + "'><hash xmlns='urn:xmpp:scram-upgrade:0'>"
                + Base64.getEncoder().encodeToString(salted) + "</hash></task-data>";
    }

    private static byte[] salted(String taskData, String password) {
        Matcher matcher = SALT.matcher(taskData);
        assertTrue(matcher.find(), taskData);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
                    .generateSecret(new PBEKeySpec(
                            password.toCharArray(),
                            Base64.getDecoder().decode(matcher.group(2)),
                            Integer.parseInt(matcher.group(1)),
                            512))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private long missing() {
        return server.server().accounts().countToUpgrade("localhost");
    }

    @Test
    void anImportedAccountIsUpgradedAtItsNextSignIn() throws IOException {
        assertEquals(1, missing());
        try (RawClient client = ready()) {
            String failure = signIn(client, MechanismName.SCRAM_SHA_512, "");
            assertTrue(failure.contains("<not-authorized"), failure);
            String task = signIn(client, MechanismName.SCRAM_SHA_256, ASK + "<bind xmlns='urn:xmpp:bind:0'/>");
            assertTrue(task.startsWith("<continue xmlns='" + SASL2 + "'><additional-data>"), task);
            assertTrue(task.endsWith("<tasks><task>" + TASK + "</task></tasks></continue>"), task);
            String taskData = client.send(NEXT).readElement();
            String success = client.send(data(salted(taskData, "secret"))).readElement();
            assertTrue(success.contains("<authorization-identifier>juliet@localhost/"), success);
            assertFalse(success.contains("additional-data"), success);
        }
        assertEquals(0, missing());
        try (RawClient client = ready()) {
            String success = signIn(client, MechanismName.SCRAM_SHA_512, ASK);
            assertTrue(success.startsWith("<success"), success);
        }
        try (RawClient client = ready()) {
            assertTrue(signIn(client, MechanismName.SCRAM_SHA_1, "").startsWith("<success"));
        }
    }

    @Test
    void aNewAccountNeedsNoUpgrade() throws IOException {
        server.account("romeo@localhost");
        try (RawClient client = ready()) {
            client.authenticate2(MechanismName.SCRAM_SHA_512, "romeo", "secret", ASK);
            assertTrue(client.readElement().startsWith("<success"));
        }
        assertEquals(1, missing());
    }

    @Test
    void whatIsNoHashFailsAndNothingIsStored() throws IOException {
        try (RawClient client = ready()) {
            signIn(client, MechanismName.SCRAM_SHA_256, ASK);
            client.send(NEXT).readElement();
            assertTrue(client.send(data(new byte[32])).readElement().contains("<malformed-request"));
            signIn(client, MechanismName.SCRAM_SHA_256, ASK);
            assertTrue(client.send(NEXT.replace("512", "256")).readElement().contains("<malformed-request"));
            signIn(client, MechanismName.SCRAM_SHA_256, ASK);
            assertTrue(client.send("<abort xmlns='" + SASL2 + "'/>").readElement().contains("<aborted"));
        }
        assertEquals(1, missing());
        assertEquals(0, server.server().sessions().count());
    }

    @Test
    void nothingElseMayComeInTheMiddleOfATask() throws IOException {
        for (String intruder : new String[] {data(new byte[64]), "<presence/>", "<response xmlns='" + SASL2 + "'/>"}) {
            try (RawClient client = ready()) {
                signIn(client, MechanismName.SCRAM_SHA_256, ASK);
                assertTrue(client.send(intruder).readToEnd().contains("<policy-violation"));
            }
        }
    }

    @Test
    void aPasswordThatChangesMeanwhileWins() throws IOException {
        try (RawClient client = ready()) {
            signIn(client, MechanismName.SCRAM_SHA_256, ASK);
            String taskData = client.send(NEXT).readElement();
            server.server().accounts().changePassword(Jid.parse("juliet@localhost"), "another");
            client.send(data(salted(taskData, "secret"))).readElement();
        }
        try (RawClient client = ready()) {
            assertTrue(signIn(client, MechanismName.SCRAM_SHA_512, "").contains("<not-authorized"));
            client.authenticate2(MechanismName.SCRAM_SHA_512, "juliet", "another", "");
            assertTrue(client.readElement().startsWith("<success"));
        }
    }

    /** Whoever has a token alone could make a password of their own choice by that. */
    @Test
    void whoHasNotShownThePasswordMayNotUpgrade() throws IOException {
        String token;
        try (RawClient client = ready()) {
            token = TokenClient.in(signIn(
                    client,
                    MechanismName.SCRAM_SHA_256,
                    CLIENT + "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-NONE'/>"));
        }
        try (RawClient client = ready()) {
            TokenClient ht = new TokenClient(TokenMechanism.HT_SHA_256_NONE, "juliet", token, new byte[0]);
            String answer = client.send(ht.authenticate("", CLIENT + ASK)).readElement();
            assertTrue(answer.startsWith("<success"), answer);
        }
        assertEquals(1, missing());
    }
}
