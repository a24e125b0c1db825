package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.time.MovableTime;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jivesoftware.smack.XMPPException;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.StreamError;
import org.jivesoftware.smack.roster.Roster;
import org.jivesoftware.smack.roster.packet.RosterPacket;
import org.jivesoftware.smack.sasl.SASLErrorException;
import org.jivesoftware.smackx.delay.packet.DelayInformation;
import org.jivesoftware.smackx.iqversion.VersionManager;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.jivesoftware.smackx.ping.PingManager;
import org.jivesoftware.smackx.vcardtemp.VCardManager;
import org.jivesoftware.smackx.vcardtemp.packet.VCard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.jxmpp.jid.parts.Resourcepart;

/** What people do, with a client that somebody else wrote, over TLS, against the whole server. */
@Timeout(300)
class RealClientsTest {
    private static final String LIMITS = """
            [modules.mod_muc_limits]
            """;

    @TempDir
    private Path folder;

    private RunningServer server;

    @BeforeEach
    void start() {
        server = RunningServer.in(folder, LIMITS)
                .account("alice@localhost")
                .account("bob@localhost")
                .account("carol@localhost");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void twoUsersSignInOverStartTlsAndTalkInOrder() throws Exception {
        try (SmackClient alice = SmackClient.online(server, "alice", "phone");
                SmackClient bob = SmackClient.online(server, "bob", "phone")) {
            assertTrue(alice.connection().isSecureConnection());
            for (int i = 0; i < 50; i++) {
                alice.say("bob@localhost", "number " + i);
            }
            for (int i = 0; i < 50; i++) {
                Message message = bob.nextMessage();
                assertEquals("number " + i, message.getBody());
                assertEquals("alice@localhost/phone", message.getFrom().toString());
            }
            bob.say("alice@localhost/phone", "enough");
            assertEquals("enough", alice.nextMessage().getBody());
        }
    }

    @Test
    void aWrongPasswordIsRefusedAsAnUnknownUserIs() throws Exception {
        for (String user : List.of("alice", "nobody")) {
            try (SmackClient client = new SmackClient(server, user, "phone")) {
                client.connection().connect();
                SASLErrorException refusal = assertThrows(
                        SASLErrorException.class, () -> client.connection().login(user, "wrong"));
                assertEquals("not-authorized", refusal.getSASLFailure().getSASLErrorString());
            }
        }
    }

    @Test
    void contactsAreAddedAndSeeEachOther() throws Exception {
        try (SmackClient alice = SmackClient.online(server, "alice", "phone");
                SmackClient bob = SmackClient.online(server, "bob", "phone")) {
            Roster bobs = Roster.getInstanceFor(bob.connection());
            bobs.setSubscriptionMode(Roster.SubscriptionMode.accept_all);
            Roster alices = Roster.getInstanceFor(alice.connection());
            alices.setSubscriptionMode(Roster.SubscriptionMode.accept_all);
            alices.createItemAndRequestSubscription(SmackClient.bare("bob@localhost"), "Bob", new String[] {"friends"});
            Presence seen = alice.next(
                    Presence.class,
                    p -> p.getType() == Presence.Type.available
                            && p.getFrom().toString().equals("bob@localhost/phone"));
            assertNotNull(seen);
            bob.close();
            assertEquals(
                    "bob@localhost/phone",
                    alice.nextPresence(Presence.Type.unavailable).getFrom().toString());
        }
        server.restart();
        try (SmackClient alice = SmackClient.online(server, "alice", "phone")) {
            Roster alices = Roster.getInstanceFor(alice.connection());
            alices.reloadAndWait();
            var entry = alices.getEntry(SmackClient.bare("bob@localhost"));
            assertEquals("Bob", entry.getName());
            assertEquals("friends", entry.getGroups().getFirst().getName());
            assertTrue(entry.getType() == RosterPacket.ItemType.to || entry.getType() == RosterPacket.ItemType.both);
        }
    }

    @Test
    void whatIsSaidToSomebodyWhoIsAwayWaitsForThemWithItsTime() throws Exception {
        try (SmackClient alice = SmackClient.online(server, "alice", "phone")) {
            alice.say("bob@localhost", "one");
            alice.say("bob@localhost", "two");
            PingManager.getInstanceFor(alice.connection()).pingMyServer();
        }
        server.restart();
        try (SmackClient bob = SmackClient.online(server, "bob", "phone")) {
            Message first = bob.nextMessage();
            assertEquals("one", first.getBody());
            assertNotNull(DelayInformation.from(first));
            assertEquals("two", bob.nextMessage().getBody());
        }
    }

    @Test
    void aRoomIsMadeConfiguredSpokenInModeratedAndSurvivesARestart() throws Exception {
        String room = "hall@conference.localhost";
        try (SmackClient alice = SmackClient.online(server, "alice", "phone");
                SmackClient bob = SmackClient.online(server, "bob", "phone")) {
            MultiUserChat alices = room(alice, room);
            alices.create(Resourcepart.from("Alice"))
                    .getConfigFormManager()
                    .submitConfigurationForm();
            var form = alices.getConfigurationForm();
            var answer = form.getFillableForm();
            answer.setAnswer("muc#roomconfig_persistentroom", true);
            answer.setAnswer("muc#roomconfig_roomname", "The hall");
            alices.sendConfigurationForm(answer);
            MultiUserChat bobs = room(bob, room);
            bobs.join(Resourcepart.from("Bob"));
            bobs.sendMessage("hello");
            assertEquals("hello", alice.nextMessage().getBody());
            alices.changeSubject("Of gates");
            assertEquals(
                    "Of gates",
                    bob.next(Message.class, m -> m.getSubject() != null && !m.getSubject().isEmpty())
                            .getSubject());
            alices.kickParticipant(Resourcepart.from("Bob"), "out");
            bob.next(
                    Presence.class,
                    p -> p.getType() == Presence.Type.unavailable && p.getFrom().toString().endsWith("/Bob"));
            awaitOut(bobs);
            alices.banUser(SmackClient.bare("bob@localhost"), "for good");
            XMPPException.XMPPErrorException refused = assertThrows(
                    XMPPException.XMPPErrorException.class, () -> bobs.join(Resourcepart.from("Bob")));
            assertEquals("forbidden", refused.getStanzaError().getCondition().toString());
        }
        server.restart();
        try (SmackClient alice = SmackClient.online(server, "alice", "phone")) {
            MultiUserChatManager rooms = MultiUserChatManager.getInstanceFor(alice.connection());
            assertEquals("The hall", rooms.getRoomInfo(SmackClient.bare(room)).getName());
            assertEquals(
                    "bob@localhost",
                    joined(alice, room, "Alice").getOutcasts().getFirst().getJid().toString());
        }
    }

    @Test
    void aFloodInARoomMeetsTheBucket(@TempDir Path other) throws Exception {
        String room = "flood@conference.localhost";
        try (RunningServer still = RunningServer.in(other, LIMITS, new MovableTime()) // however long the flood takes
                        .account("alice@localhost")
                        .account("bob@localhost");
                SmackClient alice = SmackClient.online(still, "alice", "phone");
                SmackClient bob = SmackClient.online(still, "bob", "phone")) {
            room(alice, room).create(Resourcepart.from("Alice")).makeInstant();
            MultiUserChat bobs = joined(bob, room, "Bob");
            for (int i = 0; i < 6; i++) {
                bobs.sendMessage("flood " + i);
            }
            Message refused = bob.next(Message.class, m -> m.getType() == Message.Type.error);
            assertEquals("policy-violation", refused.getError().getCondition().toString());
            String text = refused.getError().getDescriptiveText("en") == null
                    ? refused.getError().getDescriptiveText()
                    : refused.getError().getDescriptiveText("en");
            assertTrue(text.matches("The room is currently overactive, please try again later \\(in \\d+ seconds?\\)"), text);
            assertTrue(refused.getBody().startsWith("flood "));
        }
    }

    @Test
    void theBlocklistEndsASessionAndKeepsTheUserOut() throws Exception {
        try (SmackClient bob = SmackClient.online(server, "bob", "phone")) {
            String answer = graphQl(
                    "mutation { blocklist { addUser(user: \\\"bob@localhost\\\", reason: \\\"Spam\\\") } }");
            assertTrue(answer.replace(" ", "").contains("\"addUser\":true"), answer);
            StreamError error = bob.streamError().getStreamError();
            assertEquals(StreamError.Condition.conflict, error.getCondition());
            assertEquals("Spam", error.getDescriptiveText("en"));
        }
        try (SmackClient bob = new SmackClient(server, "bob", "phone")) {
            bob.connection().connect();
            SASLErrorException refusal =
                    assertThrows(SASLErrorException.class, () -> bob.connection().login());
            assertEquals("account-disabled", refusal.getSASLFailure().getSASLErrorString());
        }
        assertTrue(get("/metrics").contains("mod_blocklist_denied_count{host_type=\"localhost\"} 1"));
        server.restart();
        try (SmackClient bob = new SmackClient(server, "bob", "phone")) {
            bob.connection().connect();
            assertThrows(SASLErrorException.class, () -> bob.connection().login());
        }
        graphQl("mutation { blocklist { removeUser(user: \\\"bob@localhost\\\") } }");
        SmackClient.online(server, "bob", "phone").close();
    }

    @Test
    void aResourceThatIsTakenOverEndsTheOlderSessionFirst() throws Exception {
        try (SmackClient first = SmackClient.online(server, "alice", "phone");
                SmackClient second = SmackClient.online(server, "alice", "phone")) {
            assertEquals(
                    StreamError.Condition.conflict,
                    first.streamError().getStreamError().getCondition());
            assertTrue(second.connection().isAuthenticated());
            assertEquals(1, server.server().sessions().count());
        }
    }

    @Test
    void smallServicesAnswer() throws Exception {
        try (SmackClient alice = SmackClient.online(server, "alice", "phone")) {
            assertTrue(PingManager.getInstanceFor(alice.connection()).pingMyServer());
            assertEquals(
                    "Gatehouse",
                    VersionManager.getInstanceFor(alice.connection())
                            .getVersion(alice.connection().getXMPPServiceDomain())
                            .getName());
            VCard card = new VCard();
            card.setNickName("Al");
            VCardManager cards = VCardManager.getInstanceFor(alice.connection());
            cards.saveVCard(card);
            assertEquals("Al", cards.loadVCard(SmackClient.bare("alice@localhost")).getNickName());
        }
    }

    @Test
    void anAccountThatIsRemovedIsGoneWithItsSession() throws Exception {
        try (SmackClient carol = SmackClient.online(server, "carol", "phone")) {
            graphQl("mutation { account { removeUser(user: \\\"carol@localhost\\\") { message } } }");
            assertNotNull(carol.streamError());
        }
        assertFalse(server.server().accounts().exists(im.gatehouse.jid.Jid.parse("carol@localhost")));
    }

    @Test
    void clientsAreToldWhenTheServerStops() throws Exception {
        try (SmackClient alice = SmackClient.online(server, "alice", "phone")) {
            server.server().close();
            assertEquals(
                    StreamError.Condition.system_shutdown,
                    alice.streamError().getStreamError().getCondition());
        }
    }

    @Test
    void twoServersLiveInOneProcess(@TempDir Path other) throws Exception {
        try (RunningServer second = RunningServer.in(other).account("alice@localhost");
                SmackClient here = SmackClient.online(server, "alice", "phone");
                SmackClient there = SmackClient.online(second, "alice", "phone")) {
            here.say("alice@localhost/phone", "here");
            there.say("alice@localhost/phone", "there");
            assertEquals("here", here.nextMessage().getBody());
            assertEquals("there", there.nextMessage().getBody());
        }
    }

    private static MultiUserChat room(SmackClient client, String room) throws Exception {
        return MultiUserChatManager.getInstanceFor(client.connection()).getMultiUserChat(SmackClient.bare(room));
    }

    /** Waits until the client has understood that it is out of a room: or it would leave before it comes back. */
    private static void awaitOut(MultiUserChat room) {
        long deadline = System.nanoTime() + Duration.ofSeconds(SmackClient.PATIENCE_SECONDS).toNanos();
        while (room.isJoined()) {
            assertTrue(System.nanoTime() < deadline, "the client thinks that it is in the room still");
            Thread.yield();
        }
    }

    private static MultiUserChat joined(SmackClient client, String room, String nick) throws Exception {
        MultiUserChat joined = room(client, room);
        joined.join(Resourcepart.from(nick));
        return joined;
    }

    private String graphQl(String document) throws Exception {
        String token = Files.readString(folder.resolve("data/admin.token")).strip();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(server.server().httpUrl() + "/api/graphql"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"" + document + "\"}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private String get(String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(server.server().httpUrl() + path)).build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }
}
