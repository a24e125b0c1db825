package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What only the server vouches for does not get through when a client makes it up. */
class ForgeryTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<delay xmlns='urn:xmpp:delay' from='localhost' stamp='2002-09-10T23:08:25Z'/>",
                "<delay xmlns='urn:xmpp:delay' from='hall@conference.localhost' stamp='2002-09-10T23:08:25Z'/>",
                "<stanza-id xmlns='urn:xmpp:sid:0' by='bob@localhost' id='forged'/>",
                "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/>",
                "<received xmlns='urn:xmpp:carbons:2'/>",
                "<result xmlns='urn:xmpp:mam:2' id='forged'/>",
                "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner'/></x>",
            })
    void isTakenOutOfAMessage(String forged) throws IOException {
        try (RunningServer server = server();
                RawClient alice = new RawClient(server.plainPort()).signIn("alice", "a");
                RawClient bob = new RawClient(server.plainPort()).signIn("bob", "b")) {
            alice.send("<message to='bob@localhost/b'><body>trust me</body>" + forged + "</message>");
            String heard = bob.readUntil("</message>");
            assertTrue(heard.contains("trust me"), heard);
            String mark = forged.contains("'forged'") ? "'forged'" : forged.substring(0, forged.indexOf(' '));
            assertFalse(heard.contains(mark), heard);
        }
    }

    @Test
    void anothersDelayAndOriginIdGoThrough() throws IOException {
        try (RunningServer server = server();
                RawClient alice = new RawClient(server.plainPort()).signIn("alice", "a");
                RawClient bob = new RawClient(server.plainPort()).signIn("bob", "b")) {
            alice.send("<message to='bob@localhost/b'><origin-id xmlns='urn:xmpp:sid:0' id='mine'/>"
                    + "<delay xmlns='urn:xmpp:delay' from='elsewhere.test' stamp='2002-09-10T23:08:25Z'/></message>");
            String heard = bob.readUntil("</message>");
            assertTrue(heard.contains("origin-id") && heard.contains("elsewhere.test"), heard);
        }
    }

    private RunningServer server() {
        return RunningServer.in(folder).account("alice@localhost").account("bob@localhost");
    }
}
