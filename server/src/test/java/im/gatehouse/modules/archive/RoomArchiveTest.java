package im.gatehouse.modules.archive;

import static im.gatehouse.modules.archive.House.archived;
import static im.gatehouse.modules.archive.House.query;
import static im.gatehouse.modules.archive.House.said;
import static im.gatehouse.modules.archive.House.stanzaId;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.TestClient;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoomArchiveTest {
    private static final String ROOM = "coven@conference.localhost";
    private static final String QUERY = "<query xmlns='urn:xmpp:mam:2'/>";

    @TempDir
    private Path folder;

    private House house;
    private TestClient alice;
    private TestClient bob;

    @BeforeEach
    void start() {
        house = new House(folder, "[modules.mod_muc]\nlock_new_rooms = false\n[modules.mod_muc.default_room]\npersistent = true\n");
        alice = house.online("alice@localhost/a");
        bob = house.online("bob@localhost/b");
        join(alice, "al");
        join(bob, "bo");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    /** Comes in, and waits until that is so: the room has a thread of its own. */
    private static void join(TestClient client, String nick) {
        client.send("<presence to='" + ROOM + "/" + nick + "'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        Object next = client.next();
        while (!(next instanceof Presence seen && (ROOM + "/" + nick).equals(String.valueOf(seen.from())))) {
            next = client.next();
        }
        House.settle(client);
    }

    private Message say(TestClient client, String body) {
        client.send("<message type='groupchat' to='" + ROOM + "' id='x-" + body + "'><body>" + body + "</body></message>");
        return House.next(client);
    }

    private static void configure(TestClient owner, String... varsAndValues) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < varsAndValues.length; i += 2) {
            form.append("<field var='%s'><value>%s</value></field>".formatted(varsAndValues[i], varsAndValues[i + 1]));
        }
        owner.ask("set", ROOM, "<query xmlns='http://jabber.org/protocol/muc#owner'>"
                + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                + "<value>http://jabber.org/protocol/muc#roomconfig</value></field>" + form + "</x></query>");
    }

    @Test
    void whatIsSaidIsInTheRoomsArchiveUnderTheIdThatEverybodyGot() {
        Message heard = say(alice, "hello");
        String id = stanzaId(heard, ROOM);
        List<Element> answer = query(bob, ROOM, "");
        assertEquals(2, answer.size());
        assertEquals(id, answer.getFirst().attribute("id"));
        Element message = House.forwarded(answer.getFirst());
        assertEquals(ROOM + "/al", message.attribute("from"));
        assertEquals(null, message.attribute("to"));
        assertEquals(List.of(), archived(alice, ""), "what is said to all is in nobody's own archive");
        assertEquals(1, query(bob, ROOM, "<set xmlns='http://jabber.org/protocol/rsm'><after>" + id + "</after></set>").size());
    }

    @Test
    void onlyThoseWhoMayKnowAddressesSeeThem() {
        say(bob, "secret");
        assertEquals("secret", House.next(alice).body());
        assertTrue(archived(alice, ROOM).getFirst().toString().contains("jid='bob@localhost'"));
        say(alice, "by the owner");
        assertEquals("by the owner", House.next(bob).body());
        assertFalse(archived(bob, ROOM).toString().contains("alice@localhost"));
        String byAddress = "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                + "<value>urn:xmpp:mam:2</value></field><field var='with'><value>%s</value></field></x>";
        assertEquals(2, query(alice, ROOM, byAddress.formatted("bob@localhost")).size());
        assertEquals(2, query(bob, ROOM, byAddress.formatted(ROOM + "/al")).size());
        assertEquals("forbidden", bob.error("set", ROOM, "<query xmlns='urn:xmpp:mam:2'>"
                + byAddress.formatted("alice@localhost") + "</query>"));
        configure(alice, "muc#roomconfig_whois", "anyone");
        House.messages(bob);
        assertTrue(archived(bob, ROOM).toString().contains("alice@localhost"));
    }

    @Test
    void whoeverMayNotComeInMayNotRead() {
        say(alice, "hello");
        TestClient carol = house.online("carol@localhost/c");
        assertEquals(List.of("hello"), said(carol, ROOM), "the room is open");
        configure(alice, "muc#roomconfig_passwordprotectedroom", "1", "muc#roomconfig_roomsecret", "sesame");
        assertEquals("forbidden", carol.error("set", ROOM, QUERY));
        assertEquals(List.of("hello"), said(bob, ROOM), "who is in it reads");
        configure(alice, "muc#roomconfig_membersonly", "1", "muc#roomconfig_passwordprotectedroom", "0");
        assertEquals("forbidden", carol.error("set", ROOM, QUERY));
        alice.ask("set", ROOM, "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                + "<item affiliation='outcast' jid='bob@localhost'/></query>");
        assertEquals("forbidden", bob.error("set", ROOM, QUERY));
        assertEquals("item-not-found", bob.error("set", "nowhere@conference.localhost", QUERY));
    }

    @Test
    void anIdOfTheRoomThatItDoesNotHaveIsNotFound() {
        say(alice, "hello");
        assertEquals("item-not-found", bob.error("set", ROOM, "<query xmlns='urn:xmpp:mam:2'>"
                + "<set xmlns='http://jabber.org/protocol/rsm'><after>AAAAAAAAAAAAAAAAAAAAAAAA</after></set></query>"));
        assertEquals("item-not-found", bob.error("set", ROOM, "<query xmlns='urn:xmpp:mam:2'>"
                + "<set xmlns='http://jabber.org/protocol/rsm'><before>0123456789abcdef</before></set></query>"));
    }

    @Test
    void whatItsAuthorTakesBackLeavesATombstone() {
        String id = stanzaId(say(bob, "oops"), ROOM);
        bob.send("<message type='groupchat' to='" + ROOM + "' id='r1'>"
                + "<retract xmlns='urn:xmpp:message-retract:1' id='" + id + "'/></message>");
        House.settle(bob);
        List<Element> left = archived(bob, ROOM);
        assertEquals(2, left.size());
        assertNotNull(left.getFirst().child("retracted", Mam.RETRACT), left.toString());
        assertEquals("r1", left.getFirst().child("retracted", Mam.RETRACT).attribute("id"));
        assertEquals(null, left.getFirst().childText("body", "jabber:client"));
    }

    @Test
    void whatAnotherSaidIsTakenBackByModeratorsAlone() {
        String id = stanzaId(say(alice, "stays"), ROOM);
        assertEquals("stays", House.next(bob).body());
        bob.send("<message type='groupchat' to='" + ROOM + "'>"
                + "<retract xmlns='urn:xmpp:message-retract:1' id='" + id + "'/></message>");
        House.settle(bob);
        assertEquals("stays", said(bob, ROOM).getFirst());
        String spam = stanzaId(say(bob, "spam"), ROOM);
        assertEquals("spam", House.next(alice).body());
        alice.ask("set", ROOM, "<moderate xmlns='urn:xmpp:message-moderate:1' id='" + spam + "'>"
                + "<retract xmlns='urn:xmpp:message-retract:1'/><reason>spam</reason></moderate>");
        List<String> left = said(bob, ROOM);
        assertEquals("stays", left.getFirst());
        assertFalse(left.contains("spam"), left.toString());
        assertTrue(archived(bob, ROOM).toString().contains("urn:xmpp:message-moderate:1"));
    }

    @Test
    void whatHasLeftTheHistoryIsStillBuried() {
        configure(alice, "muc#maxhistoryfetch", "1");
        String id = stanzaId(say(bob, "old"), ROOM);
        for (int i = 0; i < 60; i++) {
            say(bob, "more" + i);
        }
        bob.send("<message type='groupchat' to='" + ROOM + "' id='r1'>"
                + "<retract xmlns='urn:xmpp:message-retract:1' id='" + id + "'/></message>");
        House.settle(bob);
        assertEquals("retracted", last(said(bob, ROOM).getFirst()));
    }

    private static String last(String name) {
        return name.equals("occupant-id") ? "retracted" : name;
    }

    @Test
    void whereTheOwnersTurnItOffNothingMoreIsKept() {
        say(alice, "kept");
        configure(alice, "muc#roomconfig_enablearchiving", "0");
        House.messages(alice);
        Message heard = say(alice, "not kept");
        assertNotNull(stanzaId(heard, ROOM), "it has an id all the same");
        assertEquals(List.of("kept"), said(alice, ROOM));
    }

    @Test
    void anArchiveEndsWithItsRoom() {
        say(alice, "old room");
        alice.ask("set", ROOM, "<query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query>");
        bob.awaitPresence(Presence.Type.UNAVAILABLE);
        join(bob, "owner now");
        say(bob, "new room");
        assertEquals(List.of("new room"), said(bob, ROOM));
    }

    @Test
    void aPrivateMessageIsInBothUsersArchivesAndNotInTheRooms() {
        alice.send("<message type='chat' to='" + ROOM + "/bo' id='p1'><body>psst</body>"
                + "<x xmlns='http://jabber.org/protocol/muc#user'/></message>");
        assertEquals("psst", House.next(bob).body());
        assertEquals(List.of("psst"), said(alice, ""));
        assertEquals(List.of("psst"), said(bob, ""));
        assertEquals(List.of(), said(alice, ROOM));
    }

    @Test
    void theRoomSaysThatItHasAnArchiveAndWhereItBeginsAndEnds() {
        Element info = bob.result("get", ROOM, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertTrue(info.toString().contains("'urn:xmpp:mam:2#extended'"), info.toString());
        house.house.time().forward(Duration.ofSeconds(1));
        String id = stanzaId(say(alice, "one"), ROOM);
        Element metadata = bob.result("get", ROOM, "<metadata xmlns='urn:xmpp:mam:2'/>");
        assertEquals(id, metadata.child("start", Mam.NAMESPACE).attribute("id"));
        assertTrue(bob.result("get", ROOM, QUERY).toString().contains("before-id"));
        assertEquals("feature-not-implemented", bob.error("get", ROOM, "<prefs xmlns='urn:xmpp:mam:2'/>"));
    }
}
