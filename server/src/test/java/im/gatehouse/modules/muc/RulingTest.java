package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulingTest {
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

    @Test
    void aKickedOccupantIsOutAndMayComeBack() {
        assertEquals(Iq.Type.RESULT, alice.admin("nick", "Bob", "role", "none").type());
        Presence kicked = bob.presence("Bob");
        assertEquals(List.of("307", "110"), codes(kicked));
        assertTrue(kicked.toString().contains("actor") && !kicked.toString().contains("alice@"));
        assertEquals(List.of("307"), codes(carol.presence("Bob")));
        assertEquals(List.of("110"), codes(bob.ask("Bob").presence("Bob")));
    }

    @Test
    void aBannedUserIsOutAndStaysOut() {
        alice.admin("jid", "bob@localhost", "affiliation", "outcast");
        assertEquals(List.of("301", "110"), codes(bob.presence("Bob")));
        assertEquals("outcast", item(carol.presence("Bob"), "affiliation"));
        assertEquals("auth forbidden", error(bob.ask("Bob").presence("Bob")));
        assertEquals("bob@localhost", listed(alice.list("affiliation", "outcast")));
        alice.admin("jid", "bob@localhost", "affiliation", "none");
        assertEquals(List.of("110"), codes(bob.ask("Bob").presence("Bob")));
    }

    private static String listed(Iq answer) {
        return Objects.requireNonNull(answer.payload()).children().stream()
                .map(item -> item.attributeOr("jid", ""))
                .reduce("", (left, right) -> left + right);
    }

    @Test
    void aWholeDomainIsBannedByItsName() {
        alice.admin("jid", "evil.example", "affiliation", "outcast");
        RoomClient evil = trial.client("mallory@evil.example/x");
        evil.ask("Mallory");
        assertTrue(alice.heard().stream().noneMatch(s -> s.toString().contains("Mallory")));
    }

    @Test
    void whoMayNotGetsTheErrorThatTheXepNames() {
        assertEquals("auth forbidden", error(bob.admin("nick", "Carol", "role", "none")));
        assertEquals("auth forbidden", error(bob.admin("jid", "carol@localhost", "affiliation", "member")));
        assertEquals("auth forbidden", error(bob.list("affiliation", "member")));
        assertEquals("auth forbidden", error(bob.list("role", "moderator")));
        assertEquals("auth forbidden", error(bob.submit()));

        alice.admin("jid", "bob@localhost", "affiliation", "admin");
        assertEquals("moderator", item(bob.presence("Bob"), "role"));
        assertEquals("auth forbidden", error(bob.admin("jid", "carol@localhost", "affiliation", "admin")));
        assertEquals("cancel not-allowed", error(bob.admin("jid", "alice@localhost", "affiliation", "outcast")));
        assertEquals("cancel not-allowed", error(bob.admin("nick", "Alice", "role", "none")));
        assertEquals("cancel not-allowed", error(bob.admin("nick", "Alice", "role", "visitor")));
        assertEquals("cancel conflict", error(bob.admin("jid", "bob@localhost", "affiliation", "outcast")));
        assertEquals("cancel item-not-found", error(bob.admin("nick", "Nobody", "role", "none")));
        assertEquals("modify bad-request", error(bob.admin("nick", "Carol", "role", "king")));
        assertEquals("modify jid-malformed", error(bob.admin("jid", "@@", "affiliation", "member")));
    }

    @Test
    void aRoomKeepsItsLastOwner() {
        assertEquals("cancel conflict", error(alice.admin("jid", "alice@localhost", "affiliation", "member")));
        alice.admin("jid", "bob@localhost", "affiliation", "owner");
        assertEquals(Iq.Type.RESULT, alice.admin("jid", "alice@localhost", "affiliation", "member").type());
    }

    @Test
    void severalChangesInOneRequestAreAllOrNone() {
        Element query = Element.builder("query", Muc.ADMIN)
                .child(change("bob@localhost", "member"))
                .child(change("carol@localhost", "nonsense"))
                .build();
        assertEquals("modify bad-request", error(alice.query(Iq.Type.SET, ROOM, query)));
        assertEquals("", listed(alice.list("affiliation", "member")));

        Element good = Element.builder("query", Muc.ADMIN)
                .child(change("bob@localhost", "member"))
                .child(change("carol@localhost", "outcast"))
                .build();
        assertEquals(Iq.Type.RESULT, alice.query(Iq.Type.SET, ROOM, good).type());
        assertEquals("bob@localhost", listed(alice.list("affiliation", "member")));
        assertEquals(List.of("301", "110"), codes(carol.presence("Carol")));
    }

    private static Element change(String jid, String affiliation) {
        return Element.builder("item", Muc.ADMIN)
                .attribute("jid", jid)
                .attribute("affiliation", affiliation)
                .build();
    }

    @Test
    void voiceAndModerationAreGivenAndTaken() {
        alice.admin("nick", "Bob", "role", "moderator");
        assertEquals("moderator", item(bob.presence("Bob"), "role"));
        assertEquals(Iq.Type.RESULT, bob.admin("nick", "Carol", "role", "visitor").type());
        assertEquals("visitor", item(carol.presence("Carol"), "role"));
        assertEquals(Iq.Type.RESULT, bob.admin("nick", "Carol", "role", "participant").type());
        alice.admin("nick", "Bob", "role", "participant");
        assertEquals("auth forbidden", error(bob.admin("nick", "Carol", "role", "visitor")));
    }

    @Test
    void whoIsNoMemberAnyLongerLeavesAMembersOnlyRoom() {
        alice.admin("jid", "bob@localhost", "affiliation", "member");
        alice.configure("muc#roomconfig_membersonly", "1");
        assertEquals(List.of("322", "110"), codes(carol.presence("Carol")));
        bob.heard();
        alice.admin("jid", "bob@localhost", "affiliation", "none");
        assertEquals(List.of("321", "110"), codes(bob.presence("Bob")));
    }

    @Test
    void theFormShowsWhatIsAndTakesWhatIsAllowed() {
        Iq answer = alice.query(Iq.Type.GET, ROOM, Element.of("query", Muc.OWNER));
        DataForm form = DataForm.of(
                Objects.requireNonNull(answer.payload()).child("x", DataForm.NAMESPACE));
        assertNotNull(form);
        assertEquals(Muc.ROOM_CONFIG, form.formType());
        assertEquals("moderators", form.value("muc#roomconfig_whois"));

        assertEquals("modify bad-request", error(alice.submit("muc#roomconfig_moderatedroom", "perhaps")));
        assertEquals("modify not-acceptable", error(alice.submit("muc#roomconfig_whois", "nobody")));
        assertEquals(
                "modify bad-request",
                error(alice.submit("muc#roomconfig_roomname", "a", "muc#roomconfig_roomname", "b")));
        assertEquals(
                Iq.Type.RESULT,
                alice.submit("muc#roomconfig_unheardof", "1", "muc#roomconfig_roomname", "Tea").type());
        assertTrue(bob.messages().stream().anyMatch(m -> codes(m).equals(List.of("104"))));
    }

    @Test
    void everybodyIsToldWhenAddressesBeginToBeSeen() {
        alice.configure("muc#roomconfig_whois", "anyone");
        assertTrue(bob.messages().stream().anyMatch(m -> codes(m).equals(List.of("172"))));
        alice.configure("muc#roomconfig_whois", "moderators");
        assertTrue(bob.messages().stream().anyMatch(m -> codes(m).equals(List.of("173"))));
    }

    @Test
    void thenTheAddressesOfThoseWhoAreThereAreShownToo() {
        RoomClient dave = trial.client("dave").join("Dave");
        bob.heard();
        alice.heard();
        alice.configure("muc#roomconfig_whois", "anyone");
        assertTrue(bob.presences().isEmpty(), "in a moment");
        RoomClient eve = trial.client("eve").join("Eve");
        assertEquals("eve@localhost/phone", item(bob.presence("Eve"), "jid"));
        alice.heard();
        dave.heard();
        trial.time.forward(Unveiling.PAUSE);
        assertTrue(eve.presences().isEmpty(), "she has been shown all on coming in");
        List<Presence> shown = bob.presences();
        assertEquals(
                List.of("alice@localhost/phone", "carol@localhost/phone", "dave@localhost/phone"),
                shown.stream().map(presence -> item(presence, "jid")).toList());
        assertEquals(3, dave.presences().size());
        assertTrue(alice.presences().isEmpty(), "a moderator has seen them before");

        alice.configure("muc#roomconfig_whois", "moderators");
        alice.configure("muc#roomconfig_whois", "anyone");
        alice.configure("muc#roomconfig_whois", "moderators");
        trial.time.forward(Unveiling.PAUSE);
        assertTrue(bob.presences().isEmpty(), "whoever changes it back and forth makes the room say nothing");
    }

    @Test
    void whoBeginsToModerateWhileAddressesAreBeingShownIsShownThemToo() {
        RoomClient dave = trial.client("dave").join("Dave");
        bob.heard();
        alice.configure("muc#roomconfig_whois", "anyone", "muc#roomconfig_roomadmins", "dave@localhost");
        alice.admin("nick", "Bob", "role", "moderator");
        trial.time.forward(Unveiling.PAUSE);
        for (RoomClient moderator : List.of(bob, dave)) {
            List<Presence> shown = moderator.presences();
            assertTrue(
                    shown.stream().anyMatch(each -> "carol@localhost/phone".equals(item(each, "jid"))),
                    shown::toString);
        }
    }

    @Test
    void cancellingTheFirstConfigurationUnmakesTheRoom() {
        RoomClient dave = trial.client("dave");
        String other = "other@conference.localhost";
        dave.say("<presence to='" + other + "/Dave'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
        Element cancel = Element.builder("query", Muc.OWNER)
                .child(new DataForm(DataForm.Type.CANCEL, null, List.of(), List.of()).toElement())
                .build();
        assertEquals(
                Iq.Type.RESULT,
                dave.query(Iq.Type.SET, im.gatehouse.jid.Jid.parse(other), cancel).type());
        Presence end = dave.presence("Dave");
        assertEquals(Presence.Type.UNAVAILABLE, end.type());
    }

    @Test
    void aDestroyedRoomTellsWhereToGoInstead() {
        Element destroy = Element.builder("destroy", Muc.OWNER)
                .attribute("jid", "elsewhere@conference.localhost")
                .child("reason", "moved")
                .build();
        Element query = Element.builder("query", Muc.OWNER).child(destroy).build();
        assertEquals("auth forbidden", error(bob.query(Iq.Type.SET, ROOM, query)));
        assertEquals(Iq.Type.RESULT, alice.query(Iq.Type.SET, ROOM, query).type());
        Presence end = bob.presence("Bob");
        assertEquals("none", item(end, "role"));
        assertTrue(end.toString().contains("elsewhere@") && end.toString().contains("moved"));
        assertEquals(List.of("201", "110"), codes(bob.ask("Bob").presence("Bob")));
    }

    @Test
    void aMemberReservesANickAndIsToldOfIt() {
        assertEquals("cancel not-allowed", error(bob.query(Iq.Type.GET, ROOM, Element.of("query", Muc.REGISTER))));
        alice.admin("jid", "bob@localhost", "affiliation", "member");
        DataForm form = DataForm.of(
                DataForm.Type.SUBMIT,
                Muc.REGISTER_FORM,
                null,
                List.of(DataForm.Field.of("muc#register_roomnick", DataForm.FieldType.TEXT_SINGLE, null, "Robert")));
        Element query = Element.builder("query", Muc.REGISTER).child(form.toElement()).build();
        assertEquals(Iq.Type.RESULT, bob.query(Iq.Type.SET, ROOM, query).type());
        assertEquals("cancel conflict", error(trial.client("dave").ask("Robert").presence("Robert")));

        Element ask = Element.builder("query", Muc.DISCO_INFO)
                .attribute("node", Muc.RESERVED_NICK)
                .build();
        assertTrue(String.valueOf(bob.query(Iq.Type.GET, ROOM, ask).payload()).contains("Robert"));
        assertNull(Objects.requireNonNull(carol.query(Iq.Type.GET, ROOM, ask).payload()).firstChild());
    }

    @Test
    void anAdministratorOfTheServiceOwnsEveryRoom() {
        RoomClient root = trial.client("root");
        Presence self = root.ask("Root").presence("Root");
        assertEquals("owner", item(self, "affiliation"));
        assertEquals(
                "cancel not-allowed", error(alice.admin("jid", "root@localhost", "affiliation", "outcast")));
    }

    @Test
    void discoveryTellsWhatARoomIs() {
        alice.configure("muc#roomconfig_membersonly", "1", "muc#roomconfig_roomname", "Tea");
        String info = String.valueOf(
                trial.client("dave").query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO)).payload());
        for (String expected : List.of("Tea", "muc_membersonly", "muc_temporary", "muc#maxhistoryfetch")) {
            assertTrue(info.contains(expected), expected);
        }
    }

    @Test
    void whoIsSilencedGetsNoVoiceBackUnderASecondNickOrByGivingUpTheirMembership() {
        alice.admin("jid", "bob@localhost", "affiliation", "member");
        alice.admin("nick", "Bob", "role", "visitor");
        bob.heard();
        RoomClient second = trial.client("bob@localhost/tablet");
        assertEquals("visitor", item(second.ask("Bobby").presence("Bobby"), "role"));
        second.leave("Bobby");
        second.heard();
        bob.heard();
        bob.query(
                Iq.Type.SET, ROOM, Element.builder("query", Muc.REGISTER).child("remove").build());
        assertEquals("none", item(bob.presence("Bob"), "affiliation"));
        bob.message("hello");
        assertEquals("auth forbidden", error(bob.messages().getFirst()));
    }

    @Test
    void whoIsSilencedGetsNoVoiceBackByRegisteringThemselves() {
        alice.configure("muc#roomconfig_registration", "open");
        alice.admin("nick", "Bob", "role", "visitor");
        bob.heard();
        register(bob, "Bob");
        assertEquals("visitor", item(bob.presence("Bob"), "role"));
        bob.query(Iq.Type.SET, ROOM, Element.builder("query", Muc.REGISTER).child("remove").build());
        bob.leave("Bob");
        bob.heard();
        register(bob, "Bob");
        assertEquals("visitor", item(bob.ask("Bob").presence("Bob"), "role"), "nor while away");
        alice.admin("jid", "bob@localhost", "affiliation", "none");
        alice.admin("jid", "bob@localhost", "affiliation", "member");
        assertEquals("participant", item(bob.presence("Bob"), "role"), "an admin gives it back");
    }

    @Test
    void whoRegistersInAModeratedRoomHasTheVoiceOfMembers() {
        alice.configure("muc#roomconfig_registration", "open", "muc#roomconfig_moderatedroom", "1");
        RoomClient dave = trial.client("dave");
        assertEquals("visitor", item(dave.ask("Dave").presence("Dave"), "role"));
        register(dave, "Dave");
        assertEquals("participant", item(dave.presence("Dave"), "role"));
    }

    private static void register(RoomClient client, String nick) {
        Element field = Element.builder("field", DataForm.NAMESPACE)
                .attribute("var", "muc#register_roomnick")
                .child("value", nick)
                .build();
        Element type = Element.builder("field", DataForm.NAMESPACE)
                .attribute("var", "FORM_TYPE")
                .child("value", Muc.REGISTER_FORM)
                .build();
        Element form = Element.builder("x", DataForm.NAMESPACE)
                .attribute("type", "submit")
                .child(type)
                .child(field)
                .build();
        Iq answer = client.query(
                Iq.Type.SET, ROOM, Element.builder("query", Muc.REGISTER).child(form).build());
        assertEquals(Iq.Type.RESULT, answer.type(), answer::toString);
    }
}
