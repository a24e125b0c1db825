package im.gatehouse.modules.carbons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.archive.House;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CarbonsTest {
    private static final String ENABLE = "<enable xmlns='urn:xmpp:carbons:2'/>";
    private static final String FORWARD = "urn:xmpp:forward:0";

    @TempDir
    private Path folder;

    private House house;
    private TestClient phone;
    private TestClient desk;
    private TestClient bob;

    @BeforeEach
    void start() {
        house = new House(folder, "[modules.mod_muc]\nlock_new_rooms = false\n");
        phone = house.online("alice@localhost/phone");
        desk = house.online("alice@localhost/desk");
        bob = house.online("bob@localhost/b");
        enable(desk);
    }

    @AfterEach
    void stop() {
        house.close();
    }

    private static void enable(TestClient client) {
        assertEquals(Iq.Type.RESULT, client.ask("set", "", ENABLE).type());
    }

    /** Sends, and waits until that has been handled; who sends hears nothing of it but copies. */
    private static void say(TestClient client, String message) {
        client.send(message);
        House.handled(client);
    }

    private static String chat(String to) {
        return "<message type='chat' to='" + to + "' id='m1'><body>hello</body></message>";
    }

    /** The message in a copy; the wrapping is checked. */
    private static Message copied(TestClient client, String way) {
        List<Message> heard = House.messages(client);
        assertEquals(1, heard.size(), heard.toString());
        Message copy = heard.getFirst();
        assertEquals("alice@localhost", String.valueOf(copy.from()));
        assertEquals(client.session().jid(), copy.to());
        Element wrapper = copy.child(way, Carbons.NAMESPACE);
        assertNotNull(wrapper, copy.toString());
        return (Message) Stanza.of(
                wrapper.child("forwarded", FORWARD).child("message", Namespaces.CLIENT));
    }

    @Test
    void theOthersAreShownWhatOneHasSent() {
        say(phone, chat("bob@localhost"));
        Message sent = copied(desk, "sent");
        assertEquals("hello", sent.body());
        assertEquals("alice@localhost/phone", String.valueOf(sent.from()));
        assertEquals("m1", sent.id());
        String id = sent.child("stanza-id", "urn:xmpp:sid:0").attribute("id");
        assertEquals("alice@localhost", sent.child("stanza-id", "urn:xmpp:sid:0").attribute("by"));
        assertEquals(16, String.valueOf(id).length());
        assertEquals(List.of(), House.messages(phone), "not who sent it");
    }

    @Test
    void theOthersAreShownWhatOneHasReceivedWithTheSameId() {
        say(bob, chat("alice@localhost/phone"));
        Message got = House.next(phone);
        Message copy = copied(desk, "received");
        assertEquals(got.toElement(), copy.toElement());
        assertNotNull(copy.child("stanza-id", "urn:xmpp:sid:0"));
    }

    @Test
    void whoGetsTheMessageItselfGetsNoCopy() {
        say(bob, chat("alice@localhost"));
        assertEquals(1, House.messages(desk).size());
        assertEquals(1, House.messages(phone).size());
    }

    @Test
    void whoTakesNoMessagesGetsACopyAllTheSame() {
        desk.send("<presence><priority>-1</priority></presence>");
        House.settle(desk);
        say(bob, chat("alice@localhost"));
        assertEquals("hello", copied(desk, "received").body());
    }

    @Test
    void whoHasNotAskedOrAsksNoMoreGetsNone() {
        say(bob, chat("alice@localhost/desk"));
        assertEquals(List.of(), House.messages(phone));
        enable(desk);
        assertEquals(Iq.Type.RESULT, desk.ask("set", "", "<disable xmlns='urn:xmpp:carbons:2'/>").type());
        assertEquals(Iq.Type.RESULT, desk.ask("set", "", "<disable xmlns='urn:xmpp:carbons:2'/>").type());
        say(bob, chat("alice@localhost/phone"));
        assertEquals(List.of(), House.messages(desk));
    }

    @Test
    void nobodyTurnsItOnForAnother() {
        assertEquals("not-allowed", bob.error("set", "alice@localhost", ENABLE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "chat|<body>x</body>|true",
        "chat|<composing xmlns='http://jabber.org/protocol/chatstates'/>|true",
        "normal|<body>x</body>|true",
        "normal|<received xmlns='urn:xmpp:receipts' id='1'/>|true",
        "normal|<x xmlns='jabber:x:conference' jid='r@c.test'/>|true",
        "normal|<x xmlns='urn:example'/>|false",
        "headline|<body>x</body>|false",
        "error|<body>x</body>|false",
        "chat|<body>x</body><private xmlns='urn:xmpp:carbons:2'/><no-copy xmlns='urn:xmpp:hints'/>|false",
        "chat|<body>x</body><private xmlns='urn:xmpp:carbons:2'/>|false",
        "chat|<body>x</body><no-copy xmlns='urn:xmpp:hints'/>|false",
    })
    void whatBelongsToAConversationIsCopied(String type, String content, boolean copied) {
        say(bob, "<message type='" + type + "' to='alice@localhost/phone'>" + content + "</message>");
        assertEquals(copied ? 1 : 0, House.messages(desk).size());
        say(phone, "<message type='" + type + "' to='bob@localhost/b'>" + content + "</message>");
        assertEquals(copied ? 1 : 0, House.messages(desk).size());
        List<Message> atBob = House.messages(bob);
        assertTrue(atBob.stream().noneMatch(message -> message.has("private", Carbons.NAMESPACE)));
    }

    @Test
    void aForgedCopyIsTakenAway() {
        bob.send("<message type='chat' to='alice@localhost/phone'><body>x</body><received xmlns='urn:xmpp:carbons:2'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'/></received></message>");
        assertTrue(House.next(phone).children().stream()
                .noneMatch(child -> child.namespace().equals(Carbons.NAMESPACE)));
    }

    @Test
    void aNoteToOneselfIsShownOnceToEach() {
        desk.send("<presence type='unavailable'/>");
        House.settle(desk);
        say(phone, chat("alice@localhost"));
        assertEquals(1, House.messages(phone).size());
        assertEquals("hello", copied(desk, "sent").body());
    }

    @Test
    void whatARoomSaysIsNotCopiedButWhatIsWhisperedToOneIs() {
        String room = "coven@conference.localhost";
        for (TestClient client : List.of(bob, phone)) {
            client.send("<presence to='" + room + "/" + client.session().jid().resource()
                    + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
            House.settle(client);
        }
        bob.send("<message type='groupchat' to='" + room + "'><body>all</body></message>");
        bob.send("<message type='chat' to='" + room + "/phone'><body>whispered</body></message>");
        bob.send("<message type='groupchat' to='" + room + "'><body>that is all</body></message>");
        for (String said : List.of("all", "whispered", "that is all")) {
            assertEquals(said, House.next(phone).body());
        }
        assertEquals(List.of(), House.messages(desk));
        say(phone, "<message type='chat' to='" + room + "/b'><body>back</body>"
                + "<x xmlns='http://jabber.org/protocol/muc#user'/></message>");
        assertEquals("back", copied(desk, "sent").body());
    }

    @Test
    void aCopyThatDoesNotArriveIsForgotten() {
        say(bob, chat("alice@localhost/phone"));
        Message copy = House.messages(desk).getFirst();
        desk.leave();
        house.router().undelivered(copy, phone.session().lane());
        assertEquals(1, House.messages(phone).size(), "the message itself alone");
    }

    @Test
    void whoIsAboutToComeIsGivenAStoredMessageOnce() {
        phone.leave();
        desk.leave();
        TestClient coming = house.silent("alice@localhost/coming");
        enable(coming);
        say(bob, chat("alice@localhost"));
        assertEquals(List.of(), House.messages(coming));
        coming.send("<presence/>");
        Message stored = House.next(coming);
        assertEquals("hello", stored.body());
        assertEquals(List.of(), House.messages(coming));
    }
}
