package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client whose user does not look hears what matters, and the rest later (XEP-0352). */
@Timeout(120)
class ClientStateTest {
    private static final String PING = "<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>";

    @TempDir
    private Path folder;

    private RunningServer running;

    @BeforeEach
    void start() {
        running = RunningServer.in(folder).account("alice@localhost").account("bob@localhost");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private RawClient online(String user, String resource) throws IOException {
        RawClient client = new RawClient(running.plainPort()).signIn(user, resource);
        client.send("<presence/>");
        client.readUntil("<presence");
        client.readUntil(">");
        return client;
    }

    /** Says something and waits until it has been handled. */
    private static void say(RawClient client, String what) throws IOException {
        client.send(what + PING);
        client.readUntil("id='p'");
        client.readUntil("/>");
    }

    @Test
    void whatCanWaitComesWithWhatCannotAndOnlyTheLastOfIt() throws IOException {
        try (RawClient phone = online("alice", "phone");
                RawClient bob = online("bob", "two")) {
            say(phone, "<inactive xmlns='urn:xmpp:csi:0'/>");
            String to = "to='alice@localhost/phone'";
            say(bob, "<presence " + to + "><status>first</status></presence>"
                    + "<presence " + to + "><status>second</status></presence>"
                    + "<message " + to + " type='chat'><composing xmlns='http://jabber.org/protocol/chatstates'/>"
                    + "</message><message " + to + " type='chat'><body>hello</body></message>");
            String heard = phone.readUntil("<body>hello</body>");
            assertFalse(heard.contains("first"), heard);
            assertTrue(heard.indexOf("second") < heard.indexOf("composing"), heard);
            say(bob, "<presence " + to + "><status>third</status></presence>");
            phone.send("<active xmlns='urn:xmpp:csi:0'/>" + PING);
            assertTrue(phone.readUntil("id='p'").contains("third"));
        }
    }

    @Test
    void aClientThatComesBackCountsAsActive() throws IOException {
        try (RawClient phone = online("alice", "phone");
                RawClient bob = online("bob", "two")) {
            phone.send("<enable xmlns='urn:xmpp:sm:3' resume='1'/><inactive xmlns='urn:xmpp:csi:0'/>");
            String enabled = phone.readElement();
            String id = enabled.replaceAll("(?s).* id=.([0-9a-f]+).*", "$1");
            say(phone, "");
            say(bob, "<presence to='alice@localhost/phone'><status>first</status></presence>");
            try (RawClient again = new RawClient(running.plainPort()).open("localhost")) {
                again.authenticate("alice", "secret");
                again.readElement();
                again.open("localhost");
                again.send("<resume xmlns='urn:xmpp:sm:3' previd='" + id + "' h='1'/>");
                assertTrue(again.readElement().startsWith("<resumed "));
                assertTrue(again.readUntil("</presence>").contains("<status>first</status>"));
                say(bob, "<presence to='alice@localhost/phone'><status>second</status></presence>");
                assertEquals(-1, again.readUntil("<status>second</status>").indexOf("first"));
            }
        }
    }
}
