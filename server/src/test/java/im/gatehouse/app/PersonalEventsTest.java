package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publish-subscribe on the whole server, with clients that write their XML by hand. */
@Timeout(300)
class PersonalEventsTest {
    private static final String PUBLISH = "<iq type='set' id='p%s'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
            + "<publish node='urn:xmpp:mds:displayed:0'><item id='room%s@localhost'>"
            + "<displayed xmlns='urn:xmpp:mds:displayed:0'/></item></publish></pubsub></iq>";

    @TempDir
    private Path folder;

    @Test
    void whatWasAnsweredIsThereAfterARestartAndTheOtherClientsHearOfIt() throws IOException {
        try (RunningServer server = RunningServer.in(folder).account("alice@localhost")) {
            try (RawClient phone = new RawClient(server.plainPort()).signIn("alice", "phone");
                    RawClient desk = new RawClient(server.plainPort()).signIn("alice", "desk")) {
                desk.send("<presence><c xmlns='http://jabber.org/protocol/caps' node='urn:d' ver='1'/></presence>");
                String question = desk.readUntil("</iq>");
                String id = question.substring(question.indexOf("id='caps-") + 4);
                desk.send("<iq type='result' to='alice@localhost' id='" + id.substring(0, id.indexOf('\''))
                        + "'><query xmlns='http://jabber.org/protocol/disco#info'>"
                        + "<feature var='urn:xmpp:mds:displayed:0+notify'/></query></iq>");
                desk.send("<iq type='get' id='done'><ping xmlns='urn:xmpp:ping'/></iq>");
                desk.readUntil("id='done'");
                for (int i = 0; i < 3; i++) {
                    phone.send(PUBLISH.formatted(i, i));
                    assertTrue(phone.readUntil("</iq>").contains("type='result'"));
                    String event = desk.readUntil("</message>");
                    assertTrue(event.contains("from='alice@localhost'"), event);
                    assertTrue(event.contains("<item id='room" + i + "@localhost'>"), event);
                }
            }
            server.restart();
            try (RawClient phone = new RawClient(server.plainPort()).signIn("alice", "phone")) {
                phone.send("<iq type='get' id='i'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                        + "<items node='urn:xmpp:mds:displayed:0'/></pubsub></iq>");
                String items = phone.readUntil("</iq>");
                for (int i = 0; i < 3; i++) {
                    assertTrue(items.contains("<item id='room" + i + "@localhost'>"), items);
                }
            }
        }
    }

    @Test
    void whomTheOwnerBlocksHearsNothingAlthoughSubscribed() throws IOException {
        try (RunningServer server = RunningServer.in(folder)
                        .account("alice@localhost")
                        .account("bob@localhost")
                        .account("carol@localhost");
                RawClient alice = new RawClient(server.plainPort()).signIn("alice", "desk");
                RawClient bob = new RawClient(server.plainPort()).signIn("bob", "desk");
                RawClient carol = new RawClient(server.plainPort()).signIn("carol", "desk")) {
            ask(alice, "set", "", "<create node='open'/><configure><x xmlns='jabber:x:data' type='submit'>"
                    + "<field var='pubsub#access_model'><value>open</value></field></x></configure>");
            ask(bob, "set", " to='alice@localhost'", "<subscribe node='open' jid='bob@localhost/desk'/>");
            ask(carol, "set", " to='alice@localhost'", "<subscribe node='open' jid='carol@localhost/desk'/>");
            alice.send("<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'><item jid='bob@localhost'/></block>"
                    + "</iq>");
            assertTrue((alice.readUntil("id='b'") + alice.readUntil(">")).contains("type='result'"));
            for (String item : List.of("i", "j")) { // when the second is told, all have been told of the first
                String content = "<item id='" + item + "'><e xmlns='urn:e'/></item>";
                ask(alice, "set", "", "<publish node='open'>" + content + "</publish>");
                carol.readUntil("<item id='" + item + "'>");
            }
            bob.send("<iq type='get' id='done'><ping xmlns='urn:xmpp:ping'/></iq>");
            assertFalse(bob.readUntil("id='done'").contains("pubsub#event"));
        }
    }

    private static void ask(RawClient client, String type, String to, String content) throws IOException {
        client.send("<iq type='" + type + "' id='ask'" + to + "><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                + content + "</pubsub></iq>");
        String answer = client.readUntil("id='ask'") + client.readUntil(">");
        assertTrue(answer.contains("type='result'"), answer);
    }
}
