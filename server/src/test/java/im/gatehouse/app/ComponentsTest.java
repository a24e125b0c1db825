package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ConfigException;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that stand for domains (XEP-0114), on a running server. */
@Timeout(120)
class ComponentsTest {
    private static final String DOMAIN = "irc.localhost";
    private static final String SECRET = "schön geheim";
    private static final String CONFIG = """
            [listen.component]
            port = 0
            [components."irc.localhost"]
            secret = "schön geheim"
            name = "IRC"
            [components."hidden.localhost"]
            secret = "other"
            listed = false
            """;

    private final MovableTime time = new MovableTime();
    private RunningServer running;
    private RawClient alice;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        running = RunningServer.in(folder, CONFIG, time).account("alice@localhost").account("bob@localhost");
        alice = new RawClient(running.plainPort()).signIn("alice", "desk");
    }

    @AfterEach
    void stop() throws IOException {
        alice.close();
        running.close();
    }

    private RawComponent irc() throws IOException {
        return RawComponent.connect(running, DOMAIN, SECRET);
    }

    @Test
    void whatUsersAndComponentsSayReachesEachOther() throws IOException {
        try (RawComponent irc = irc()) {
            alice.send("<message to='#java@irc.localhost/x' id='m' type='chat'><body>hello &amp; welcome</body></message>");
            String heard = irc.wire().readUntil("</message>");
            assertTrue(heard.startsWith("<message to='#java@irc.localhost/x' from='alice@localhost/desk'"), heard);
            assertTrue(heard.contains("<body>hello &amp; welcome</body>"), heard);
            irc.wire().send("<message from='#java@irc.localhost/duke' to='alice@localhost/desk' type='chat'>"
                    + "<body>hello</body><x xmlns='jabber:x:oob'><url>u</url></x></message>");
            heard = alice.readUntil("</message>");
            assertTrue(heard.contains("from='#java@irc.localhost/duke'"), heard);
            assertTrue(heard.contains("<body>hello</body><x xmlns='jabber:x:oob'><url>u</url></x>"), heard);
            assertFalse(heard.contains("component"), heard);
        }
    }

    @Test
    void itAsksTheServerAndIsAnswered() throws IOException {
        try (RawComponent irc = irc()) {
            irc.wire().send("<iq from='irc.localhost' to='localhost' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
            String pong = irc.wire().readUntil(">");
            assertTrue(pong.contains("to='irc.localhost'") && pong.contains("type='result'"), pong);
        }
    }

    @Test
    void whoAsksOneThatIsAwayIsToldToWait() throws IOException {
        askAndBeRefused();
        irc().close();
        try (RawComponent irc = connectAgain()) {
            alice.send("<iq to='irc.localhost' type='get' id='q'><query xmlns='jabber:iq:version'/></iq>");
            assertTrue(irc.wire().readUntil("</iq>").contains("id='q'"));
        }
    }

    /** The server may not have noticed yet that the one before has gone. */
    private RawComponent connectAgain() throws IOException {
        while (true) {
            RawComponent irc = new RawComponent(running, DOMAIN).shakeHands(SECRET);
            String answer = irc.wire().readUntil(">");
            if (answer.equals("<handshake/>")) {
                return irc;
            }
            irc.close();
        }
    }

    private void askAndBeRefused() throws IOException {
        alice.send("<iq to='irc.localhost' type='get' id='q'><query xmlns='jabber:iq:version'/></iq>");
        String refusal = alice.readUntil("</iq>");
        assertTrue(refusal.contains("<error type='wait'><remote-server-timeout "), refusal);
        alice.send("<presence to='irc.localhost' type='unavailable'/>"
                + "<message to='x@irc.localhost' type='error'/>"
                + "<message to='x@irc.localhost' id='m'><body>there?</body></message>");
        refusal = alice.readUntil("</message>");
        assertTrue(refusal.contains("id='m'") && refusal.contains("<remote-server-timeout "), refusal);
    }

    @Test
    void aWrongSecretIsRefusedAndSoIsWhoeverSaysSomethingElseFirst() throws IOException {
        try (RawComponent irc = new RawComponent(running, DOMAIN).shakeHands("wrong")) {
            assertTrue(irc.wire().readToEnd().contains("<not-authorized "));
        }
        try (RawComponent irc = new RawComponent(running, DOMAIN)) {
            irc.wire().send("<message from='irc.localhost' to='alice@localhost/desk'><body>in</body></message>");
            assertTrue(irc.wire().readToEnd().contains("<not-authorized "));
        }
        try (RawComponent hidden = new RawComponent(running, "hidden.localhost").shakeHands(SECRET)) {
            assertTrue(hidden.wire().readToEnd().contains("<not-authorized "));
        }
    }

    @Test
    void theProofMayBeWrittenInCapitals() throws IOException {
        try (RawComponent irc = new RawComponent(running, DOMAIN)) {
            irc.wire().send("<handshake>" + irc.proof(SECRET).toUpperCase(Locale.ROOT) + "</handshake>");
            irc.wire().readUntil("<handshake/>");
        }
    }

    @Test
    void aDomainThatIsNotConfiguredIsUnknown() throws IOException {
        try (RawComponent other = new RawComponent(running, "localhost")) {
            assertTrue(other.wire().readToEnd().contains("<host-unknown "));
        }
    }

    @Test
    void clientsAreNoComponents() throws IOException {
        int port = running.server().componentAddress().orElseThrow().getPort();
        try (RawClient client = new RawClient(port)) {
            client.send("<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='localhost' "
                    + "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>");
            assertTrue(client.readToEnd().contains("<invalid-namespace "));
        }
    }

    @Test
    void oneAtATimeStandsForADomain() throws IOException {
        try (RawComponent irc = irc();
                RawComponent second = new RawComponent(running, DOMAIN).shakeHands(SECRET)) {
            assertTrue(second.wire().readToEnd().contains("<conflict "));
            irc.wire().send("<message from='irc.localhost' to='alice@localhost/desk'><body>still me</body></message>");
            assertTrue(alice.readUntil("</message>").contains("still me"));
        }
    }

    @Test
    void nobodySendsInTheNameOfAnother() throws IOException {
        for (String from : new String[] {"from='bob@localhost'", "from='localhost'", "from='hidden.localhost'", ""}) {
            try (RawComponent irc = connectAgain()) {
                irc.wire().send("<message " + from + " to='alice@localhost/desk'><body>forged</body></message>");
                assertTrue(irc.wire().readToEnd().contains("<invalid-from "), from);
            }
        }
        try (RawComponent irc = connectAgain()) {
            irc.wire().send("<message from='irc.localhost'><body>to nobody</body></message>");
            assertTrue(irc.wire().readToEnd().contains("<improper-addressing "));
        }
    }

    @Test
    void whatOnlyTheServerVouchesForIsTakenOutButForItsOwnDomain() throws IOException {
        try (RawComponent irc = irc()) {
            irc.wire().send("<message from='#java@irc.localhost/duke' to='alice@localhost/desk' type='chat'>"
                    + "<delay xmlns='urn:xmpp:delay' from='localhost' stamp='2001-01-01T00:00:00Z'/>"
                    + "<delay xmlns='urn:xmpp:delay' from='#java@irc.localhost' stamp='2002-01-01T00:00:00Z'/>"
                    + "<stanza-id xmlns='urn:xmpp:sid:0' by='bob@localhost' id='forged'/>"
                    + "<sent xmlns='urn:xmpp:carbons:2'/>"
                    + "<body>old</body></message>");
            String heard = alice.readUntil("</message>");
            assertFalse(heard.contains("2001-01-01") || heard.contains("forged") || heard.contains("carbons"), heard);
            assertTrue(heard.contains("2002-01-01"), heard);
        }
    }

    @Test
    void theyStandInTheListOfServices() throws IOException {
        alice.send("<iq to='localhost' type='get' id='items'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
        String items = alice.readUntil("</iq>");
        assertTrue(items.contains("<item jid='irc.localhost' name='IRC'/>"), items);
        assertFalse(items.contains("hidden"), items);
        alice.send("<iq to='second.test' type='get' id='items'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
        items = alice.readUntil("</iq>");
        assertFalse(items.contains("irc.localhost"), items);
    }

    @Test
    void whatIsNoXmlEndsTheStreamAndWhatIsNoStanzaToo() throws IOException {
        try (RawComponent irc = irc()) {
            irc.wire().send("<!-- -->");
            assertTrue(irc.wire().readToEnd().contains("<restricted-xml "));
        }
        try (RawComponent irc = connectAgain()) {
            irc.wire().send("<hello/>");
            assertTrue(irc.wire().readToEnd().contains("<unsupported-stanza-type "));
        }
        try (RawComponent irc = connectAgain()) {
            irc.wire().send("<iq type='get' from='irc.localhost' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertTrue(irc.wire().readUntil("</iq>").contains("<bad-request "));
        }
    }

    @Test
    void whoDoesNotShakeHandsInTimeIsLetGo() throws IOException {
        try (RawComponent irc = new RawComponent(running, DOMAIN)) {
            time.forward(Duration.ofSeconds(31));
            assertTrue(irc.wire().readToEnd().contains("<connection-timeout "));
        }
    }

    @Test
    void oneThatDoesNotReadIsLetGoAndItsUsersAreTold() throws IOException {
        String large = "x".repeat(100_000);
        try (RawComponent irc = irc()) {
            assertTrue(irc.proof(SECRET).length() == 40);
            String refusal = "";
            for (int i = 0; !refusal.contains("<remote-server-timeout "); i++) {
                assertTrue(i < 2_000, "a component that does not read costs ever more");
                alice.send("<message to='irc.localhost' id='m" + i + "'><body>" + large + "</body></message>"
                        + "<iq type='get' id='r" + i + "' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
                refusal = alice.readUntil("id='r" + i + "'");
            }
        }
    }

    @Test
    void theyAreToldWhenTheServerStops() throws IOException {
        try (RawComponent irc = irc()) {
            running.server().close();
            assertTrue(irc.wire().readToEnd().contains("<system-shutdown "));
        }
    }

    @Test
    void wrongConfigurationIsToldWithItsKey(@TempDir Path folder) {
        ConfigException refused = assertThrows(
                ConfigException.class, () -> RunningServer.in(folder, "[components.\"localhost\"]\nsecret = \"\"\n"));
        assertEquals(2, refused.problems().size(), refused.getMessage());
        StartException taken = assertThrows(
                StartException.class,
                () -> RunningServer.in(folder, "[components.\"conference.localhost\"]\nsecret = \"s\"\n"));
        assertTrue(taken.getMessage().contains("conference.localhost"), taken.getMessage());
    }
}
