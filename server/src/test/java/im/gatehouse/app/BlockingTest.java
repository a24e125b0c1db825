package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.jivesoftware.smack.packet.Message;
import org.jivesoftware.smack.packet.Presence;
import org.jivesoftware.smack.packet.StanzaError;
import org.jivesoftware.smackx.blocking.BlockingCommandManager;
import org.jivesoftware.smackx.muc.MultiUserChat;
import org.jivesoftware.smackx.muc.MultiUserChatManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jxmpp.jid.impl.JidCreate;
import org.jxmpp.jid.parts.Resourcepart;

/** Blocking with a real client (XEP-0191), over a restart and in a room. */
class BlockingTest {
    @TempDir
    private Path folder;

    private RunningServer running;

    @BeforeEach
    void start() {
        running = RunningServer.in(folder);
        running.account("alice@localhost").account("bob@localhost");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void aBlockHoldsOverARestartUntilItIsTakenBack() throws Exception {
        try (SmackClient alice = SmackClient.online(running, "alice", "phone")) {
            BlockingCommandManager blocking = BlockingCommandManager.getInstanceFor(alice.connection());
            assertTrue(blocking.isSupportedByServer());
            blocking.blockContacts(List.of(JidCreate.from("bob@localhost")));
        }
        running.restart();
        try (SmackClient bob = SmackClient.online(running, "bob", "desk")) {
            bob.say("alice@localhost", "to somebody who is away");
            assertUnreachable(bob);
            try (SmackClient alice = SmackClient.online(running, "alice", "phone")) {
                bob.say("alice@localhost", "to somebody who is there");
                assertUnreachable(bob);
                BlockingCommandManager blocking = BlockingCommandManager.getInstanceFor(alice.connection());
                assertEquals(List.of(JidCreate.from("bob@localhost")), blocking.getBlockList());
                blocking.unblockAll();
                bob.say("alice@localhost", "again");
                assertEquals("again", alice.nextMessage().getBody());
            }
        }
    }

    @Test
    void whatIsBlockedIsNeitherArchivedNorCopied() throws Exception {
        try (RawClient phone = new RawClient(running.plainPort()).signIn("alice", "phone");
                RawClient tablet = new RawClient(running.plainPort()).signIn("alice", "tablet");
                RawClient bob = new RawClient(running.plainPort()).signIn("bob", "desk")) {
            tablet.send("<presence/><iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
            tablet.readUntil("id='c'");
            phone.send("<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'><item jid='bob@localhost'/></block></iq>");
            phone.readUntil("id='b'");

            bob.send("<message type='chat' id='m' to='alice@localhost/phone'><body>unheard</body></message>");
            bob.readUntil("</message>");
            bob.send("<message type='chat' id='n' to='alice@localhost'><body>unheard</body></message>");
            assertTrue(bob.readUntil("</message>").contains("<service-unavailable "));

            phone.send("<iq type='set' id='u'><unblock xmlns='urn:xmpp:blocking'/></iq>");
            phone.readUntil("id='u'");
            bob.send("<message type='chat' to='alice@localhost/phone'><body>heard</body></message>");
            String copied = tablet.readUntil("</received>");
            assertTrue(copied.contains("heard") && !copied.contains("unheard"), copied);
            phone.send("<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2' queryid='1'/></iq>");
            String archive = phone.readUntil("<fin ");
            assertTrue(archive.contains("heard") && !archive.contains("unheard"), archive);
        }
    }

    private static void assertUnreachable(SmackClient client) throws InterruptedException {
        Message answer = client.next(Message.class, message -> message.getType() == Message.Type.error);
        assertEquals(StanzaError.Condition.service_unavailable, answer.getError().getCondition());
    }

    @Test
    void whoBlocksARoomHasLeftIt() throws Exception {
        try (SmackClient alice = SmackClient.online(running, "alice", "phone");
                SmackClient bob = SmackClient.online(running, "bob", "desk")) {
            MultiUserChat bobs = room(bob);
            bobs.createOrJoin(Resourcepart.from("bob")).makeInstant();
            room(alice).join(Resourcepart.from("alice"));
            bob.next(Presence.class, presence -> presence.getFrom().getResourceOrEmpty().toString().equals("alice"));

            BlockingCommandManager.getInstanceFor(alice.connection())
                    .blockContacts(List.of(JidCreate.from("inn@conference.localhost")));

            bob.next(Presence.class, presence -> presence.getType() == Presence.Type.unavailable
                    && presence.getFrom().getResourceOrEmpty().toString().equals("alice"));
            bobs.sendMessage("unheard");
            // The room has its own turn: what it tells everybody has been told when bob has it back.
            bob.next(Message.class, message -> "unheard".equals(message.getBody()));
            bob.say("alice@localhost", "heard");
            assertEquals("heard", alice.nextMessage().getBody());
        }
    }

    private static MultiUserChat room(SmackClient client) throws Exception {
        return MultiUserChatManager.getInstanceFor(client.connection())
                .getMultiUserChat(JidCreate.entityBareFrom("inn@conference.localhost"));
    }
}
