package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Lanes;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is answered with the error of the XEP, and the room is as it was. */
class BadInputTest {
    @TempDir
    private Path folder;

    private RoomTrial trial;
    private RoomClient alice;
    private RoomClient bob;

    @BeforeEach
    void start() {
        trial = RoomTrial.in(folder, "");
        alice = trial.client("alice").join("Alice").configure("public_list", "1");
        bob = trial.client("bob");
        alice.heard();
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private void theRoomIsAsItWas() {
        assertEquals(List.of(), alice.heard());
        Iq items = trial.client("witness").query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_ITEMS));
        assertEquals(1, Objects.requireNonNull(items.payload()).children().size());
    }

    @Test
    void aNickOfCharactersThatCannotBeSeenOrReadIsMalformed() {
        for (String nick : List.of(" ", "\u00a0", "\u2003", "\u00ad", "\u200b", "A\u202eecila", "\ue000", "a\u0378")) {
            Stanza refused;
            try {
                bob.ask(nick);
                refused = bob.presences().getFirst();
            } catch (IllegalArgumentException e) {
                continue; // no address has it, so no stanza can carry it
            }
            assertEquals("modify jid-malformed", error(refused), () -> "U+" + Integer.toHexString(nick.charAt(0)));
        }
        theRoomIsAsItWas();
    }

    @Test
    void nicksThatNobodyCanTellApartAreOne() {
        for (String alike : List.of("ALICE", "alice ", "\uff21\uff4c\uff49\uff43\uff45", "Alic\u0065")) {
            assertEquals("cancel conflict", error(bob.ask(alike).presences().getFirst()), alike);
        }
        bob.join("Bob");
        alice.heard();
        bob.say("<presence to='" + ROOM + "/aLiCe'/>");
        assertEquals("cancel conflict", error(bob.presences().getFirst()));
        assertTrue(alice.heard().isEmpty());
    }

    @Test
    void aNickIsAsLongAsAnAddressMayBeAndNoLonger() {
        String longest = "n".repeat(1_023);
        assertEquals(List.of("110"), codes(bob.ask(longest).presence(longest)));
        bob.leave(longest);
        bob.heard();
        alice.heard();
        assertThrows(IllegalArgumentException.class, () -> ROOM.withResource("n".repeat(1_024)));
        assertEquals(
                "modify jid-malformed",
                error(alice.admin("jid", "bob@localhost", "affiliation", "member", "nick", "n".repeat(1_024))));
        theRoomIsAsItWas();
    }

    @Test
    void aRefusalShowsWhatWasRefused() {
        Presence refused = bob.ask("Alice").presences().getFirst();
        assertEquals(ROOM.withResource("Alice"), refused.from());
        assertEquals(Element.of("x", Muc.JOIN), refused.children().getFirst());
        bob.join("Bob");
        Iq kick = bob.admin("nick", "Alice", "role", "none");
        assertTrue(kick.toString().contains("nick='Alice'"), kick.toString());
    }

    @Test
    void aForgedWordOfTheRoomHasNoEffect() {
        bob.join("Bob");
        alice.heard();
        bob.say("<presence to='" + ROOM + "/Bob'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<item affiliation='owner' role='moderator' jid='root@localhost'/><status code='110'/></x></presence>");
        bob.heard();
        Presence seen = alice.presence("Bob");
        assertEquals("none", item(seen, "affiliation"));
        assertEquals(List.of(), codes(seen));
        bob.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<item affiliation='owner' role='moderator'/></x></message>");
        assertEquals("modify bad-request", error(bob.messages().getFirst()));
        bob.say("<message type='groupchat' to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<destroy/><status code='307'/></x><body>hi</body></message>");
        bob.heard();
        assertFalse(alice.messages().getFirst().toString().contains("destroy"));
    }

    @Test
    void whoIsNotInTheRoomReachesNobodyInIt() {
        String to = "to='" + ROOM;
        Stream.of(
                        "<message type='groupchat' " + to + "'><body>x</body></message>",
                        "<message type='groupchat' " + to + "'><subject>x</subject></message>",
                        "<message type='chat' " + to + "/Alice'><body>x</body></message>",
                        "<message " + to + "'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                                + "<value>http://jabber.org/protocol/muc#request</value></field></x></message>",
                        "<message " + to + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                                + "<invite to='eve@localhost'/></x></message>")
                .forEach(xml -> {
                    bob.say(xml);
                    assertEquals("modify not-acceptable", error(bob.messages().getFirst()), xml);
                });
        bob.say("<presence type='unavailable' " + to + "/Alice'/>");
        bob.say("<presence type='probe' " + to + "/Alice'/>");
        bob.say("<presence type='error' " + to + "/Alice'/>");
        assertTrue(bob.heard().isEmpty());
        bob.say("<presence type='subscribe' " + to + "'/>");
        assertEquals("cancel not-allowed", error(bob.presences().getFirst()));
        theRoomIsAsItWas();
    }

    @Test
    void anErrorOfTheRoomSaysThatItIsTheRooms() {
        bob.ask("Alice");
        bob.message("unheard");
        bob.say(Message.of(Message.Type.CHAT, null, ROOM.withResource("Nobody"), "m"));
        List<Stanza> errors = new ArrayList<>(bob.heard());
        errors.add(bob.submit());
        errors.add(bob.query(Iq.Type.GET, ROOM.withResource("Alice"), Element.of("query", Muc.VCARD)));
        assertEquals(5, errors.size());
        for (Stanza error : errors) {
            Element reason = Objects.requireNonNull(error.child("error", "jabber:client"), error::toString);
            assertEquals(ROOM.toString(), reason.attribute("by"), error::toString);
        }
    }

    @Test
    void aRequestThatIsNoneIsABadRequest() {
        for (String namespace : List.of(Muc.ADMIN, Muc.OWNER, Muc.REGISTER, Muc.VCARD, Muc.MODERATE)) {
            Iq answer = alice.query(Iq.Type.SET, ROOM, Element.of("nonsense", namespace));
            assertEquals("modify bad-request", error(answer), namespace);
        }
        assertEquals(
                "cancel item-not-found", error(alice.query(Iq.Type.SET, ROOM, Element.of("nonsense", Muc.COMMANDS))));
        assertEquals(
                "modify bad-request",
                error(alice.query(Iq.Type.SET, ROOM, Element.of("query", Muc.OWNER))));
        assertEquals("modify bad-request", error(alice.list("affiliation", "king")));
        assertEquals("modify bad-request", error(alice.admin("nick", "Alice", "role", "none", "affiliation", "none")));
        assertEquals("modify bad-request", error(alice.admin("affiliation", "member")));
        theRoomIsAsItWas();
    }

    @Test
    void aSubjectWithABodyOrAThreadIsAMessage() {
        alice.say("<message type='groupchat' to='" + ROOM + "'><subject>s</subject><body>b</body></message>");
        alice.say("<message type='groupchat' to='" + ROOM + "'><subject>s</subject><thread>t</thread></message>");
        alice.heard();
        Message subject = bob.ask("Bob").messages().getLast();
        assertEquals("", Objects.requireNonNull(subject.child("subject", "jabber:client")).text());
    }

    @Test
    void whoLeavesARoomThatIsTooBusyIsOutHoweverOftenTheySaySo() throws InterruptedException {
        bob.join("Bob");
        RoomClient carol = trial.client("carol");
        alice.heard();
        CompletableFuture<Room> held = new CompletableFuture<>();
        CountDownLatch released = new CountDownLatch(1);
        trial.services.find(RoomHooks.class).events().add("test", 0, event -> {
            if (held.complete(event.room())) {
                await(released);
            }
            return Verdict.pass();
        });
        Thread talking = Thread.startVirtualThread(() -> alice.message("held"));
        Lane lane = held.join().lane();
        try {
            while (lane.offer(() -> {})) {}
            int full = lane.size();
            for (int i = 0; i < 100; i++) {
                bob.leave("Bob");
                carol.leave("Bob");
            }
            assertEquals(full + 2, lane.size(), "each waits once");
        } finally {
            released.countDown();
            talking.join();
            Lanes.awaitIdle(lane); // else it is full still, and refuses what comes next
        }
        assertEquals(List.of("110"), codes(bob.presence("Bob")));
        assertEquals(1, alice.presences().size());
        bob.join("Bob").leave("Bob");
        bob.heard();
        assertEquals(2, alice.presences().size(), "and may come again");
    }

    @Test
    void whatWaitsForABusyRoomCountsOnce() throws InterruptedException {
        bob.join("Bob");
        CompletableFuture<Room> held = new CompletableFuture<>();
        CountDownLatch released = new CountDownLatch(1);
        trial.services.find(RoomHooks.class).events().add("test", 0, event -> {
            if (held.complete(event.room())) {
                await(released);
            }
            return Verdict.pass();
        });
        Thread talking = Thread.startVirtualThread(() -> alice.message("held"));
        Lane lane = held.join().lane();
        try {
            for (int i = 0; i < 400; i++) {
                bob.message("waits");
            }
            assertEquals(401, lane.size());
        } finally {
            released.countDown();
            talking.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void oneUserComesInWithFiftyClientsUnderOneNickAndNoMore() {
        List<Stanza> arrived = new CopyOnWriteArrayList<>();
        trial.router.addComponent("elsewhere.example", (stanza, _) -> arrived.add(stanza));
        for (int i = 1; i <= 51; i++) {
            trial.router.route(
                    Presence.of(
                            Presence.Type.AVAILABLE,
                            Jid.parse("eve@elsewhere.example/c" + i),
                            ROOM.withResource("Eve"),
                            Element.of("x", Muc.JOIN)),
                    new Lane(100));
        }
        alice.heard(); // the room has done by then what it had to do

        List<Presence> refused = arrived.stream()
                .filter(Presence.class::isInstance)
                .map(Presence.class::cast)
                .filter(presence -> presence.type() == Presence.Type.ERROR)
                .toList();
        assertEquals(1, refused.size());
        assertEquals("c51", refused.getFirst().receiver().resource());
        assertEquals("wait resource-constraint", error(refused.getFirst()));
    }

    @Test
    void whatOnlyARoomMaySayIsTakenOutHoweverItIsWritten() {
        bob.join("Bob");
        alice.heard();
        bob.say("<message type='groupchat' to='" + ROOM + "'><body>x</body>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='ROOM@Conference.localhost' id='forged'/>"
                + "<hats xmlns='urn:xmpp:hats:0'><hat uri='u' title='Boss'/></hats>"
                + "<retract xmlns='urn:xmpp:message-retract:1' id='1'>"
                + "<moderated xmlns='urn:xmpp:message-moderate:1' by='" + ROOM + "/Alice'/></retract></message>");
        Message heard = alice.messages().getFirst();
        assertFalse(heard.toString().contains("forged"), heard.toString());
        assertFalse(heard.toString().contains("Boss"), heard.toString());
        assertFalse(heard.toString().contains("moderated"), heard.toString());
        bob.say("<message type='error' to='" + ROOM + "/Alice'><x xmlns='" + Muc.USER + "'><status code='307'/></x>"
                + "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        assertEquals(List.of(), codes(alice.messages().getFirst()));
    }

    @Test
    void aPresenceThatEverybodyWouldBeSentHasABound() {
        String status = "<status>" + "s".repeat(8_200) + "</status></presence>";
        bob.say("<presence to='" + ROOM + "/Bob'><x xmlns='" + Muc.JOIN + "'/>" + status);
        assertEquals("modify not-acceptable", error(bob.presences().getFirst()));
        theRoomIsAsItWas();
        bob.join("Bob");
        alice.heard();
        bob.say("<presence to='" + ROOM + "/Bob'>" + status);
        assertEquals("modify not-acceptable", error(bob.presences().getFirst()));
        bob.say("<presence to='" + ROOM + "/Bob'><x xmlns='" + Muc.JOIN + "'/>" + status);
        assertEquals("modify not-acceptable", error(bob.presences().getFirst()));
        assertEquals(List.of(), alice.heard());
    }

    @Test
    void aReasonThatIsKeptHasABound() {
        Element ban = Element.builder("query", Muc.ADMIN)
                .child(Element.builder("item", Muc.ADMIN)
                        .attribute("affiliation", "outcast")
                        .attribute("jid", "eve@localhost")
                        .child("reason", "r".repeat(2_001))
                        .build())
                .build();
        assertEquals("modify not-acceptable", error(alice.query(Iq.Type.SET, ROOM, ban)));
        theRoomIsAsItWas();
    }

    @Test
    void whoAsksToBecomeAMemberAgainAndAgainDoesNotFloodTheAdmins() {
        alice.configure("muc#roomconfig_registration", "approval");
        alice.heard();
        for (String nick : List.of("Bob", "Bob", "Bobby")) {
            bob.say("<iq type='set' id='r' to='" + ROOM + "'><query xmlns='jabber:iq:register'>"
                    + "<x xmlns='jabber:x:data' type='submit'>"
                    + "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#register</value></field>"
                    + "<field var='muc#register_roomnick'><value>" + nick + "</value></field></x></query></iq>");
        }
        List<Stanza> answers = bob.heard();
        assertEquals(3, answers.size());
        assertEquals("wait resource-constraint", error(answers.getLast()));
        assertEquals(1, alice.messages().size());
    }
}
