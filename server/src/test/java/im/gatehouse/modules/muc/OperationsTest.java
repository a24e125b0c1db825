package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminException;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What administrators do with rooms, and what the operator's configuration forbids. */
class OperationsTest {
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

    private Object change(String operation, Map<String, Object> arguments) {
        return Objects.requireNonNull(trial.administer("MUCAdminMutation." + operation, arguments));
    }

    private String refusal(String operation, Map<String, Object> arguments) {
        return assertThrows(AdminException.class, () -> change(operation, arguments)).code();
    }

    @Test
    void anAdministratorChangesWhatARoomIsLike() {
        Map<?, ?> config = (Map<?, ?>) change(
                "changeRoomConfiguration",
                Map.of(
                        "room",
                        ROOM,
                        "config",
                        Map.of(
                                "title", "Tea",
                                "password", "sesame",
                                "anonymous", false,
                                "allowPrivateMessages", false,
                                "maxUsers", 10,
                                "mayGetMemberList", List.of("moderator"))));
        assertEquals("Tea", config.get("title"));
        assertEquals(true, config.get("passwordProtected"));
        assertEquals(List.of("moderator"), config.get("mayGetMemberList"));
        assertTrue(bob.messages().stream().anyMatch(m -> codes(m).equals(List.of("172"))));
        assertEquals(
                "auth not-authorized", error(trial.client("carol").ask("Carol").presence("Carol")));
        config = (Map<?, ?>) change(
                "changeRoomConfiguration", Map.of("room", ROOM, "config", Map.of("passwordProtected", false)));
        assertEquals("", config.get("password"));
        assertEquals("Tea", config.get("title"));
        assertEquals(
                "not_acceptable",
                refusal(
                        "changeRoomConfiguration",
                        Map.of("room", ROOM, "config", Map.of("title", "t".repeat(2_000)))));
        assertEquals(
                "password_missing",
                refusal("changeRoomConfiguration", Map.of("room", ROOM, "config", Map.of("passwordProtected", true))));
    }

    @Test
    void anAdministratorSpeaksForThoseWhoAreThere() {
        change("sendMessageToRoom", Map.of("room", ROOM, "from", bob.jid, "body", "hello"));
        assertEquals(List.of("hello"), alice.bodies());
        change("sendPrivateMessage", Map.of("room", ROOM, "from", bob.jid, "toNick", "Alice", "body", "psst"));
        Message whispered = alice.messages().getFirst();
        assertEquals(Message.Type.CHAT, whispered.type());
        assertEquals(ROOM.withResource("Bob"), whispered.from());
        assertEquals(
                "user_not_in_room",
                refusal(
                        "sendMessageToRoom",
                        Map.of("room", ROOM, "from", Jid.parse("eve@localhost/x"), "body", "hello")));
    }

    @Test
    void anAdministratorTakesPeopleInAndOut() {
        RoomClient carol = trial.client("carol");
        change("enterRoom", Map.of("room", ROOM, "user", carol.jid, "nick", "Carol"));
        assertEquals(List.of("110"), codes(carol.presence("Carol")));
        change("setUserRole", Map.of("room", ROOM, "nick", "Carol", "role", "MODERATOR"));
        assertEquals("moderator", item(carol.presence("Carol"), "role"));
        change("exitRoom", Map.of("room", ROOM, "user", carol.jid, "nick", "Carol"));
        assertEquals(Presence.Type.UNAVAILABLE, carol.presence("Carol").type());
        assertEquals(
                "not_entered", refusal("enterRoom", Map.of("room", ROOM, "user", carol.jid, "nick", "Alice")));
        assertEquals(
                "user_not_online",
                refusal("enterRoom", Map.of("room", ROOM, "user", Jid.parse("eve@localhost/x"), "nick", "Eve")));
        assertEquals("user_not_found", refusal("kickUser", Map.of("room", ROOM, "nick", "Carol")));
    }

    @Test
    void anAdministratorInvitesInSomebodysName() {
        RoomClient carol = trial.client("carol").available();
        change(
                "inviteUser",
                Map.of("room", ROOM, "sender", alice.jid.bare(), "recipient", carol.jid.bare(), "reason", "tea"));
        Message invitation = carol.messages().getFirst();
        assertEquals(alice.jid.bare(), invitation.from());
        assertEquals(
                ROOM.toString(),
                Objects.requireNonNull(invitation.child("x", "jabber:x:conference")).attribute("jid"));
        alice.configure("muc#roomconfig_membersonly", "1");
        alice.admin("jid", "bob@localhost", "affiliation", "member");
        assertEquals(
                "not_allowed",
                refusal("inviteUser", Map.of("room", ROOM, "sender", bob.jid.bare(), "recipient", carol.jid.bare())));
        change("inviteUser", Map.of("room", ROOM, "sender", alice.jid.bare(), "recipient", carol.jid.bare()));
        assertEquals("member", item(carol.ask("Carol").presence("Carol"), "affiliation"));
    }

    @Test
    void oneUserOwnsSoManyRooms() {
        trial.reload("[modules.mod_muc]\nmax_rooms_per_user = 2\n");
        RoomClient dave = trial.client("dave");
        for (String name : List.of("one", "two", "three")) {
            dave.say("<presence to='" + name + "@conference.localhost/Dave'>"
                    + "<x xmlns='http://jabber.org/protocol/muc'/></presence>");
        }
        List<Presence> heard = dave.presences();
        assertEquals(List.of("201", "110"), codes(heard.get(1)));
        assertEquals("wait resource-constraint", error(heard.getLast()));
    }

    @Test
    void nobodyIsInvitedInTheNameOfOneWhoHasNothingToDoWithTheRoom() {
        alice.configure("muc#roomconfig_roomsecret", "sesame");
        RoomClient eve = trial.client("eve").available();
        assertEquals(
                "user_not_in_room",
                refusal("inviteUser", Map.of("room", ROOM, "sender", eve.jid.bare(), "recipient", eve.jid.bare())));
        assertTrue(eve.messages().isEmpty());
    }
}
