package im.gatehouse.modules.mds;

import static im.gatehouse.modules.pubsub.PubsubTrial.affiliate;
import static im.gatehouse.modules.pubsub.PubsubTrial.create;
import static im.gatehouse.modules.pubsub.PubsubTrial.items;
import static im.gatehouse.modules.pubsub.PubsubTrial.outcome;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.pubsub.PubsubTrial;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MdsModuleTest {
    private static final String NODE = DisplayedMarks.NODE;
    private static final String MARKED =
            "<message to='bob@localhost' id='m'><displayed xmlns='urn:xmpp:chat-markers:0' id='x'/>"
                    + "<displayed xmlns='urn:xmpp:mds:displayed:0'>"
                    + "<stanza-id xmlns='urn:xmpp:sid:0' by='alice@localhost' id='%s'/></displayed></message>";

    @TempDir
    private Path folder;

    private PubsubTrial trial;
    private TestClient alice;
    private TestClient bob;

    @BeforeEach
    void start() {
        trial = new PubsubTrial(folder, "", "alice", "bob");
        trial.befriend("alice", "bob");
        alice = trial.client("alice");
        bob = trial.client("bob");
        bob.send("<presence/>");
        bob.ask("get", "localhost", "<q xmlns='urn:nothing'/>");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private Message heardByBob() {
        while (true) {
            if (bob.next() instanceof Message message && "m".equals(message.id())) {
                return message;
            }
        }
    }

    private Element published() {
        return Objects.requireNonNull(alice.result("get", "", items(NODE)).firstChild());
    }

    @Test
    void aMarkInAMessageIsPublishedAndNotSent() {
        alice.send(MARKED.formatted("s1"));
        alice.send(MARKED.formatted("s2"));
        Message message = heardByBob();
        assertTrue(message.has("displayed", "urn:xmpp:chat-markers:0"));
        assertEquals(1, message.children().size());
        assertEquals(1, heardByBob().children().size());
        assertEquals(1, published().children().size());
        assertEquals("bob@localhost", published().children().getFirst().attribute("id"));
        assertTrue(published().toString().contains("id='s2'"), published().toString());
        assertEquals("not-allowed/closed-node", outcome(bob.ask("get", "alice@localhost", items(NODE))));
    }

    @Test
    void nothingIsPublishedWhereOthersCouldReadIt() {
        assertEquals("ok", outcome(alice.ask("set", "", create(NODE, "access_model", "open"))));
        alice.send(MARKED.formatted("s1"));
        assertEquals(1, heardByBob().children().size());
        assertEquals(0, published().children().size());
    }

    @Test
    void nothingIsPublishedWhereMembersCouldReadIt() {
        assertEquals("ok", outcome(alice.ask("set", "", create(NODE))));
        assertEquals("ok", outcome(alice.ask("set", "", affiliate(NODE, "sam@localhost", "member"))));
        alice.send(MARKED.formatted("s1"));
        assertEquals(1, heardByBob().children().size());
        assertEquals(0, published().children().size());
    }

    @Test
    void theAccountSaysThatItTakesMarks() {
        Element info = alice.result("get", "alice@localhost", "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertTrue(info.toString().contains("urn:xmpp:mds:server-assist:0"), info.toString());
    }
}
