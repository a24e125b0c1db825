package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tables of XEP-0045 section 5 and the errors of sections 8 to 10. */
class RoleAndListTest {
    @TempDir
    private Path folder;

    private RoomTrial trial;
    private RoomClient alice;
    private RoomClient bob;
    private RoomClient carol;

    @BeforeEach
    void start() {
        trial = RoomTrial.in(folder, "");
        alice = trial.client("alice").join("Alice").unlock();
        bob = trial.client("bob").join("Bob");
        carol = trial.client("carol").join("Carol");
        alice.heard();
        bob.heard();
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private static String jids(Iq answer) {
        return Objects.requireNonNull(answer.payload()).children().stream()
                .map(item -> item.attributeOr("jid", ""))
                .sorted()
                .reduce("", (left, right) -> left + right + " ")
                .strip();
    }

    @Test
    void aModeratorWithoutAffiliationKicksParticipantsAndNoModerator() {
        alice.admin("nick", "Bob", "role", "moderator");
        RoomClient dave = trial.client("dave").join("Dave");
        alice.admin("nick", "Dave", "role", "moderator");
        assertEquals("cancel not-allowed", error(bob.admin("nick", "Dave", "role", "none")));
        assertEquals("auth forbidden", error(bob.admin("nick", "Dave", "role", "participant")));
        assertEquals("auth forbidden", error(bob.admin("nick", "Carol", "role", "moderator")));
        assertEquals("cancel not-allowed", error(bob.admin("nick", "Alice", "role", "visitor")));
        assertEquals(Iq.Type.RESULT, bob.admin("nick", "Carol", "role", "none").type());
        assertEquals(Iq.Type.RESULT, bob.admin("nick", "Bob", "role", "none").type(), "one may kick oneself");
        assertEquals(Iq.Type.RESULT, alice.admin("nick", "Dave", "role", "none").type());
        assertTrue(codes(dave.presence("Dave")).contains("307"));
    }

    @Test
    void nobodyTakesVoiceFromAnOwnerNotEvenTheOwner() {
        assertEquals("cancel not-allowed", error(alice.admin("nick", "Alice", "role", "visitor")));
        assertEquals("cancel not-allowed", error(alice.admin("nick", "Alice", "role", "participant")));
    }

    @Test
    void aMemberWhoModeratesDoesNotMuteOtherMembers() {
        alice.admin("jid", "bob@localhost", "affiliation", "member");
        alice.admin("jid", "carol@localhost", "affiliation", "member");
        alice.admin("nick", "Bob", "role", "moderator");
        assertEquals("cancel not-allowed", error(bob.admin("nick", "Carol", "role", "visitor")));
        assertEquals(Iq.Type.RESULT, alice.admin("nick", "Carol", "role", "visitor").type());
    }

    @Test
    void aModeratorTakesVoiceFromThoseWhoAreNothingToTheRoom() {
        alice.admin("nick", "Bob", "role", "moderator");
        assertEquals(Iq.Type.RESULT, bob.admin("nick", "Carol", "role", "visitor").type());
    }

    @Test
    void onlyOwnersTakeSomebodyOffTheListOfAdmins() {
        alice.admin("jid", "bob@localhost", "affiliation", "admin");
        assertEquals("auth forbidden", error(bob.admin("jid", "bob@localhost", "affiliation", "member")));
        assertEquals("auth forbidden", error(bob.admin("jid", "bob@localhost", "affiliation", "none")));
        assertEquals(Iq.Type.RESULT, alice.admin("jid", "bob@localhost", "affiliation", "none").type());
    }

    @Test
    void whoBecomesAMemberWhileAwayComesInWithVoice() {
        alice.admin("nick", "Bob", "role", "visitor");
        bob.leave("Bob");
        bob.heard();
        alice.admin("jid", "bob@localhost", "affiliation", "member");
        assertEquals("participant", item(bob.ask("Bob").presence("Bob"), "role"));
        alice.admin("nick", "Bob", "role", "visitor");
        bob.leave("Bob");
        bob.heard();
        alice.admin("jid", "bob@localhost", "affiliation", "none");
        assertEquals("visitor", item(bob.ask("Bob").presence("Bob"), "role"), "who falls gets no voice by it");
    }

    @Test
    void whoBansHearsTheAnswerBeforeTheBannedHearOfIt() {
        RoomClient second = trial.client("alice@localhost/second").join("Alice");
        alice.heard();
        alice.admin("jid", "bob@localhost", "affiliation", "outcast");
        assertEquals(List.of("301"), codes(alice.heard().getFirst()));
        assertEquals(List.of("301", "110"), codes(bob.presence("Bob")));
        alice.configure("muc#roomconfig_membersonly", "1");
        assertEquals(List.of("322", "110"), codes(carol.presence("Carol")));
        assertTrue(second.heard().size() > 1);
    }

    @Test
    void aChangeIsShownWithItsReasonAndTheOneWhoMadeItHearsTheAnswerFirst() {
        String kick = "<iq type='set' id='k1' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                + "<item nick='Carol' role='none'><reason>Avaunt</reason></item>"
                + "<item nick='Bob' role='visitor'><reason>hush</reason></item></query></iq>";
        alice.say(kick);
        List<Stanza> heard = alice.heard();
        assertTrue(heard.get(0) instanceof Iq iq && iq.type() == Iq.Type.RESULT, heard.toString());
        assertEquals(List.of("307"), codes(heard.get(1)));
        assertTrue(heard.get(1).toString().contains("Avaunt"));
        assertTrue(heard.get(2).toString().contains("hush"), "the others see why");
        Presence bobs = bob.presence("Bob");
        assertEquals("visitor", item(bobs, "role"));
        assertTrue(bobs.toString().contains("hush") && bobs.toString().contains("nick='Alice'"));
    }

    @Test
    void whoBecomesAModeratorLearnsTheAddressesOfAll() {
        assertFalse(bob.heard().stream().anyMatch(s -> s.toString().contains("carol@")));
        alice.admin("nick", "Bob", "role", "moderator");
        List<Presence> shown = bob.presences();
        assertEquals("moderator", item(shown.getFirst(), "role"));
        assertTrue(shown.stream().anyMatch(p -> p.toString().contains("carol@localhost/phone")));
    }

    @Test
    void theListOfModeratorsIsTheAdminsAndTheListOfOwnersTheOwners() {
        alice.admin("nick", "Bob", "role", "moderator");
        assertEquals("auth forbidden", error(bob.list("role", "moderator")));
        assertEquals(Iq.Type.RESULT, bob.list("role", "participant").type());
        alice.admin("jid", "carol@localhost", "affiliation", "admin");
        assertEquals(Iq.Type.RESULT, carol.list("role", "moderator").type());
        assertEquals("auth forbidden", error(carol.list("affiliation", "owner")));
        assertEquals("auth forbidden", error(carol.list("affiliation", "admin")));
        assertEquals(Iq.Type.RESULT, carol.list("affiliation", "outcast").type());
        assertEquals("alice@localhost", jids(alice.list("affiliation", "owner")));
    }

    @Test
    void whoMayAskForTheMembersOfANonAnonymousRoomIsTheOwnersChoice() {
        alice.admin("jid", "dave@localhost", "affiliation", "member");
        assertEquals("auth forbidden", error(bob.list("affiliation", "member")));
        alice.configure("muc#roomconfig_whois", "anyone");
        assertEquals("dave@localhost", jids(bob.list("affiliation", "member")));
        assertEquals("dave@localhost", jids(trial.client("dave").list("affiliation", "member")));
        alice.configure("muc#roomconfig_getmemberlist", "moderator");
        assertEquals("auth forbidden", error(bob.list("affiliation", "member")));
        assertEquals("modify not-acceptable", error(alice.submit("muc#roomconfig_getmemberlist", "kings")));
    }

    @Test
    void aBanTakesTheReservedNickAndAnEmptyNickUnreservesIt() {
        alice.admin("jid", "bob@localhost", "affiliation", "member", "nick", "Robert");
        RoomClient dave = trial.client("dave");
        assertEquals("cancel conflict", error(dave.ask("Robert").presence("Robert")));
        alice.admin("jid", "bob@localhost", "affiliation", "outcast");
        assertNull(Objects.requireNonNull(alice.list("affiliation", "outcast").payload())
                .children()
                .getFirst()
                .attribute("nick"));
        assertEquals(List.of("110"), codes(dave.ask("Robert").presence("Robert")));

        alice.admin("jid", "carol@localhost", "affiliation", "member", "nick", "Caroline");
        assertEquals(
                "cancel conflict",
                error(alice.admin("jid", "eve@localhost", "affiliation", "member", "nick", "cAROLINE")));
        alice.admin("jid", "carol@localhost", "affiliation", "member", "nick", "");
        assertEquals(
                Iq.Type.RESULT,
                alice.admin("jid", "eve@localhost", "affiliation", "member", "nick", "Caroline").type());
        assertEquals(
                "modify jid-malformed",
                error(alice.admin("jid", "eve@localhost", "affiliation", "member", "nick", "a\u0007b")));
        assertEquals("modify jid-malformed", error(alice.admin("nick", "\u00ad", "role", "visitor")));
    }

    @Test
    void anAddressStandsInARequestOnce() {
        Element query = Element.builder("query", Muc.ADMIN)
                .child(change("dave@localhost", "member"))
                .child(change("dave@localhost/phone", "outcast"))
                .build();
        assertEquals("modify bad-request", error(alice.query(Iq.Type.SET, ROOM, query)));
        assertEquals("", jids(alice.list("affiliation", "member")));
    }

    private static Element change(String jid, String affiliation) {
        return Element.builder("item", Muc.ADMIN)
                .attribute("jid", jid)
                .attribute("affiliation", affiliation)
                .build();
    }

    @Test
    void anAbsentUserIsToldWhatTheyHaveBecomeAndAStrangerNotThatTheyAreBanned() {
        RoomClient dave = trial.client("dave").available();
        RoomClient eve = trial.client("eve").available();
        alice.admin("jid", "dave@localhost", "affiliation", "member");
        alice.admin("jid", "eve@localhost", "affiliation", "outcast");
        Message told = dave.messages().getFirst();
        assertEquals(List.of("101"), codes(told));
        assertEquals("member", item(told, "affiliation"));
        assertTrue(eve.heard().isEmpty());
    }

    @Test
    void whoBecomesAMemberOfAMembersOnlyRoomIsInvitedWithoutAnAddressOfTheAdmin() {
        alice.configure("muc#roomconfig_membersonly", "1", "muc#roomconfig_roomsecret", "sesame");
        RoomClient dave = trial.client("dave").available();
        alice.admin("jid", "dave@localhost", "affiliation", "member");
        Message invitation = dave.messages().getFirst();
        assertTrue(invitation.toString().contains("<invite"), invitation.toString());
        assertTrue(invitation.toString().contains("sesame"));
        assertFalse(invitation.toString().contains("alice@"));

        alice.available().heard();
        dave.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'><decline to='" + ROOM
                + "/Alice'/></x></message>");
        dave.heard();
        assertTrue(alice.messages().getFirst().toString().contains("dave@localhost"));
    }

