package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Presence;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who registers the name of an account that was removed has nothing in the rooms that the former had. */
class AccountRemovalTest {
    private static final String PERSISTENT = "muc#roomconfig_persistentroom";
    private static final Jid CAROL = Jid.parse("carol@localhost");

    @Test
    void aRemovedAccountIsNothingToTheRoomsAnyLonger(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            Jid bob = Jid.parse("bob@localhost");
            trial.accounts.create(bob, "secret");
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            alice.admin("jid", "bob@localhost", "affiliation", "admin");
            trial.accounts.remove(bob);
            Iq list = alice.list("affiliation", "admin");
            assertEquals(List.of(), Objects.requireNonNull(list.payload()).children());
        }
    }

    @Test
    void theAdminsOfARoomOwnItWhenTheAccountOfItsOnlyOwnerIsRemoved(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            Jid owner = Jid.parse("alice@localhost");
            trial.accounts.create(owner, "secret");
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            alice.admin("jid", "bob@localhost", "affiliation", "admin", "nick", "Robert");
            alice.admin("jid", "carol@localhost", "affiliation", "admin");
            alice.admin("jid", "dave@localhost", "affiliation", "member");
            RoomClient bob = trial.client("bob").join("Bob");
            trial.accounts.remove(owner);
            assertEquals("owner", item(bob.presence("Bob"), "affiliation"), "at once");
            assertTrue(String.valueOf(bob.list("affiliation", "owner")).contains("carol@localhost"));
        }
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient bob = trial.client("bob").join("Bob");
            String owners = String.valueOf(bob.list("affiliation", "owner"));
            assertTrue(owners.contains("carol@localhost") && owners.contains("Robert"), owners);
            assertFalse(owners.contains("alice@localhost") || owners.contains("dave@localhost"), owners);
        }
    }

    @EveryDatabase
    void whatIsGivenToAnAccountJustRemovedIsNotThereForTheNextOfThatName(StorageSettings storage) {
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            trial.accounts.create(CAROL, "secret");
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            RoomClient bob = trial.client("bob").join("Bob");
            hat(alice, "create", "hats#uri", "urn:x:host", "hats#title", "Host");
            alice.heard();
            alice.settled(); // else the room might be held in her lane
            try (HeldRoom _ = new HeldRoom(trial, bob.settled())) {
                // The room comes to these when the account is gone, and before it hears of that.
                alice.say("<iq type='set' id='a' to='" + ROOM + "'><query xmlns='" + Muc.ADMIN
                        + "'><item jid='carol@localhost' affiliation='owner'/></query></iq>");
                hat(alice, "assign", "hats#jid", "carol@localhost", "hats#uri", "urn:x:host");
                trial.accounts.remove(CAROL);
            }
            assertEquals(List.of("alice@localhost"), owners(alice));
        }
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            assertEquals(List.of("alice@localhost"), owners(trial.client("alice").join("Alice")));
            Presence next = trial.client("carol").ask("Carol").presence("Carol");
            assertEquals("none", item(next, "affiliation"));
            assertFalse(next.has("hats", Muc.HATS));
        }
    }

    private static void hat(RoomClient admin, String command, String... fields) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append("<field var='").append(fields[i]).append("'><value>");
            form.append(fields[i + 1]).append("</value></field>");
        }
        admin.say("<iq type='set' id='h' to='" + ROOM + "'><command xmlns='" + Muc.COMMANDS
                + "' node='urn:xmpp:hats:commands:" + command + "'><x xmlns='jabber:x:data' type='submit'>"
                + "<field var='FORM_TYPE'><value>urn:xmpp:hats:commands</value></field>" + form
                + "</x></command></iq>");
    }

    private static List<String> owners(RoomClient asker) {
        Iq list = asker.list("affiliation", "owner");
        return Objects.requireNonNull(list.payload()).children().stream()
                .map(each -> each.attributeOr("jid", ""))
                .toList();
    }

    @Test
    void aRoomThatAnAccountMakesWhileItIsRemovedIsNotTheNextOnesOfThatName(@TempDir Path folder) {
        Jid other = Jid.parse("other@conference.localhost");
        String lasting = "[modules.mod_muc]\nlock_new_rooms = false\n"
                + "[modules.mod_muc.default_room]\npersistent = true\n";
        try (RoomTrial trial = RoomTrial.in(folder, lasting)) {
            trial.accounts.create(CAROL, "secret");
            RoomClient carol = trial.client("carol").join("Carol");
            try (HeldRoom _ = new HeldRoom(trial, carol.settled())) {
                carol.say(Presence.of(
                        Presence.Type.AVAILABLE, null, other.withResource("Carol"), Element.of("x", Muc.JOIN)));
                trial.accounts.remove(CAROL);
            }
            carol.settled();
        }
        try (RoomTrial trial = RoomTrial.in(folder, lasting)) {
            assertEquals(
                    List.of(), trial.administer("MUCAdminQuery.listRoomAffiliations", Map.of("room", other)));
        }
    }

    @Test
    void theNextOfThatNameHasNeitherTheVoiceNorTheMutingOfTheFormer(@TempDir Path folder) {
        Jid bob = Jid.parse("bob@localhost");
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            trial.accounts.create(bob, "secret");
            trial.accounts.create(CAROL, "secret");
            RoomClient alice = trial.client("alice").join("Alice").configure("muc#roomconfig_moderatedroom", "1");
            alice.admin("jid", "carol@localhost", "affiliation", "member");
            RoomClient talker = trial.client("bob").join("Bob");
            alice.admin("nick", "Bob", "role", "participant");
            RoomClient muted = trial.client("carol").join("Carol");
            alice.admin("nick", "Carol", "role", "visitor");
            talker.last(() -> trial.accounts.remove(bob));
            muted.last(() -> trial.accounts.remove(CAROL));
            assertEquals("visitor", item(trial.client("bob").ask("Bob").presence("Bob"), "role"));
            alice.configure("muc#roomconfig_moderatedroom", "0");
            assertEquals("participant", item(trial.client("carol").ask("Carol").presence("Carol"), "role"));
        }
    }

    @Test
    void adminsDoNotInheritARoomWithoutAnOwnerWhenAMemberIsRemoved(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            Jid alice = Jid.parse("alice@localhost");
            trial.accounts.create(alice, "secret");
            trial.accounts.create(CAROL, "secret");
            trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            trial.accounts.remove(alice);
            RoomClient root = trial.client("root").join("Root");
            root.admin("jid", "bob@localhost", "affiliation", "admin");
            root.admin("jid", "carol@localhost", "affiliation", "member");
            trial.accounts.remove(CAROL);
            root.heard();
            assertEquals(List.of("bob@localhost"), entries(trial, "ADMIN"));
            assertEquals(List.of(), entries(trial, "OWNER"));
        }
    }

    @EveryDatabase
    void theAccountsOfARemovedDomainAreNothingToTheRoomsOfOthers(StorageSettings storage) {
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            alice.admin("jid", "carol@gone.example", "affiliation", "owner");
            alice.admin("jid", "eve@gone.example", "affiliation", "outcast");
            alice.admin("jid", "carol@begone.example", "affiliation", "owner");
            hat(alice, "create", "hats#uri", "urn:x:host", "hats#title", "Host");
            for (String wearer : List.of("carol@gone.example", "carol@begone.example")) {
                hat(alice, "assign", "hats#jid", wearer, "hats#uri", "urn:x:host");
            }
            alice.heard();
            trial.accounts.removeDomain("gone.example");
            assertFalse(alice.heard().toString().contains("gone.example"), "nobody is told of each");
            assertFalse(comesInWithAHat(trial, alice, "carol@gone.example/x"));
            assertTrue(comesInWithAHat(trial, alice, "carol@begone.example/x"));
            alice.admin("jid", "alice@localhost", "affiliation", "none");
            assertEquals(List.of("carol@begone.example"), entries(trial, "OWNER"));
            assertEquals(List.of("eve@gone.example"), entries(trial, "OUTCAST"), "bans stay");
        }
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            trial.accounts.removeDomain("begone.example"); // before anybody has read the room
            assertEquals(List.of(), entries(trial, "OWNER"));
            assertEquals(List.of("eve@gone.example"), entries(trial, "OUTCAST"));
            RoomClient alice = trial.client("alice").join("Alice");
            assertFalse(comesInWithAHat(trial, alice, "carol@gone.example/x"));
            assertFalse(comesInWithAHat(trial, alice, "carol@begone.example/x"));
        }
    }

    private static boolean comesInWithAHat(RoomTrial trial, RoomClient watcher, String jid) {
        trial.client(jid).ask("Carol of " + Jid.parse(jid).domain());
        return watcher.presence("Carol of " + Jid.parse(jid).domain()).has("hats", Muc.HATS);
    }

    @Test
    void theNextOfThatNameInARemovedDomainIsNotMutedForTheFormer(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").unlock();
            RoomClient left = trial.client("left@gone.example/x").ask("Left");
            RoomClient there = trial.client("there@gone.example/x").ask("There");
            alice.heard();
            assertEquals(Iq.Type.RESULT, alice.admin("nick", "Left", "role", "visitor").type());
            assertEquals(Iq.Type.RESULT, alice.admin("nick", "There", "role", "visitor").type());
            left.vanish();
            there.last(() -> trial.accounts.removeDomain("gone.example"));
            alice.heard();
            trial.client("left@gone.example/x").ask("Left");
            assertEquals("participant", item(alice.presence("Left"), "role"));
            trial.client("there@gone.example/x").ask("There");
            assertEquals("participant", item(alice.presence("There"), "role"));
        }
    }

    private static List<String> entries(RoomTrial trial, String affiliation) {
        List<?> entries = (List<?>) Objects.requireNonNull(trial.administer(
                "MUCAdminQuery.listRoomAffiliations", Map.of("room", ROOM, "affiliation", affiliation)));
        return entries.stream()
                .map(each -> String.valueOf(((Map<?, ?>) each).get("jid")))
                .toList();
    }
}
