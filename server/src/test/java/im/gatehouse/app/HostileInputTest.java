package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers and broken clients may throw at the door; a user who is inside notices nothing. */
class HostileInputTest {
    private final MovableTime time = new MovableTime();
    private RunningServer running;
    private RawClient bystander;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        running = RunningServer.in(folder, "", time).account("alice@localhost").account("bob@localhost");
        bystander = new RawClient(running.plainPort()).signIn("bob", "calm");
    }

    @AfterEach
    void theBystanderNoticedNothing() throws IOException {
        try (RunningServer server = running;
                RawClient calm = bystander) {
            calm.send("<message to='bob@localhost/calm' id='still'><body>still here</body></message>");
            String heard = calm.readUntil("</message>");
            assertTrue(heard.startsWith("<message") && heard.contains("still here"), heard);
            assertTrue(server.server().isReady());
        }
    }

    @Test
    void anHttpRequestGetsAStreamErrorAndNoMore() throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            String heard = client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").readToEnd();
            assertStreamError(heard, "not-well-formed");
        }
    }

    @Test
    void randomBytesGetAStreamError() throws IOException {
        byte[] noise = new byte[4096];
        new Random(7).nextBytes(noise);
        try (RawClient client = new RawClient(running.plainPort())) {
            String heard = client.sendBravely(noise).readToEnd();
            assertTrue(heard.contains("<stream:error"), heard);
        }
    }

    @Test
    void aDoctypeIsRestrictedXml() throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            String heard = client.send("<?xml version='1.0'?><!DOCTYPE foo [<!ENTITY a 'b'>]>").readToEnd();
            assertStreamError(heard, "restricted-xml");
        }
    }

    @Test
    void aStanzaOfTenMegabytesIsRefusedWhileItComes() throws IOException {
        byte[] chunk = new byte[1 << 20];
        Arrays.fill(chunk, (byte) 'x');
        try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "big")) {
            client.send("<message to='bob@localhost'><body>");
            for (int i = 0; i < 10; i++) {
                client.sendBravely(chunk);
            }
            String heard = client.readToEnd();
            assertStreamError(heard, "policy-violation");
            assertTrue(heard.contains("<stanza-too-big xmlns='urn:xmpp:errors'/>"), heard);
        }
    }

    @Test
    void beforeSignInEightKibibytesAreEnough() throws IOException {
        byte[] spaces = new byte[9000];
        Arrays.fill(spaces, (byte) ' ');
        try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            assertStreamError(client.sendBravely(spaces).readToEnd(), "policy-violation");
        }
    }

    @Test
    void beforeSignInThirtyTwoElementsInAllAreEnough() throws IOException {
        String auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='NONE'>" + "<a/>".repeat(12) + "</auth>";
        try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            String heard = client.send(auth.repeat(3)).readToEnd();
            assertStreamError(heard, "policy-violation");
            assertTrue(heard.contains("<stanza-too-big xmlns='urn:xmpp:errors'/>"), heard);
        }
    }

    @Test
    void whatComesBehindTheRequestForTlsIsNeverProcessed() throws IOException {
        String auth = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biws</auth>";
        try (RawClient client = new RawClient(running.tlsPort()).open("localhost")) {
            client.send(auth + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" + auth.repeat(6));
            client.readUntil("</failure>");
            client.readUntil("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
            client.encrypt()
                    .send("<stream:stream xmlns='jabber:client' to='localhost' "
                            + "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
            String heard = client.readUntil("</stream:features>");
            assertTrue(heard.startsWith("<?xml"), heard);
        }
    }

    @Test
    void badUtf8IsNotWellFormed() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "utf8")) {
            client.send("<message to='bob@localhost'><body>").send(new byte[] {(byte) 0xC0, (byte) 0xAF});
            assertStreamError(client.readToEnd(), "not-well-formed");
        }
    }

    @Test
    void twentyThousandAttributesAreTooMany() throws IOException {
        StringBuilder stanza = new StringBuilder("<message");
        for (int i = 0; i < 20_000; i++) {
            stanza.append(" a").append(i).append("=''");
        }
        try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "attributes")) {
            client.sendBravely(stanza.append("/>").toString().getBytes(StandardCharsets.UTF_8));
            assertStreamError(client.readToEnd(), "policy-violation");
        }
    }

    @Test
    void aStanzaBeforeSignInIsNotAuthorized() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            String heard = client.send("<message to='bob@localhost'><body>hi</body></message>").readToEnd();
            assertStreamError(heard, "not-authorized");
        }
    }

    @Test
    void anUnknownHostIsSaidToBeUnknown() throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            client.send("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                    + "to='elsewhere.test' version='1.0'>");
            assertStreamError(client.readToEnd(), "host-unknown");
        }
    }

    @Test
    void somebodyElsesAddressAsSenderEndsTheStream() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).signIn("alice", "forger")) {
            client.send("<message from='bob@localhost' to='bob@localhost/calm'><body>forged</body></message>");
            assertStreamError(client.readToEnd(), "invalid-from");
        }
    }

    @Test
    void whoDoesNotSignInWithinThirtySecondsIsSentAway() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            time.forward(Duration.ofSeconds(31));
            assertStreamError(client.readToEnd(), "connection-timeout");
        }
    }

    @Test
    void signInBeforeTlsIsRefusedWhereTlsIsRequired() throws IOException {
        try (RawClient client = new RawClient(running.tlsPort())) {
            client.send("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                    + "to='localhost' version='1.0'>");
            String features = client.readUntil("</stream:features>");
            assertTrue(features.contains("<required/>"), features);
            assertFalse(features.contains("mechanisms"), features);
            client.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biws</auth>");
            assertTrue(client.readUntil("</failure>").contains("<encryption-required/>"));
        }
    }

    @Test
    void fiveWrongPasswordsEndTheStream() throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
            for (int i = 0; i < 5; i++) {
                client.authenticate("alice", "wrong");
                assertTrue(client.readUntil("</failure>").contains("<not-authorized/>"));
            }
            assertStreamError(client.readToEnd(), "policy-violation");
        }
    }

    private static void assertStreamError(String heard, String condition) {
        assertTrue(heard.contains("<stream:error"), heard);
        assertTrue(heard.contains('<' + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"), heard);
        assertTrue(heard.endsWith("</stream:stream>"), heard);
    }
}