    @Test
    void theFormHoldsTheWholeListsOfOwnersAndAdmins() {
        assertEquals("cancel conflict", error(alice.submit("muc#roomconfig_roomowners", "")));
        assertEquals("modify jid-malformed", error(alice.submit("muc#roomconfig_roomadmins", "@@")));
        Element form = Element.builder("x", "jabber:x:data")
                .attribute("type", "submit")
                .child(field("muc#roomconfig_roomname", "Tea"))
                .child(field("muc#roomconfig_roomowners", "alice@localhost", "bob@localhost"))
                .child(field("muc#roomconfig_roomadmins", "carol@localhost", "dave@localhost"))
                .build();
        Element query = Element.builder("query", Muc.OWNER).child(form).build();
        assertEquals(Iq.Type.RESULT, alice.query(Iq.Type.SET, ROOM, query).type());
        assertEquals("owner", item(bob.presence("Bob"), "affiliation"));
        assertEquals("moderator", item(carol.presence("Carol"), "role"));
        assertEquals("alice@localhost bob@localhost", jids(alice.list("affiliation", "owner")));
        assertEquals("carol@localhost dave@localhost", jids(bob.list("affiliation", "admin")));

        alice.configure("muc#roomconfig_roomadmins", "dave@localhost");
        assertEquals("none", item(carol.presence("Carol"), "affiliation"));
        String shown = String.valueOf(alice.query(Iq.Type.GET, ROOM, Element.of("query", Muc.OWNER)).payload());
        assertTrue(shown.contains("dave@localhost") && !shown.contains("carol@localhost"));
    }

    private static Element field(String var, String... values) {
        Element.Builder field = Element.builder("field", "jabber:x:data").attribute("var", var);
        for (String value : values) {
            field.child("value", value);
        }
        return field.build();
    }

    @Test
    void whoWasMutedStaysMutedWhenComingBack() {
        alice.admin("nick", "Bob", "role", "visitor");
        bob.leave("Bob");
        assertEquals("visitor", item(bob.ask("Robert").presence("Robert"), "role"));
        alice.admin("nick", "Robert", "role", "participant");
        bob.leave("Robert");
        assertEquals("participant", item(bob.ask("Bob").presence("Bob"), "role"));
    }
}
