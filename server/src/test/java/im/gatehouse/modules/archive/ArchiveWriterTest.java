package im.gatehouse.modules.archive;

import static im.gatehouse.modules.archive.Shelf.ALICE;
import static im.gatehouse.modules.archive.Shelf.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveWriterTest {
    private static final String ORIGIN = "<message type='chat' id='m1' from='alice@localhost/a' to='bob@localhost'>"
            + "<body>%s</body><origin-id xmlns='urn:xmpp:sid:0' id='o1'/></message>";

    @EveryDatabase
    void bothSidesFindAMessageOfWhichThereIsOneBody(Database database) {
        Shelf shelf = new Shelf(database);
        assertTrue(Shelf.isStored(shelf.sayText("Gr\u00fc\u00dfe \ud83d\ude00 &lt;")));
        assertEquals(List.of("Gr\u00fc\u00dfe \ud83d\ude00 <"), shelf.bodies(ALICE));
        assertEquals(List.of("Gr\u00fc\u00dfe \ud83d\ude00 <"), shelf.bodies(BOB));
        assertEquals(1, shelf.rows("archive_bodies"));
        assertEquals(2, shelf.rows("archive_entries"));
    }

    @EveryDatabase
    void manyAtOnceAreThereInTheOrderOfTheirIds(Database database) {
        Shelf shelf = new Shelf(database);
        List<String> said = new ArrayList<>();
        List<Saying> sayings = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            sayings.add(shelf.sayText("nr " + i));
            said.add("nr " + i);
        }
        assertTrue(sayings.stream().allMatch(Shelf::isStored));
        List<String> found = new ArrayList<>(shelf.bodies(BOB));
        String last = Ids.text(sayings.get(999).id);
        shelf.page(BOB, "<set xmlns='http://jabber.org/protocol/rsm'><after>" + last + "</after></set>", 1_000)
                .found()
                .forEach(each -> found.add(each.message().body()));
        assertEquals(said, found);
    }

    @EveryDatabase
    void whatIsSentAgainKeepsItsIdAndIsThereOnce(Database database) {
        Shelf shelf = new Shelf(database);
        Saying first = shelf.say(ORIGIN.formatted("once"));
        assertEquals(first.id, shelf.say(ORIGIN.formatted("once")).id);
        shelf.restart();
        assertTrue(Shelf.isStored(shelf.say(ORIGIN.formatted("once"))));
        assertEquals(List.of("once"), shelf.bodies(BOB));
        assertEquals(1, shelf.rows("archive_bodies"));
    }

    @EveryDatabase
    void anIdThatIsUsedForSomethingElseHidesNothing(Database database) {
        Shelf shelf = new Shelf(database);
        assertNotEquals(
                shelf.say(ORIGIN.formatted("harmless")).id, shelf.say(ORIGIN.formatted("something else")).id);
        shelf.restart();
        shelf.say(ORIGIN.formatted("a third"));
        assertEquals(List.of("harmless", "something else", "a third"), shelf.bodies(BOB));
    }

    @EveryDatabase
    void whatItsAuthorTakesBackLeavesATombstoneForBoth(Database database) {
        Shelf shelf = new Shelf(database);
        shelf.say(ORIGIN.formatted("a secret"));
        shelf.time.forward(Duration.ofSeconds(1));
        shelf.say("<message type='chat' id='r1' from='alice@localhost/other' to='bob@localhost/x'>"
                + "<retract xmlns='urn:xmpp:message-retract:1' id='o1'/><body>taken</body></message>");
        assertEquals(List.of("taken back", "taken"), shelf.bodies(ALICE));
        assertEquals(List.of("taken back", "taken"), shelf.bodies(BOB));
        String tombstone = shelf.page(BOB, "", 1).found().getFirst().message().toString();
        assertTrue(tombstone.contains("id='r1'"), tombstone);
        assertTrue(tombstone.contains("<origin-id"), tombstone);
        assertFalse(tombstone.contains("secret"), tombstone);
    }

    @EveryDatabase
    void nobodyElseTakesItBack(Database database) {
        Shelf shelf = new Shelf(database);
        shelf.say(ORIGIN.formatted("stays"));
        shelf.say("<message type='chat' from='bob@localhost/b' to='alice@localhost'>"
                + "<retract xmlns='urn:xmpp:message-retract:1' id='o1'/></message>");
        shelf.say("<message type='chat' from='carol@localhost/b' to='bob@localhost'>"
                + "<retract xmlns='urn:xmpp:message-retract:1' id='o1'/></message>");
        shelf.say("<message type='chat' from='alice@localhost/b' to='carol@localhost'>"
                + "<retract xmlns='urn:xmpp:message-retract:1' id='o1'/></message>");
        assertEquals("stays", shelf.bodies(BOB).getFirst());
        assertEquals("stays", shelf.bodies(ALICE).getFirst());
    }

    // --- what gets smaller ---

    @EveryDatabase
    void whatIsTooOldGoesFromAllArchives(Database database) {
        Shelf shelf = new Shelf(database);
        for (int i = 0; i < 450; i++) {
            shelf.sayText("old " + i);
        }
        shelf.time.forward(Duration.ofDays(10));
        shelf.sayText("new");
        shelf.settle();
        shelf.retention(Optional.of(Duration.ofDays(5)), OptionalInt.empty()).run();
        assertEquals(List.of("new"), shelf.bodies(ALICE));
        assertEquals(List.of("new"), shelf.bodies(BOB));
        assertEquals(1, shelf.rows("archive_bodies"));
        assertEquals(2, shelf.rows("archive_entries"));
    }

    @EveryDatabase
    void whatIsTooManyGoesTheOldestFirstAndABodyWithItsLastEntry(Database database) {
        Shelf shelf = new Shelf(database);
        for (int i = 0; i < 5; i++) {
            shelf.sayText("nr " + i);
        }
        shelf.settle();
        assertEquals(3, shelf.retention().trim(BOB, 2));
        assertEquals(List.of("nr 3", "nr 4"), shelf.bodies(BOB));
        assertEquals(5, shelf.bodies(ALICE).size());
        assertEquals(5, shelf.rows("archive_bodies"));
        shelf.retention(Optional.empty(), OptionalInt.of(1)).run();
        assertEquals(List.of("nr 4"), shelf.bodies(ALICE));
        assertEquals(1, shelf.rows("archive_bodies"));
    }

    @EveryDatabase
    void anArchiveThatIsLetGoOfIsEmptyAtOnceAndAnotherOfTheNameIsNew(Database database) {
        Shelf shelf = new Shelf(database);
        shelf.sayText("before");
        shelf.settle();
        RetentionStore store = new RetentionStore();
        boolean dropped = database.write(db -> store.drop(db, BOB, shelf.time.now().toEpochMilli()));
        assertTrue(dropped);
        shelf.writer.forget(BOB);
        assertEquals(List.of(), shelf.bodies(BOB));
        shelf.sayText("after");
        assertEquals(List.of("after"), shelf.bodies(BOB));
        assertEquals(List.of("before", "after"), shelf.bodies(ALICE));
        shelf.retention().run();
        assertEquals(3, shelf.rows("archive_entries"));
        assertEquals(1, shelf.rows("archive_dropped"), "somebody may be writing to it still");
        shelf.time.forward(Duration.ofHours(2));
        shelf.retention().run();
        assertEquals(0, shelf.rows("archive_dropped"));
    }

    @EveryDatabase
    void whatIsSaidAgainAfterAnArchiveHasGoneIsKeptAnew(Database database) {
        Shelf shelf = new Shelf(database);
        Saying first = shelf.say(ORIGIN.formatted("once"));
        drop(shelf, BOB);
        Saying again = shelf.say(ORIGIN.formatted("once"));
        assertNotEquals(first.id, again.id);
        assertEquals(List.of("once"), shelf.bodies(BOB));
        assertEquals(again.id, shelf.say(ORIGIN.formatted("once")).id);
        shelf.restart();
        drop(shelf, BOB);
        shelf.say(ORIGIN.formatted("once"));
        assertEquals(List.of("once"), shelf.bodies(BOB));
        drop(shelf, ALICE);
        drop(shelf, BOB);
        shelf.say(ORIGIN.formatted("once"));
        assertEquals(List.of("once"), shelf.bodies(ALICE));
        assertEquals(List.of("once"), shelf.bodies(BOB));
        shelf.settle();
        shelf.writer.forgetDomain("localhost");
        assertNotEquals(again.id, shelf.say(ORIGIN.formatted("once")).id);
    }

    @EveryDatabase
    void whatOnlyItsSenderHasStillIsNothingEarlier(Database database) {
        Shelf shelf = new Shelf(database);
        shelf.say(ORIGIN.formatted("once"));
        shelf.restart();
        assertNotNull(shelf.writer.earlier(shelf.saying(ORIGIN.formatted("once"))));
        drop(shelf, BOB);
        assertNull(shelf.writer.earlier(shelf.saying(ORIGIN.formatted("once"))));
    }

    private static void drop(Shelf shelf, Jid owner) {
        shelf.settle();
        shelf.drop(owner);
    }

    // --- when it goes wrong ---

    @Test
    void whatWaitsIsBoundedAndOneMoreIsRefused(@TempDir Path folder) throws InterruptedException {
        try (Database database =
                Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 2))) {
            Shelf shelf = new Shelf(database);
            CountDownLatch held = new CountDownLatch(1);
            database.append(_ -> await(held));
            List<Saying> taken = new ArrayList<>();
            StanzaException refused = assertThrows(StanzaException.class, () -> {
                while (true) {
                    taken.add(shelf.sayText("nr " + taken.size()));
                }
            });
            assertEquals("resource-constraint", refused.error().condition().wire());
            assertEquals(ArchiveWriter.MOST_WAITING, taken.size());
            held.countDown();
            assertTrue(taken.stream().allMatch(Shelf::isStored));
            shelf.sayText("and on");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aMessageThatIsLostIsToldToItsSenderAndLaterOnesAreRefusedAtOnce(@TempDir Path folder) {
        Database database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 2));
        Shelf shelf = new Shelf(database);
        database.close();
        Saying lost = shelf.sayText("lost");
        assertFalse(Shelf.isStored(lost));
        assertEquals("internal-server-error", shelf.refusals.getFirst().condition().wire());
        assertEquals("wait", shelf.refusals.getFirst().type().wire());
        shelf.settle();
        assertFalse(Shelf.isStored(shelf.sayText("an attempt")));
        shelf.settle();
        StanzaException refused = assertThrows(StanzaException.class, () -> shelf.sayText("too soon"));
        assertEquals("wait", refused.error().type().wire());
        shelf.time.forward(Duration.ofSeconds(2));
        assertFalse(Shelf.isStored(shelf.sayText("another attempt")));
    }
}
