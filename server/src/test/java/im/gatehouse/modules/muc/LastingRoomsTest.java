package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminException;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastingRoomsTest {
    private static final String PERSISTENT = "muc#roomconfig_persistentroom";

    @EveryDatabase
    void aLastingRoomComesBackAsItWas(StorageSettings storage) {
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice = trial.client("alice").join("Alice");
            alice.configure(
                    PERSISTENT, "1", "muc#roomconfig_roomname", "Tea — and talk", "muc#roomconfig_whois", "anyone");
            alice.admin("jid", "bob@localhost", "affiliation", "member", "nick", "Böb");
            alice.admin("jid", "eve@localhost", "affiliation", "outcast");
            alice.say(Message.of(
                    Message.Type.GROUPCHAT,
                    null,
                    ROOM,
                    "s",
                    Element.of("subject", Namespaces.CLIENT, "Cups & <saucers>")));
            alice.message("first");
            alice.message("second 🫖");
            alice.heard();
        }
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient bob = trial.client("bob");
            List<String> words = bob.ask("Böb").heard().stream().map(Object::toString).toList();
            String all = String.join("\n", words);
            assertTrue(all.contains("affiliation='member'"), all);
            assertTrue(all.contains("code='100'"), all);
            assertTrue(all.indexOf("first") < all.indexOf("second 🫖"), all);
            assertTrue(all.contains("Cups &amp; &lt;saucers&gt;"), all);
            assertEquals("auth forbidden", error(trial.client("eve").ask("Eve").presence("Eve")));
            assertEquals("owner", item(trial.client("alice").ask("Alice").presence("Alice"), "affiliation"));
            assertEquals("Tea — and talk", rooms(trial).getFirst().get("title"));
        }
    }

    @SuppressWarnings("unchecked") // the operation's own shape
    private static List<Map<String, Object>> rooms(RoomTrial trial) {
        Map<String, Object> answer = (Map<String, Object>) Objects.requireNonNull(trial.administer(
                "MUCAdminQuery.listRooms", Map.of("mucDomain", "conference.localhost")));
        return (List<Map<String, Object>>) Objects.requireNonNull(answer.get("rooms"));
    }

    @EveryDatabase
    void aRoomOutlivesAServerThatIsKilled(StorageSettings storage) {
        RoomTrial killed = RoomTrial.on(storage, "");
        try {
            RoomClient alice = killed.client("alice").join("Alice");
            alice.configure(PERSISTENT, "1", "muc#roomconfig_roomname", "Tea");
            alice.admin("jid", "bob@localhost", "affiliation", "admin");
            alice.say("<message type='groupchat' to='" + ROOM + "'><subject>cups</subject></message>");
            alice.message("said");
            alice.message("regretted");
            Message last = alice.messages().getLast();
            // What is taken back is on disk when that is answered, and so is all that was said before.
            alice.query(
                    Iq.Type.SET,
                    ROOM,
                    Element.builder("moderate", Muc.MODERATE)
                            .attribute(
                                    "id",
                                    Objects.requireNonNull(last.child("stanza-id", Muc.STANZA_ID)).attribute("id"))
                            .child(Element.of("retract", Muc.RETRACT))
                            .build());
            try (RoomTrial next = RoomTrial.on(storage, "")) {
                String heard = String.valueOf(next.client("bob").ask("Bob").heard());
                assertTrue(heard.contains("affiliation='admin'") && heard.contains("cups"), heard);
                assertTrue(heard.contains("said") && !heard.contains("regretted"), heard);
                assertEquals("Tea", rooms(next).getFirst().get("title"));
            }
        } finally {
            killed.close();
        }
    }

    @EveryDatabase
    void whatIsStoredOfARoomIsReadAndTakenAway(Database database) {
        RoomStore store = new RoomStore(new RoomHooks().removal());
        Jid room = Jid.parse("tea@conference.localhost");
        Message said = Message.of(
                Message.Type.GROUPCHAT,
                room.withResource("Alice"),
                null,
                "1",
                Element.of("body", Namespaces.CLIENT, "x"));
        Affiliations.Entry owner =
                new Affiliations.Entry(Jid.parse("alice@localhost"), Affiliation.OWNER, "Alice", "made it");
        Affiliations.Entry member = new Affiliations.Entry(Jid.parse("bob@localhost"), Affiliation.MEMBER, null, null);
        Instant at = Instant.ofEpochMilli(1_800_000_000_123L);
        RoomStore.Stored stored = new RoomStore.Stored(
                new byte[] {1, 2, -3},
                Map.of("title", "Tea", "password", ""),
                List.of(owner, member),
                new Subject(Subject.restored("cups"), "Alice", at),
                List.of(new History.Entry(7, at, said)));
        database.write(db -> {
            store.create(db, room, stored, at);
            return null;
        });

        RoomStore.Stored read = Objects.requireNonNull(database.read(db -> store.load(db, room)));
        assertEquals(-3, read.salt()[2]);
        assertEquals(stored.settings(), read.settings());
        assertEquals(List.of(owner, member), read.affiliations());
        assertEquals(stored.subject(), read.subject());
        assertEquals(7, read.history().getFirst().seq);
        assertEquals(said.toString(), read.history().getFirst().said.toString());
        assertEquals(1, database.read(store::count));

        database.write(db -> {
            store.affiliations(db, room, List.of(
                    new Affiliations.Entry(owner.jid(), Affiliation.ADMIN, null, null),
                    new Affiliations.Entry(member.jid(), Affiliation.NONE, null, null)));
            store.settings(db, room, Map.of("title", "Coffee"));
            store.forgetHistory(db, room, 7);
            return null;
        });
        RoomStore.Stored changed = Objects.requireNonNull(database.read(db -> store.load(db, room)));
        assertEquals(Affiliation.ADMIN, changed.affiliations().getFirst().affiliation());
        assertEquals(1, changed.affiliations().size());
        assertEquals(Map.of("title", "Coffee", "password", ""), changed.settings());
        assertTrue(changed.history().isEmpty());

        database.write(db -> {
            store.delete(db, room);
            return null;
        });
        assertNull(database.<RoomStore.@Nullable Stored>read(db -> store.load(db, room)));
        assertEquals(0, database.read(store::count));
    }

    @Test
    void theStoredHistoryIsNoLongerThanTheOwnerWants(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice");
            alice.configure(PERSISTENT, "1", "muc#roomconfig_historylength", "3");
            for (int i = 1; i <= 10; i++) {
                alice.message("m" + i);
            }
            alice.heard();
        }
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            assertEquals(List.of("m8", "m9", "m10"), trial.client("bob").ask("Bob").bodies());
        }
    }

    @Test
    void anEmptyLastingRoomLeavesTheMemoryAndIsFoundAgain(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            alice.leave("Alice");
            alice.heard();
            trial.time.forward(Duration.ofHours(2));
            assertEquals("owner", item(alice.ask("Alice").presence("Alice"), "affiliation"));
            assertEquals(List.of("110"), codes(trial.client("bob").ask("Bob").presence("Bob")));
        }
    }

    @Test
    void aRoomThatIsDamagedInTheDatabaseIsAnsweredAndForgotten(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            trial.client("alice").join("Alice").configure(PERSISTENT, "1");
        }
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            trial.damageSubjects();
            RoomClient alice = trial.client("alice");
            for (int i = 0; i < 2; i++) {
                alice.ask("Alice");
                assertEquals("wait internal-server-error", error(alice.next()));
            }
            assertThrows(
                    AdminException.class,
                    () -> trial.administer("MUCAdminQuery.listRoomUsers", Map.of("room", ROOM)));
        }
    }

    @Test
    void aRoomThatCeasesToLastIsTakenOutOfTheDatabase(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            trial.client("alice").join("Alice").configure(PERSISTENT, "1").configure(PERSISTENT, "0");
        }
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            assertTrue(rooms(trial).isEmpty());
        }
    }

    @Test
    void aSubjectIsKeptInEachOfItsLanguages(@TempDir Path folder) {
        String said = "<message type='groupchat' id='s1' to='" + ROOM + "'><subject>Tea</subject>"
                + "<subject xml:lang='de'>Tee</subject><subject xml:lang='de'>Kaffee</subject></message>";
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            alice.say(said);
            alice.heard();
        }
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            List<Stanza> heard = trial.client("alice").ask("Alice").heard();
            Stanza subject = heard.getLast();
            assertEquals(heard.getFirst().child("occupant-id", Muc.OCCUPANT_ID), subject.child("occupant-id", Muc.OCCUPANT_ID));
            List<String> texts = subject.children().stream()
                    .filter(child -> child.name().equals("subject"))
                    .map(child -> child.lang() + " " + child.text())
                    .toList();
            assertEquals(List.of("null Tea", "de Tee"), texts);
        }
    }

    @Test
    void whatCannotBeKeptAnywhereIsAnsweredWithAnError(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            alice.heard();
            trial.lose("room_history");
            alice.message("lost");
            assertTrue(alice.next() instanceof Message said && "lost".equals(said.body()));
            assertEquals("wait internal-server-error", error(alice.next()));
        }
    }

    @Test
    void administratorsListMakeAndEndRooms(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").unlock();
            RoomClient bob = trial.client("bob").join("Bob");
            trial.administer(
                    "MUCAdminMutation.createInstantRoom",
                    Map.of(
                            "mucDomain", "conference.localhost",
                            "name", "lounge",
                            "owner", Jid.parse("bob@localhost"),
                            "nick", "Bob"));
            assertEquals(
                    List.of("lounge", "room"), rooms(trial).stream().map(room -> room.get("title")).toList());
            assertEquals(2, rooms(trial).getLast().get("usersNumber"));

            trial.administer("MUCAdminMutation.kickUser", Map.of("room", ROOM, "nick", "Bob", "reason", "tea time"));
            assertEquals(List.of("307", "110"), codes(bob.presence("Bob")));
            trial.administer(
                    "MUCAdminMutation.setUserAffiliation",
                    Map.of("room", ROOM, "user", bob.jid, "affiliation", "MEMBER"));
            assertEquals("member", item(bob.ask("Bob").presence("Bob"), "affiliation"));
            assertEquals(2, ((List<?>) Objects.requireNonNull(
                    trial.administer("MUCAdminQuery.listRoomUsers", Map.of("room", ROOM)))).size());
            assertEquals(2, ((List<?>) Objects.requireNonNull(
                    trial.administer("MUCAdminQuery.listRoomAffiliations", Map.of("room", ROOM)))).size());

            trial.administer("MUCAdminMutation.deleteRoom", Map.of("room", ROOM, "reason", "over"));
            assertTrue(alice.presence("Alice").toString().contains("over"));
            AdminException none = assertThrows(
                    AdminException.class,
                    () -> trial.administer("MUCAdminQuery.getRoomConfig", Map.of("room", ROOM)));
            assertEquals("room_not_found", none.code());
            assertEquals(1, rooms(trial).size());
        }
    }

    @Test
    void theListOfRoomsIsHadPageByPage(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            for (String name : List.of("a", "b", "c", "d")) {
                trial.administer(
                        "MUCAdminMutation.createInstantRoom",
                        Map.of(
                                "mucDomain", "conference.localhost",
                                "name", name,
                                "owner", Jid.parse("bob@localhost")));
            }
            RoomClient alice = trial.client("alice");
            assertEquals("abcd", names(alice, null, null));
            assertEquals("ab", names(alice, "2", null));
            assertEquals("cd", names(alice, "2", "b"));
        }
    }

    private static String names(RoomClient client, String max, String after) {
        Element.Builder query = Element.builder("query", Muc.DISCO_ITEMS);
        if (max != null) {
            query.child(Element.builder("set", Muc.RSM).child("max", max).child("after", after).build());
        }
        Iq answer = client.query(Iq.Type.GET, Jid.parse("conference.localhost"), query.build());
        return Objects.requireNonNull(answer.payload()).children("item", Muc.DISCO_ITEMS).stream()
                .map(item -> item.attributeOr("name", ""))
                .reduce("", (left, right) -> left + right);
    }

    @EveryDatabase
    void whatIsOwedForAMessageIsPaidWhenItIsStored(StorageSettings storage) {
        RoomTrial killed = RoomTrial.on(storage, "");
        try {
            killed.client("alice").join("Alice").configure(PERSISTENT, "1");
            RoomClient bob = killed.client("bob").join("Bob");
            bob.owed();
            for (int i = 0; i < 20; i++) {
                bob.message("m" + i);
                bob.owed().forEach(stage -> stage.toCompletableFuture().join());
            }
            try (RoomTrial next = RoomTrial.on(storage, "")) {
                assertEquals(20, next.client("carol").ask("Carol").bodies().size());
            }
        } finally {
            killed.close();
        }
    }

    @EveryDatabase
    void whatIsOwedForAChangeIsPaidWhenItIsStored(StorageSettings storage) {
        RoomTrial killed = RoomTrial.on(storage, "");
        try {
            RoomClient alice = killed.client("alice").join("Alice").configure(PERSISTENT, "1");
            alice.owed();
            for (int i = 0; i < 5; i++) {
                alice.say("<iq type='set' id='a" + i + "' to='" + ROOM + "'>"
                        + "<query xmlns='http://jabber.org/protocol/muc#admin'>"
                        + "<item jid='member" + i + "@localhost' affiliation='member'/></query></iq>");
                alice.owed().forEach(stage -> stage.toCompletableFuture().join());
            }
            try (RoomTrial next = RoomTrial.on(storage, "")) {
                Iq list = next.client("alice").join("Alice").list("affiliation", "member");
                assertEquals(5, Objects.requireNonNull(list.payload()).children().size());
            }
        } finally {
            killed.close();
        }
    }

    @Test
    void whatIsOwedForAMessageThatWaitedIsPaidThoughTheRoomHasEnded(@TempDir Path folder) throws Exception {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            RoomClient bob = trial.client("bob").join("Bob");
            RoomClient carol = trial.client("carol").join("Carol");
            bob.owed();
            alice.settled();
            bob.settled();
            List<CompletionStage<?>> owed;
            try (HeldRoom _ = new HeldRoom(trial, carol.settled())) {
                alice.say("<iq type='set' id='d' to='" + ROOM + "'><query xmlns='" + Muc.OWNER
                        + "'><destroy/></query></iq>");
                bob.message("too late");
                owed = bob.owed();
            }
            assertEquals(1, owed.size());
            owed.getFirst().toCompletableFuture().get(1, TimeUnit.MINUTES);
            assertTrue(bob.heard().stream().anyMatch(each -> each.isError() && each instanceof Message));
        }
    }

    @Test
    void whoComesWhileARoomEndsIsInTheNextOneBeforeTheySpeak(@TempDir Path folder) throws Exception {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").unlock();
            RoomClient carol = trial.client("carol").join("Carol");
            RoomClient bob = trial.client("bob");
            CountDownLatch ended = new CountDownLatch(1);
            CountDownLatch released = new CountDownLatch(1);
            try (HeldRoom held = new HeldRoom(trial, carol.settled())) {
                alice.say("<iq type='set' id='d' to='" + ROOM + "'><query xmlns='" + Muc.OWNER
                        + "'><destroy/></query></iq>");
                held.lane().add(() -> {
                    ended.countDown();
                    HeldRoom.await(released);
                });
                bob.ask("Bob");
                held.release();
                HeldRoom.await(ended);
                bob.message("here I am");
                lookForAnother(alice, 20); // time enough for the message to be there first, if it may
                released.countDown();
            }
            List<Stanza> heard = bob.settled().heard();
            assertTrue(heard.stream().noneMatch(Stanza::isError), heard::toString);
            assertTrue(heard.stream().anyMatch(each -> each instanceof Message m && "here I am".equals(m.body())));
        }
    }

    /** Asks for a room that is not there, which takes a look into the database each time. */
    private static void lookForAnother(RoomClient client, int times) {
        for (int i = 0; i < times; i++) {
            String id = "look" + i;
            client.say("<iq type='get' id='" + id + "' to='another@" + ROOM.domain()
                    + "'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
            Stanza answer = client.next();
            while (!id.equals(answer.id())) {
                answer = client.next();
            }
        }
    }

    @Test
    void whatIsOwedForAMessageThatWaitedIsPaidThoughTheRoomFailedWithIt(@TempDir Path folder) throws Exception {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            RoomClient bob = trial.client("bob").join("Bob");
            RoomClient carol = trial.client("carol").join("Carol");
            bob.owed();
            List<CompletionStage<?>> owed;
            trial.services.find(RoomHooks.class).archive((_, _, _, _) -> {
                throw new AssertionError("an archive that is broken");
            });
            bob.settled();
            try (HeldRoom _ = new HeldRoom(trial, carol.settled())) {
                bob.message("lost");
                owed = bob.owed();
            }
            assertEquals(1, owed.size());
            owed.getFirst().toCompletableFuture().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void inARoomThatDoesNotLastNothingIsOwed(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").unlock();
            alice.owed();
            alice.message("hello");
            assertEquals(List.of(), alice.owed());
        }
    }
}
