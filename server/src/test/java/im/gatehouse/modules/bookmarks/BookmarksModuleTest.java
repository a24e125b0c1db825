package im.gatehouse.modules.bookmarks;

import static im.gatehouse.modules.pubsub.PubsubTrial.affiliate;
import static im.gatehouse.modules.pubsub.PubsubTrial.create;
import static im.gatehouse.modules.pubsub.PubsubTrial.items;
import static im.gatehouse.modules.pubsub.PubsubTrial.outcome;
import static im.gatehouse.modules.pubsub.PubsubTrial.pubsub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.pubsub.PubsubTrial;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BookmarksModuleTest {
    private static final String OLD = "<storage xmlns='storage:bookmarks'>%s</storage>";
    private static final String PLAY = "<conference name='The Play' autojoin='true' jid='play@rooms.localhost'>"
            + "<nick>JC</nick></conference>";
    private static final String GARDEN = "<conference jid='garden@rooms.localhost'/>";
    private static final String PAGE = "<url name='Page' url='https://example.org/'/>";

    @TempDir
    private Path folder;

    private PubsubTrial trial;
    private TestClient alice;

    @BeforeEach
    void start() {
        trial = new PubsubTrial(folder, "", "alice", "bob");
        alice = trial.client("alice");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private void publish(String room, String content) {
        String publish = "<publish node='urn:xmpp:bookmarks:1'><item id='%s'>%s</item></publish>";
        assertEquals("ok", outcome(alice.ask("set", "", pubsub(publish.formatted(room, content)))));
    }

    private String stored() {
        String query = "<query xmlns='jabber:iq:private'>" + OLD.formatted("") + "</query>";
        return Objects.requireNonNull(alice.result("get", "", query).firstChild()).toString();
    }

    private void store(String content) {
        String query = "<query xmlns='jabber:iq:private'>" + OLD.formatted(content) + "</query>";
        assertEquals("ok", outcome(alice.ask("set", "", query)));
    }

    private String item() {
        Element items = Objects.requireNonNull(
                alice.result("get", "", items("storage:bookmarks")).firstChild());
        return Objects.requireNonNull(Objects.requireNonNull(items.firstChild()).firstChild())
                .toString();
    }

    @Test
    void newBookmarksAreSeenByOlderClients() {
        publish(
                "play@rooms.localhost",
                "<conference xmlns='urn:xmpp:bookmarks:1' name='The Play' autojoin='1'><nick>JC</nick></conference>");
        publish("garden@rooms.localhost", "<conference xmlns='urn:xmpp:bookmarks:1'/>");
        assertEquals(OLD.formatted(PLAY + GARDEN), stored());
        assertEquals(OLD.formatted(PLAY + GARDEN), item());
        assertEquals(
                "service-unavailable",
                outcome(trial.client("bob").ask("get", "alice@localhost", items("storage:bookmarks"))));
    }

    @Test
    void whatOlderClientsStoreChangesTheItemsThatAreDifferent() {
        publish(
                "play@rooms.localhost",
                "<conference xmlns='urn:xmpp:bookmarks:1' name='Play'><extensions><e xmlns='urn:e'/></extensions>"
                        + "</conference>");
        publish("gone@rooms.localhost", "<conference xmlns='urn:xmpp:bookmarks:1'/>");
        store(PLAY + GARDEN + PAGE);
        assertEquals(
                "<items xmlns='http://jabber.org/protocol/pubsub' node='urn:xmpp:bookmarks:1'>"
                        + "<item id='play@rooms.localhost'><conference xmlns='urn:xmpp:bookmarks:1' name='The Play' "
                        + "autojoin='true'><nick>JC</nick><extensions><e xmlns='urn:e'/></extensions></conference>"
                        + "</item>"
                        + "<item id='garden@rooms.localhost'><conference xmlns='urn:xmpp:bookmarks:1'/></item></items>",
                Objects.requireNonNull(alice.result("get", "", items("urn:xmpp:bookmarks:1")).firstChild())
                        .toString());
        assertEquals(OLD.formatted(PAGE + PLAY + GARDEN), stored());
    }

    @Test
    void theNodeOfTheOldKindChangesTheItemsToo() {
        String publish = "<publish node='storage:bookmarks'><item id='current'>%s</item></publish>";
        assertEquals("ok", outcome(alice.ask("set", "", pubsub(publish.formatted(OLD.formatted(PLAY))))));
        assertEquals(OLD.formatted(PLAY), stored());
        assertEquals("ok", outcome(alice.ask("set", "", pubsub(publish.formatted(OLD.formatted(GARDEN))))));
        assertEquals(OLD.formatted(GARDEN), stored());
        assertEquals(OLD.formatted(GARDEN), item());
    }

    @Test
    void whatIsNotTheOwnersAloneIsNotCopied() {
        String open = PubsubTrial.form("node_config", "access_model", "open");
        alice.ask("set", "", pubsub("<create node='urn:xmpp:bookmarks:1'/><configure>" + open + "</configure>"));
        store(PLAY);
        assertEquals("item-not-found", outcome(alice.ask("get", "", items("storage:bookmarks"))));
    }

    @Test
    void whatMembersOfTheNodeMayReadIsNotCopied() {
        String member = affiliate("storage:bookmarks", "bob@localhost", "member");
        assertEquals("ok", outcome(alice.ask("set", "", create("storage:bookmarks"))));
        assertEquals("ok", outcome(alice.ask("set", "", member)));
        publish(
                "play@rooms.localhost",
                "<conference xmlns='urn:xmpp:bookmarks:1'><password>secret</password></conference>");
        Element seen = Objects.requireNonNull(trial.client("bob")
                .result("get", "alice@localhost", items("storage:bookmarks"))
                .firstChild());
        assertEquals(0, seen.children().size());
        assertEquals("ok", outcome(alice.ask("set", "", member.replace("'member'", "'outcast'"))));
        publish("garden@rooms.localhost", "<conference xmlns='urn:xmpp:bookmarks:1'/>");
        assertTrue(item().contains("garden@rooms.localhost"), "an outcast reads nothing");
    }

    @Test
    void moreThanCanBeConvertedIsRefused() {
        String large = "<conference xmlns='urn:xmpp:bookmarks:1'><extensions><e xmlns='urn:e'>" + "x".repeat(125_000)
                + "</e></extensions></conference>";
        for (int i = 0; i < 17; i++) {
            publish("room" + i + "@rooms.localhost", large);
        }
        String query = "<query xmlns='jabber:iq:private'>" + OLD.formatted("") + "</query>";
        assertEquals("resource-constraint", alice.error("get", "", query));
        alice.ask("set", "", pubsub("<retract node='urn:xmpp:bookmarks:1'><item id='room0@rooms.localhost'/></retract>"));
        assertTrue(stored().contains("room16@rooms.localhost"));
    }

    /** One kind has changed, and then the server was killed. */
    @Test
    void aChangeThatTheOtherKindCouldNotFollowAnyMoreIsFollowedWhenTheUserComes() {
        publish(
                "play@rooms.localhost",
                "<conference xmlns='urn:xmpp:bookmarks:1' name='The Play' autojoin='1'><nick>JC</nick></conference>");
        kill("storage:bookmarks", "The Play", "From the old list");
        assertEquals(OLD.formatted(PLAY.replace("The Play", "From the old list")), stored());
        assertEquals(stored(), item());
        kill("urn:xmpp:bookmarks:1", "From the old list", "From the item");
        assertEquals(OLD.formatted(PLAY.replace("The Play", "From the item")), item());
    }

    private void kill(String node, String from, String to) {
        trial.close();
        PubsubTrial.sql(
                folder,
                "INSERT INTO bookmark_changes (luser, lserver, node) VALUES ('alice', 'localhost', '" + node + "')",
                "UPDATE pubsub_items SET payload = replace(payload, '" + from + "', '" + to
                        + "') WHERE node_id = (SELECT id FROM pubsub_nodes WHERE node = '" + node + "')");
        trial = new PubsubTrial(folder, "", "alice", "bob");
        alice = trial.client("alice");
    }
}
