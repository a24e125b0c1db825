package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TalkingTest {
    @TempDir
    private Path folder;

    private RoomTrial trial;
    private RoomClient alice;
    private RoomClient bob;

    @BeforeEach
    void start() {
        trial = RoomTrial.in(folder, "");
        alice = trial.client("alice").join("Alice").unlock();
        bob = trial.client("bob").join("Bob");
        alice.heard();
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    @Test
    void aMessageReachesEverybodyWithItsIdAndOneOfTheRoom() {
        bob.say("<message type='groupchat' id='x1' to='" + ROOM + "'><body>hello</body>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='" + ROOM + "' id='forged'/>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='elsewhere.example' id='theirs'/>"
                + "<delay xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z'/>"
                + "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='forged'/></x></message>");
        Message own = bob.messages().getFirst();
        Message others = alice.messages().getFirst();

        assertEquals(ROOM.withResource("Bob"), others.from());
        assertEquals("x1", others.id());
        assertEquals("x1", own.id());
        List<Element> ids =
                others.children().stream().filter(c -> c.name().equals("stanza-id")).toList();
        assertEquals(2, ids.size());
        assertEquals(
                ids.get(1).attribute("id"),
                Objects.requireNonNull(own.children().getLast()).attribute("id"));
        assertFalse(others.toString().contains("forged"));
        assertFalse(others.toString().contains("2001"));
        assertNotNull(others.child("occupant-id", Muc.OCCUPANT_ID));
    }

    @Test
    void whoIsNotInTheRoomDoesNotTalk() {
        RoomClient carol = trial.client("carol");
        carol.message("psst");
        assertEquals("modify not-acceptable", error(message(carol)));
        assertTrue(alice.messages().isEmpty());
    }

    private static Message message(RoomClient client) {
        return client.messages().getFirst();
    }

    @Test
    void whoHasNoVoiceIsForbiddenUntilAModeratorGivesIt() {
        alice.configure("muc#roomconfig_moderatedroom", "1");
        RoomClient carol = trial.client("carol");
        assertEquals("visitor", item(carol.ask("Carol").presence("Carol"), "role"));
        carol.message("may I?");
        assertEquals("auth forbidden", error(message(carol)));

        trial.client("carol@localhost/laptop").join("Carol"); // now the one that is shown
        alice.heard();
        carol.say(Message.of(Message.Type.NORMAL, null, ROOM, "v", request().toElement()));
        carol.heard();
        DataForm asked = DataForm.of(message(alice).child("x", DataForm.NAMESPACE));
        assertNotNull(asked);
        assertEquals("Carol", asked.value("muc#roomnick"));
        assertEquals("carol@localhost/phone", asked.value("muc#jid"), "the client that asks");
        assertEquals(DataForm.FieldType.LIST_SINGLE, Objects.requireNonNull(asked.field("muc#role")).type());
        alice.say(Message.of(Message.Type.NORMAL, null, ROOM, "g", grant("Carol", "dave@localhost").toElement()));
        assertEquals("cancel item-not-found", error(message(alice)), "another has the nick by now");
        String address = Objects.requireNonNull(asked.value("muc#jid"));
        alice.say(Message.of(Message.Type.NORMAL, null, ROOM, "g", grant("Carol", address).toElement()));
        alice.heard();
        assertEquals("participant", item(carol.presence("Carol"), "role"));
        carol.message("thanks");
        assertEquals(List.of("thanks"), carol.bodies());
    }

    private static DataForm request() {
        return DataForm.of(
                DataForm.Type.SUBMIT,
                Muc.REQUEST,
                null,
                List.of(DataForm.Field.of("muc#role", DataForm.FieldType.TEXT_SINGLE, null, "participant")));
    }

    private static DataForm grant(String nick, String address) {
        return DataForm.of(
                DataForm.Type.SUBMIT,
                Muc.REQUEST,
                null,
                List.of(
                        DataForm.Field.of("muc#roomnick", DataForm.FieldType.TEXT_SINGLE, null, nick),
                        DataForm.Field.of("muc#jid", DataForm.FieldType.JID_SINGLE, null, address),
                        DataForm.Field.bool("muc#request_allow", null, true)));
    }

    @Test
    void theSubjectIsTheModeratorsUnlessTheOwnerSaysOtherwise() {
        subject(bob, "mine");
        assertEquals("auth forbidden", error(message(bob)));
        alice.configure("muc#roomconfig_changesubject", "1");
        bob.heard();
        alice.heard();
        subject(bob, "ours");
        assertEquals("ours", text(message(bob)));
        assertEquals("ours", text(message(alice)));
        Message shown = message(trial.client("carol").ask("Carol"));
        assertEquals("ours", text(shown));
        assertEquals("Bob", shown.sender().resource());
    }

    private static void subject(RoomClient client, String text) {
        client.say(Message.of(
                Message.Type.GROUPCHAT, null, ROOM, "s", Element.of("subject", Namespaces.CLIENT, text)));
    }

    private static String text(Message message) {
        return Objects.requireNonNull(message.child("subject", Namespaces.CLIENT)).text();
    }

    @Test
    void aSubjectThatIsTooLongIsNotTaken() {
        subject(alice, "x".repeat(10_001));
        assertEquals("modify not-acceptable", error(message(alice)));
        assertEquals("", text(message(trial.client("carol").ask("Carol"))));
    }

    @Test
    void aSubjectHasEachLanguageOnceAndTwentyAtMost() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 21; i++) {
            many.append("<subject xml:lang='x").append(i).append("'>s</subject>");
        }
        alice.say("<message type='groupchat' to='" + ROOM + "'>" + many + "</message>");
        assertEquals("modify not-acceptable", error(message(alice)));
        alice.say("<message type='groupchat' to='" + ROOM + "'><subject xml:lang='" + "e".repeat(10_000)
                + "'>s</subject></message>");
        assertEquals("modify not-acceptable", error(message(alice)));
        bob.heard();
        alice.say("<message type='groupchat' to='" + ROOM + "'><subject>s</subject><subject>t</subject>"
                + "<subject xml:lang='de'>u</subject></message>");
        alice.heard();
        assertEquals(
                List.of("s", "u"),
                message(bob).children().stream()
                        .filter(child -> child.name().equals("subject"))
                        .map(Element::text)
                        .toList());
    }

    @Test
    void anInvitationForNobodyComesBackToTheInviter() {
        for (String nobody : List.of("nobody@localhost", "somebody@elsewhere.example")) {
            bob.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='" + nobody
                    + "'/></x></message>");
            Message error = (Message) bob.next();
            assertEquals("cancel item-not-found", error(error));
            assertTrue(error.toString().contains("to='" + nobody + "'"), error.toString());
        }
        alice.configure("muc#roomconfig_membersonly", "1");
        alice.heard();
        alice.admin("jid", "dave@localhost", "affiliation", "member");
        assertTrue(alice.heard().stream().noneMatch(Stanza::isError), "who only adds a member invites nobody");
    }

    @Test
    void severalGuestsAreInvitedByOneMessage() {
        RoomClient carol = trial.client("carol").available();
        RoomClient dave = trial.client("dave").available();
        bob.say("<message id='i1' to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='nobody@localhost'/><invite to='carol@localhost'><reason>tea</reason></invite>"
                + "<invite to='dave@localhost'><continue thread='t1'/></invite></x></message>");
        Message error = (Message) bob.next();
        assertEquals("i1", error.id());
        assertEquals("cancel item-not-found", error(error));
        assertTrue(error.toString().contains("to='nobody@localhost'"), error.toString());
        assertTrue(message(carol).toString().contains("tea"));
        assertTrue(message(dave).toString().contains("thread='t1'"));
    }

    @Test
    void whoIsBannedIsToAnInviterAsSomebodyWhoIsNot() {
        alice.admin("jid", "dave@localhost", "affiliation", "outcast");
        RoomClient carol = trial.client("carol").available();
        List<String> errors = new ArrayList<>();
        for (String nobody : List.of("dave@localhost", "nobody@localhost")) {
            bob.say("<message id='i1' to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='"
                    + nobody + "'/><invite to='carol@localhost'/></x></message>");
            errors.add(bob.next().toString().replace(nobody, "guest@localhost"));
            assertNotNull(carol.next());
        }
        assertEquals(errors.getLast(), errors.getFirst());
        carol.heard();
        alice.heard();
        alice.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='carol@localhost'/><invite to='dave@localhost'/></x></message>");
        assertEquals("auth forbidden", error(message(alice)));
        assertTrue(carol.messages().isEmpty(), "all addresses are looked at before anybody is invited");
    }

    @Test
    void aPrivateMessageReachesOneAlone() {
        RoomClient carol = trial.client("carol").join("Carol");
        alice.heard();
        bob.heard();
        whisper(bob, "Carol", "psst");
        bob.heard();
        Message heard = message(carol);
        assertEquals("psst", heard.body());
        assertEquals(ROOM.withResource("Bob"), heard.from());
        assertNotNull(heard.child("x", Muc.USER));
        assertTrue(alice.messages().isEmpty());

        whisper(bob, "Nobody", "psst");
        assertEquals("cancel item-not-found", error(message(bob)));
        alice.configure("muc#roomconfig_allowpm", "moderators");
        bob.heard();
        whisper(bob, "Carol", "psst");
        assertEquals("auth forbidden", error(message(bob)));
    }

    private static void whisper(RoomClient from, String nick, String body) {
        from.say(Message.of(
                Message.Type.CHAT,
                null,
                ROOM.withResource(nick),
                "w",
                Element.of("body", Namespaces.CLIENT, body)));
    }

    @Test
    void anInvitationIsPassedOnAndMayBeDeclinedOnce() {
        RoomClient carol = trial.client("carol");
        bob.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='carol@localhost/phone'><reason>come</reason></invite></x></message>");
        bob.heard();
        Message invitation = message(carol);
        assertEquals(ROOM, invitation.from());
        assertEquals(ROOM + "/Bob", inviter(invitation));
        assertTrue(invitation.toString().contains("come"));

        decline(carol, ROOM + "/Bob");
        carol.heard();
        assertTrue(message(bob).toString().contains("carol@localhost"));
        decline(carol, ROOM + "/Bob");
        assertEquals("cancel item-not-found", error(message(carol)));
    }

    private static String inviter(Message invitation) {
        return Objects.requireNonNull(Objects.requireNonNull(invitation.child("x", Muc.USER)).child("invite", Muc.USER))
                .attribute("from");
    }

    private static void invite(RoomClient inviter, String invitee) {
        inviter.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='" + invitee
                + "'/></x></message>");
        inviter.heard();
    }

    @Test
    void onlyWhoMaySeeAddressesIsInvitedByOne() {
        alice.admin("jid", "carol@localhost", "affiliation", "admin");
        alice.heard(); // by now the letter that tells of it has been sent
        RoomClient carol = trial.client("carol").available();
        RoomClient dave = trial.client("dave").available();
        invite(bob, "carol@localhost");
        invite(bob, "dave@localhost");
        assertEquals("bob@localhost/phone", inviter(message(carol)));
        assertEquals(ROOM + "/Bob", inviter(message(dave)));
        alice.configure("muc#roomconfig_whois", "anyone");
        invite(bob, "dave@localhost");
        assertEquals("bob@localhost/phone", inviter(message(dave)));
        decline(dave, "bob@localhost");
        dave.heard();
        assertTrue(message(bob).toString().contains("<decline"));
    }

    @Test
    void eachOfSeveralInvitersHearsThatTheirsIsDeclined() {
        RoomClient carol = trial.client("carol").available();
        invite(alice, "carol@localhost");
        invite(bob, "carol@localhost");
        bob.say("<presence to='" + ROOM + "/Robert'/>");
        bob.heard();
        alice.heard();
        decline(carol, ROOM + "/Alice");
        carol.heard();
        assertTrue(alice.messages().getFirst().toString().contains("<decline"));
        assertTrue(bob.messages().isEmpty());
        decline(carol, ROOM.toString()); // as clients do that keep bare addresses
        carol.heard();
        assertTrue(bob.messages().getFirst().toString().contains("<decline"), "under whatever nick they are now");
    }

    private static void decline(RoomClient client, String inviter) {
        client.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'><decline to='" + inviter
                + "'/></x></message>");
    }

    @Test
    void anInvitationIntoAMembersOnlyRoomMakesAMember() {
        alice.configure("muc#roomconfig_membersonly", "1");
        assertEquals(1, bob.presences().size(), "bob is no member and is removed");
        alice.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='bob@localhost/phone'/></x></message>");
        alice.heard();
        bob.heard();
        assertEquals("member", item(bob.ask("Bob").presence("Bob"), "affiliation"));
    }

    @Test
    void aQueryGoesToAnotherOccupantAndTheAnswerBackAndNoAddressWithThem() {
        Element version = Element.of("query", "jabber:iq:version");
        bob.say(Iq.of(Iq.Type.GET, null, ROOM.withResource("Alice"), "iq1", version));
        bob.heard();
        Iq asked = (Iq) alice.heard().stream().filter(Iq.class::isInstance).findFirst().orElseThrow();
        assertEquals(ROOM.withResource("Bob"), asked.from());

        alice.say(asked.result(version));
        alice.heard();
        Iq answer = (Iq) bob.heard().getFirst();
        assertEquals("iq1", answer.id());
        assertEquals(ROOM.withResource("Alice"), answer.from());
        assertEquals(Iq.Type.RESULT, answer.type());
    }

    @Test
    void aVCardIsAskedOfTheAccountAndShownAsTheOccupants() {
        bob.say(Iq.of(Iq.Type.GET, null, ROOM.withResource("Alice"), "v1", Element.of("vCard", Muc.VCARD)));
        List<Stanza> heard = new ArrayList<>(bob.heard());
        heard.addAll(bob.heard()); // the account answers behind what the room had to do already
        Iq answer = (Iq) heard.getFirst();
        assertEquals("v1", answer.id(), "nobody serves vCards here, but the error finds its way back");
        assertEquals(ROOM.withResource("Alice"), answer.from());
    }

    @Test
    void aVisitorInvitesIntoAnOpenRoom() {
        alice.admin("nick", "Bob", "role", "visitor");
        RoomClient carol = trial.client("carol");
        bob.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='carol@localhost/phone'/></x></message>");
        bob.heard();
        assertTrue(message(carol).toString().contains("<invite"));
    }

    @Test
    void anErrorForAMessageIsNeverAnswered() {
        bob.say("<message type='error' to='" + ROOM + "'><body>x</body><error type='modify'>"
                + "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        assertTrue(bob.heard().isEmpty());
        assertTrue(alice.heard().isEmpty());
    }

    @Test
    void anErrorCarriesNoWordsToOneWhoMayNotBeWrittenTo() {
        String error = "<message type='error' to='" + ROOM + "/Alice'><body>spam</body><thread>t</thread>"
                + "<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>words</text></error></message>";
        bob.say(error);
        bob.heard();
        Message heard = message(alice);
        assertEquals("modify not-acceptable", error(heard));
        assertFalse(heard.toString().contains("spam"), heard.toString());
        assertTrue(heard.toString().contains("words"), heard.toString());
        alice.configure("muc#roomconfig_allowpm", "moderators");
        alice.heard();
        bob.say(error);
        bob.heard();
        heard = message(alice);
        assertEquals("modify not-acceptable", error(heard));
        assertFalse(heard.toString().contains("spam") || heard.toString().contains("words"), heard.toString());
    }

    @Test
    void whatTheRoomCannotReadIsABadRequest() {
        bob.say(Message.of(Message.Type.CHAT, null, ROOM, "c", Element.of("body", Namespaces.CLIENT, "hi")));
        assertEquals("modify bad-request", error(message(bob)));
        bob.say(Message.of(
                Message.Type.GROUPCHAT,
                null,
                ROOM.withResource("Alice"),
                "g",
                Element.of("body", Namespaces.CLIENT, "hi")));
        assertEquals("modify bad-request", error(message(bob)));
        Jid service = Jid.parse("conference.localhost");
        assertEquals(
                "cancel service-unavailable",
                error(bob.query(Iq.Type.GET, service, Element.of("query", "jabber:iq:version"))));
    }
}
