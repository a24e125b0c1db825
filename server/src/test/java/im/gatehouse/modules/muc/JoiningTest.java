package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoiningTest {
    @TempDir
    private Path folder;

    private RoomTrial trial;
    private RoomClient alice;
    private RoomClient bob;

    @BeforeEach
    void start() {
        trial = RoomTrial.in(folder, "");
        alice = trial.client("alice");
        bob = trial.client("bob");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private RoomClient room() {
        return alice.join("Alice").unlock();
    }

    @Test
    void whoJoinsANewRoomOwnsItAndFindsItLocked() {
        Presence self = alice.ask("Alice").presence("Alice");

        assertEquals(List.of("201", "110"), codes(self));
        assertEquals("owner", item(self, "affiliation"));
        assertEquals("moderator", item(self, "role"));
        assertEquals("cancel item-not-found", error(bob.ask("Bob").presence("Bob")));
    }

    @Test
    void aNewcomerSeesTheOthersThenThemselvesThenTheSubject() {
        room();
        List<Stanza> heard = bob.ask("Bob").heard();

        assertEquals("Alice", heard.get(0).sender().resource());
        assertEquals("Bob", heard.get(1).sender().resource());
        assertEquals(List.of("110"), codes(heard.get(1)));
        assertNotNull(heard.get(2).child("subject", Namespaces.CLIENT));
        assertEquals(3, heard.size());
        Presence seen = alice.presence("Bob");
        assertEquals("bob@localhost/phone", item(seen, "jid"), "a moderator sees addresses");
        assertEquals("participant", item(seen, "role"));
    }

    @Test
    void inASemiAnonymousRoomAParticipantNeverLearnsAnAddress() {
        room();
        bob.ask("Bob");
        assertTrue(bob.heard().stream().noneMatch(s -> s.toString().contains("alice@")));

        RoomClient carol = trial.client("carol");
        carol.join("Carol");
        carol.say(Presence.of(
                Presence.Type.AVAILABLE,
                null,
                ROOM.withResource("Carol"),
                Element.of("show", Namespaces.CLIENT, "dnd")));
        carol.message("hello");
        carol.heard();
        assertTrue(bob.heard().stream().noneMatch(s -> s.toString().contains("carol@")));
    }

    @Test
    void inANonAnonymousRoomEverybodyLearnsAndIsWarned() {
        room().configure("muc#roomconfig_whois", "anyone");
        Presence self = bob.ask("Bob").presence("Bob");

        assertEquals(List.of("100", "110"), codes(self));
        alice.heard();
        trial.client("carol").join("Carol");
        assertEquals("carol@localhost/phone", item(bob.presence("Carol"), "jid"));
    }

    @Test
    void aNickThatSomebodyHasIsAConflict() {
        room();
        assertEquals("cancel conflict", error(bob.ask("Alice").presence("Alice")));
        assertEquals("cancel conflict", error(bob.ask("aLICE").presence("aLICE")), "case does not count");
        assertTrue(alice.heard().isEmpty());
    }

    @Test
    void twoClientsOfOneUserShareANick() {
        room();
        bob.join("Bob");
        RoomClient laptop = trial.client("bob@localhost/laptop");
        Presence self = laptop.ask("Bob").presence("Bob");
        assertEquals(List.of("110"), codes(self));
        alice.heard();
        bob.heard();

        alice.message("to both");
        alice.heard();
        assertEquals(List.of("to both"), bob.bodies());
        assertEquals(List.of("to both"), laptop.bodies());

        bob.leave("Bob");
        bob.heard();
        assertTrue(alice.presences().isEmpty(), "the other client is still there, and is the one shown");
        laptop.leave("Bob");
        laptop.heard();
        assertEquals(Presence.Type.UNAVAILABLE, alice.presence("Bob").type());
    }

    @Test
    void ofSeveralClientsTheOneIsShownThatSaysThatSomebodyIsThere() {
        room();
        bob.join("Bob");
        alice.heard();
        RoomClient phone = trial.client("bob@localhost/other");
        phone.say("<presence to='" + ROOM + "/Bob'><show>xa</show><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        phone.heard();
        assertTrue(alice.presences().isEmpty(), "nothing new for the others");
        bob.say("<presence to='" + ROOM + "/Bob'><show>away</show></presence>");
        bob.heard();
        assertTrue(alice.presence("Bob").toString().contains(">away<"));
        phone.say("<presence to='" + ROOM + "/Bob'><status>back</status></presence>");
        phone.heard();
        Presence shown = alice.presence("Bob");
        assertTrue(shown.toString().contains("back") && !shown.toString().contains("away"), shown.toString());
        phone.say("<presence to='" + ROOM + "/Bob'><show>xa</show></presence>");
        phone.heard();
        assertTrue(alice.presence("Bob").toString().contains(">away<"));
    }

    @Test
    void theClientThatIsStillThereIsShownWhenTheOneShownLeaves() {
        room();
        bob.join("Bob");
        RoomClient laptop = trial.client("bob@localhost/laptop").join("Bob");
        alice.heard();

        laptop.leave("Bob");
        laptop.heard();
        Presence shown = alice.presence("Bob");
        assertEquals(Presence.Type.AVAILABLE, shown.type());
        assertEquals("bob@localhost/phone", item(shown, "jid"));
    }

    @Test
    void theRoomRefusesWithTheErrorsOfTheXep() {
        room().configure("muc#roomconfig_membersonly", "1");
        assertEquals("auth registration-required", error(bob.ask("Bob").presence("Bob")));

        alice.configure(
                "muc#roomconfig_membersonly", "0",
                "muc#roomconfig_passwordprotectedroom", "1",
                "muc#roomconfig_roomsecret", "cauldronburn");
        assertEquals("auth not-authorized", error(bob.ask("Bob").presence("Bob")));
        Element password = Element.of("password", Muc.JOIN, "cauldronburn");
        assertEquals(List.of("110"), codes(bob.ask("Bob", password).presence("Bob")));
        bob.leave("Bob");
        bob.heard();

        alice.configure("muc#roomconfig_passwordprotectedroom", "0", "muc#roomconfig_maxusers", "1");
        assertEquals("wait service-unavailable", error(bob.ask("Bob").presence("Bob")));

        alice.configure("muc#roomconfig_maxusers", "none");
        alice.admin("affiliation", "outcast", "jid", "bob@localhost");
        assertEquals("auth forbidden", error(bob.ask("Bob").presence("Bob")));

        bob.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM, Element.of("x", Muc.JOIN)));
        assertEquals("modify jid-malformed", error(bob.presences().getFirst()));
    }

    @Test
    void aStatusFromSomebodyWhoIsNotInTheRoomIsAnsweredWithThat() {
        room();
        bob.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource("Bob")));
        Presence told = bob.presences().getFirst();
        assertEquals(Presence.Type.UNAVAILABLE, told.type());
        assertEquals(List.of("110", "307", "333"), codes(told));
        assertTrue(alice.heard().isEmpty());
    }

    @Test
    void aNickChangeIsAnnouncedUnderTheOldNickAndShownUnderTheNew() {
        room();
        bob.join("Bob");
        alice.heard();
        bob.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource("Robert")));

        List<Presence> own = bob.presences();
        assertEquals(List.of("303", "110"), codes(own.getFirst()));
        assertEquals("Robert", item(own.getFirst(), "nick"));
        assertEquals(List.of("110"), codes(own.getLast()));
        List<Presence> others = alice.presences();
        assertEquals(Presence.Type.UNAVAILABLE, others.getFirst().type());
        assertEquals(List.of("303"), codes(others.getFirst()));
        assertEquals("Robert", others.getLast().sender().resource());

        bob.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource("Alice")));
        assertEquals("cancel conflict", error(bob.presences().getFirst()));
    }

    @Test
    void whatOnlyTheRoomMaySayIsTakenOutOfAPresence() {
        room();
        bob.join("Bob");
        alice.heard();
        bob.say("<presence to='" + ROOM + "/Bob'><show>away</show>"
                + "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' role='moderator'/></x>"
                + "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/></presence>");
        bob.heard();

        Presence seen = alice.presence("Bob");
        assertEquals("none", item(seen, "affiliation"));
        assertEquals(1, seen.children().stream().filter(c -> c.namespace().equals(Muc.USER)).count());
        assertTrue(!seen.toString().contains("forged") && seen.toString().contains("away"));
    }

    @Test
    void aClientThatVanishesLeavesTheRoom() {
        room();
        bob.join("Bob");
        alice.heard();
        bob.vanish();
        assertEquals(Presence.Type.UNAVAILABLE, alice.presence("Bob").type());
    }

    @Test
    void aClientWhoseErrorSaysThatItIsGoneIsTakenOut() {
        room();
        bob.join("Bob");
        alice.heard();
        bob.say("<message type='error' to='" + ROOM + "'><error type='cancel'>"
                + "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        bob.heard();
        assertEquals(List.of("333"), codes(alice.presence("Bob")));
    }

    @Test
    void anErrorThatAGuardMayHaveMadeThrowsNobodyOut() {
        room();
        bob.join("Bob");
        alice.heard();
        bob.say("<message type='error' to='" + ROOM + "/Alice'><error type='cancel'>"
                + "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        bob.heard();
        List<Stanza> heard = alice.heard();
        assertEquals(1, heard.size(), "the error goes to whom the message came from, and nobody leaves");
        assertEquals("cancel service-unavailable", error(heard.getFirst()));
    }

    @Test
    void aClientThatLostTrackOfItsNickHearsEverythingAgainUnderTheOneItHas() {
        room();
        bob.join("Bob");
        alice.heard();
        List<Presence> heard = bob.ask("Robert").presences();
        assertEquals(
                List.of("Alice", "Bob"),
                heard.stream().map(presence -> presence.sender().resource()).toList());
        assertTrue(codes(heard.getLast()).containsAll(List.of("110", "210")), heard::toString);
        assertTrue(alice.presences().isEmpty());
    }

    @Test
    void whoLeavesARoomThatWasNeverConfiguredHearsThatItIsNoMore() {
        alice.join("Alice");
        alice.leave("Alice");
        Presence heard = alice.presence("Alice");
        assertEquals(Presence.Type.UNAVAILABLE, heard.type());
        Element x = heard.child("x", Muc.USER);
        assertTrue(x != null && x.child("destroy", Muc.USER) != null, heard::toString);
    }

    @Test
    void whoAsksWhetherTheyAreStillThereIsTold() {
        room();
        bob.join("Bob");
        Element ping = Element.of("ping", Muc.PING);
        assertEquals(Iq.Type.RESULT, bob.query(Iq.Type.GET, ROOM.withResource("Bob"), ping).type());
        assertEquals(
                "cancel not-acceptable",
                error(trial.client("carol").query(Iq.Type.GET, ROOM.withResource("Bob"), ping)));
    }

    @Test
    void aClientElsewhereThatAPingDoesNotReachIsAGhost() {
        List<Stanza> arrived = new CopyOnWriteArrayList<>();
        Lane lane = new Lane(10);
        trial.router.addComponent("elsewhere.example", (stanza, _) -> arrived.add(stanza));
        room();
        for (String name : List.of("eve", "fay")) {
            trial.router.route(
                    Presence.of(
                            Presence.Type.AVAILABLE,
                            Jid.parse(name + "@elsewhere.example/x"),
                            ROOM.withResource(name),
                            Element.of("x", Muc.JOIN)),
                    lane);
        }
        alice.heard();
        arrived.clear();
        trial.time.forward(Duration.ofMinutes(11));
        alice.heard(); // the room has done by then what it had to do
        List<Iq> pings = arrived.stream().map(Iq.class::cast).toList();
        assertEquals(2, pings.size());
        trial.router.route(pings.get(0).refuse(Condition.ITEM_NOT_FOUND.error()), lane);
        trial.router.route(pings.get(1).refuse(Condition.SERVICE_UNAVAILABLE.error()), lane);

        List<Presence> heard = alice.presences();
        assertEquals(1, heard.size(), "who does not know pings is there nevertheless");
        assertEquals("eve", heard.getFirst().sender().resource());
        assertEquals(List.of("333"), codes(heard.getFirst()));
    }

    @Test
    void theWordsOfARequestComeBackUnderItsId() {
        room();
        bob.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource("Bob"), Element.of("x", Muc.JOIN))
                .id("join-1"));
        assertEquals("join-1", bob.presence("Bob").id());
        assertNull(alice.presence("Bob").id());
        bob.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource("Robert")).id("nick-1"));
        assertEquals("nick-1", bob.presence("Robert").id());
        bob.say(Presence.of(Presence.Type.UNAVAILABLE, null, ROOM.withResource("Robert")).id("leave-1"));
        assertEquals("leave-1", bob.presence("Robert").id());
        assertTrue(alice.presences().stream().allMatch(p -> p.id() == null));
    }

    @Test
    void aClientThatLostTrackHearsEverythingAgainAndTheOthersNothing() {
        room();
        bob.join("Bob");
        alice.heard();
        List<Stanza> again = bob.ask("Bob").heard();
        assertEquals("Alice", again.get(0).sender().resource());
        assertEquals(List.of("110"), codes(again.get(1)));
        assertNotNull(again.get(2).child("subject", Namespaces.CLIENT));
        assertTrue(alice.heard().isEmpty());
    }

    @Test
    void onlyTheClientThatComesInIsToldOfTheRoom() {
        room().configure("muc#roomconfig_whois", "anyone");
        bob.join("Bob");
        RoomClient laptop = trial.client("bob@localhost/laptop");
        assertEquals(List.of("100", "110"), codes(laptop.ask("Bob").presence("Bob")));
        assertEquals(List.of("110"), codes(bob.presence("Bob")));
    }

    @Test
    void anOwnerBringsAConversationAlongWithItsTimes() {
        room();
        String quoted = "<message type='groupchat' to='" + ROOM + "'><body>old</body><delay xmlns='urn:xmpp:delay' "
                + "from='alice@elsewhere.example' stamp='2004-09-29T01:54:37Z'/></message>";
        alice.say(quoted);
        alice.heard();
        bob.join("Bob");
        bob.say(quoted);
        bob.heard();
        List<Message> history = trial.client("carol").ask("Carol").messages();
        assertEquals(1, history.get(0).children().stream().filter(c -> c.name().equals("delay")).count());
        assertTrue(history.get(0).toString().contains("2004-09-29"));
        assertTrue(!history.get(1).toString().contains("2004-09-29"), "others cannot");
    }

    @Test
    void aRoomThatDoesNotLastIsGoneWithItsLastOccupant() {
        room();
        alice.leave("Alice");
        alice.heard();
        assertEquals(List.of("201", "110"), codes(bob.ask("Bob").presence("Bob")));
    }

    /** Characters of a message on the wire, its receiver included. */
    private static int written(Message message) {
        XmlBuffer buffer = new XmlBuffer(256);
        message.write(buffer, false);
        return new String(buffer.toByteArray(), StandardCharsets.UTF_8).length();
    }

    @Test
    void theHistoryIsShownWithinTheLimitsThatTheNewcomerSets() {
        room();
        alice.message("one");
        alice.heard();
        trial.time.forward(Duration.ofSeconds(60));
        alice.message("two");
        alice.message("three");
        alice.heard();

        Element two = Element.builder("history", Muc.JOIN).attribute("maxstanzas", "2").build();
        List<Message> heard = bob.ask("Bob", two).messages();
        assertEquals("two", heard.get(0).body());
        assertEquals("three", heard.get(1).body());
        assertNotNull(heard.get(0).child("delay", Muc.DELAY));
        assertNull(heard.get(2).body(), "the subject comes after the history");
        bob.leave("Bob");

        Element seconds = Element.builder("history", Muc.JOIN).attribute("seconds", "30").build();
        assertEquals(List.of("two", "three"), bob.ask("Bob", seconds).bodies());
        bob.leave("Bob");
        Element none = Element.builder("history", Muc.JOIN).attribute("maxchars", "0").build();
        assertEquals(List.of(), bob.ask("Bob", none).bodies());
        bob.leave("Bob");
        int one = written(heard.get(1));
        Element exact = Element.builder("history", Muc.JOIN).attribute("maxchars", "" + one).build();
        assertEquals(List.of("three"), bob.ask("Bob", exact).bodies());
        bob.leave("Bob");
        Element less = Element.builder("history", Muc.JOIN).attribute("maxchars", "" + (one - 1)).build();
        assertEquals(List.of(), bob.ask("Bob", less).bodies());
        bob.leave("Bob");
        Element since = Element.builder("history", Muc.JOIN)
                .attribute("since", "2026-11-21T12:00:30Z")
                .build();
        assertEquals(List.of("two", "three"), bob.ask("Bob", since).bodies());
    }

    @Test
    void theIdOfAnOccupantIsTheSameUnderEveryNickAndAnotherForOthers() {
        room();
        String first = id(bob.ask("Bob").presence("Bob"));
        bob.leave("Bob");
        String second = id(bob.ask("Robert").presence("Robert"));
        assertEquals(first, second);
        assertTrue(!first.equals(id(trial.client("carol").ask("Carol").presence("Carol"))));
    }

    private static String id(Presence presence) {
        Element id = presence.child("occupant-id", Muc.OCCUPANT_ID);
        assertNotNull(id);
        return id.attributeOr("id", "");
    }

    @Test
    void whoMayMakeRoomsIsTheOperatorsChoice() {
        trial.reload("[modules.mod_muc]\ncreate = \"admins\"\n");
        assertEquals("cancel not-allowed", error(alice.ask("Alice").presence("Alice")));
        assertEquals(List.of("201", "110"), codes(trial.client("root").ask("Root").presence("Root")));
    }

    @Test
    void aRoomThatIsNotThereAnswersAsTheXepSays() {
        Jid nowhere = Jid.parse("nowhere@conference.localhost");
        assertEquals(
                "cancel item-not-found",
                error(alice.query(Iq.Type.GET, nowhere, Element.of("query", Muc.DISCO_INFO))));
    }
}
