package im.gatehouse.modules.archive;

import static im.gatehouse.modules.archive.Shelf.ALICE;
import static im.gatehouse.modules.archive.Shelf.BOB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.archive.Job.Saying;
import im.gatehouse.modules.archive.Reader.Page;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageException;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the archives and not yet sorted into them. */
class ArchiveSortingTest {
    private static final Jid CAROL = Jid.parse("carol@localhost");
    private static final String RSM = "<set xmlns='http://jabber.org/protocol/rsm'>%s</set>";
    private static final String WITH = "<x xmlns='jabber:x:data' type='submit'>"
            + "<field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>"
            + "<field var='%s'><value>%s</value></field></x>";

    // --- readers ---

    @EveryDatabase
    void whatIsRecentIsReadAsIfItWereSortedIn(Database database) {
        Shelf shelf = new Shelf(database);
        List<Saying> said = new ArrayList<>(converse(shelf));
        List<String> recent = answers(shelf, said);
        shelf.sortIn();
        assertEquals(recent, answers(shelf, said));

        said.addAll(converse(shelf));
        List<String> half = answers(shelf, said);
        shelf.sortIn();
        assertEquals(half, answers(shelf, said));
    }

    /** Alice talks to Bob and to Carol, and Bob answers. */
    private static List<Saying> converse(Shelf shelf) {
        List<Saying> said = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            said.add(say(shelf, "alice@localhost/a", "bob@localhost", i));
            shelf.time.forward(Duration.ofSeconds(1));
            said.add(say(shelf, "bob@localhost/b", "alice@localhost/a", i));
            said.add(say(shelf, "alice@localhost/a", "carol@localhost/c", i));
        }
        return said;
    }

    private static Saying say(Shelf shelf, String from, String to, int number) {
        return shelf.say("<message type='chat' from='%s' to='%s' id='m%d'><body>nr %d</body></message>"
                .formatted(from, to, number, number));
    }

    /** Everything that can be asked of archives, and what they answer. */
    private static List<String> answers(Shelf shelf, List<Saying> said) {
        List<String> answers = new ArrayList<>();
        String first = Ids.text(said.getFirst().id);
        String middle = Ids.text(said.get(said.size() / 2 + 1).id);
        String last = Ids.text(said.getLast().id);
        List<String> questions = new ArrayList<>(List.of("", RSM.formatted("<before/>")));
        for (int index : new int[] {0, 3, 14, 15, 16, 40}) {
            questions.add(RSM.formatted("<index>" + index + "</index>"));
            questions.add(RSM.formatted("<before/><index>" + index + "</index>"));
        }
        for (String id : List.of(first, middle, last)) {
            questions.add(RSM.formatted("<after>" + id + "</after>"));
            questions.add(RSM.formatted("<before>" + id + "</before>"));
            questions.add(WITH.formatted("after-id", id));
            questions.add(WITH.formatted("before-id", id));
            questions.add(WITH.formatted("ids", id));
        }
        for (String with : List.of("alice@localhost", "bob@localhost/b", "carol@localhost/c", "nobody@localhost")) {
            questions.add(WITH.formatted("with", with));
            questions.add(WITH.formatted("with", with) + RSM.formatted("<before/>"));
        }
        for (Jid archive : List.of(ALICE, BOB)) {
            for (String question : questions) {
                for (int most : new int[] {4, 50}) {
                    answers.add(archive + " " + question + ": " + answer(shelf, archive, question, most));
                }
            }
            answers.add(shelf.reader.count(archive) + " " + shelf.reader.edges(archive));
            answers.add(shelf.reader.metadata(archive, Ids::text).toString());
            answers.add(shelf.reader.last(archive, BOB, said.getLast().id, 7).toString());
        }
        return answers;
    }

    private static String answer(Shelf shelf, Jid archive, String question, int most) {
        try {
            Page page = shelf.page(archive, question, most);
            return page.found().stream().map(found -> Ids.text(found.id()) + found.peer()).toList()
                    + " of " + page.count() + " from " + page.index() + (page.complete() ? ", complete" : "");
        } catch (StanzaException e) {
            return e.error().condition().wire();
        }
    }

    @EveryDatabase
    void whoReadsOnWhileItIsSortedFindsAllOnceAndInOrder(Database database) throws InterruptedException {
        Shelf shelf = new Shelf(database);
        int count = 1_500;
        AtomicBoolean over = new AtomicBoolean();
        Thread sorting = Thread.startVirtualThread(() -> {
            while (!over.get()) {
                shelf.sortIn();
            }
        });
        Thread talking = Thread.startVirtualThread(() -> {
            for (int i = 0; i < count; i++) {
                Saying saying = shelf.sayText("nr " + i);
                if (i % 10 == 0) {
                    saying.stored().join();
                }
            }
        });
        List<String> found = new ArrayList<>();
        String after = "";
        while (found.size() < count) {
            Page page = shelf.page(BOB, after, 70);
            page.found().forEach(each -> found.add(each.message().body()));
            if (page.lastId() != null) {
                after = RSM.formatted("<after>" + Ids.text(page.lastId()) + "</after>");
            }
        }
        talking.join();
        over.set(true);
        sorting.join();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            expected.add("nr " + i);
        }
        assertEquals(expected, found);
        assertEquals(expected.subList(0, 1_000), shelf.bodies(BOB), "of which a page has no more");
        assertEquals(2 * count, shelf.rows("archive_entries"));
    }

    // --- kill -9 ---

    @EveryDatabase
    void whatWasNotSortedInWhenTheServerWasKilledIsThereAfterwards(Database database) {
        Shelf shelf = new Shelf(database);
        List<Saying> said = new ArrayList<>(converse(shelf));
        shelf.sortIn();
        said.addAll(converse(shelf));
        List<String> before = answers(shelf, said);
        shelf.restartAfterKill();
        assertEquals(before, answers(shelf, said));
        shelf.sortIn();
        assertEquals(before, answers(shelf, said));
        assertEquals(2 * said.size(), shelf.rows("archive_entries"));
    }

    @EveryDatabase
    void whatWasSortedInByHalfWhenTheServerWasKilledIsThereOnce(Database database) {
        Shelf shelf = new Shelf(database);
        List<Saying> said = converse(shelf);
        List<String> before = answers(shelf, said);
        long upTo = database.write(db -> new ArchiveStore().sortIn(db, said.getLast().id, said.size() / 3));
        assertEquals(said.get(said.size() / 3 - 1).id, upTo);
        assertEquals(before, answers(shelf, said), "before the server itself knows of it");
        shelf.restartAfterKill();
        assertEquals(before, answers(shelf, said));
        assertEquals(2 * said.size(), shelf.rows("archive_entries"));
        assertEquals(before, answers(shelf, said));
    }

    @EveryDatabase
    void anEmptiedArchiveGivesNoIdAgain(Database database) {
        Shelf shelf = new Shelf(database);
        Saying last = shelf.sayText("soon gone");
        shelf.time.forward(Duration.ofSeconds(10));
        shelf.settle();
        shelf.retention().deleteOlder(shelf.time.now());
        assertEquals(0, shelf.rows("archive_bodies"));
        assertTrue(database.read(new ArchiveStore()::lastId) >= last.id, "or what comes next would never be sorted in");
    }

    // --- what changes it ---

    @EveryDatabase
    void aRetractionFindsWhatIsSortedInAndWhatIsNot(Database database) {
        Shelf shelf = new Shelf(database);
        for (boolean sorted : new boolean[] {true, false}) {
            shelf.say("<message type='chat' id='m%s' from='alice@localhost/a' to='bob@localhost'>".formatted(sorted)
                    + "<body>x</body></message>");
            shelf.settle();
            if (sorted) {
                shelf.sortIn();
            }
            shelf.say("<message type='chat' from='alice@localhost/a' to='bob@localhost'><body>taken</body>"
                    + "<retract xmlns='urn:xmpp:message-retract:1' id='m%s'/></message>".formatted(sorted));
        }
        assertEquals(List.of("taken back", "taken", "taken back", "taken"), shelf.bodies(BOB));
    }

    @EveryDatabase
    void whatIsTooOldOrTooManyGoesAlsoWhenItIsNotSortedIn(Database database) {
        Shelf shelf = new Shelf(database);
        shelf.sayText("sorted");
        shelf.sortIn();
        shelf.sayText("old");
        shelf.time.forward(Duration.ofDays(10));
        for (int i = 0; i < 3; i++) {
            shelf.sayText("nr " + i);
        }
        shelf.settle();
        shelf.retention(Optional.of(Duration.ofDays(5)), OptionalInt.of(2)).run();
        assertEquals(List.of("nr 1", "nr 2"), shelf.bodies(BOB));
        assertEquals(2, shelf.reader.count(ALICE));
        assertEquals(4, shelf.rows("archive_entries"));
        assertEquals(2, shelf.rows("archive_bodies"));
    }

    // --- accounts that are no more ---

    @EveryDatabase
    void whatWaitsForAnAccountThatIsRemovedIsNotForAnotherOfThatName(Database database) {
        Shelf shelf = new Shelf(database);
        CountDownLatch held = new CountDownLatch(1);
        database.append(_ -> await(held));
        shelf.sayText("before");
        shelf.writer.forget(BOB);
        Saying after = shelf.sayText("after");
        held.countDown();
        assertTrue(Shelf.isStored(after));
        assertEquals(List.of("after"), shelf.bodies(BOB));
        assertEquals(List.of("before", "after"), shelf.bodies(ALICE));
    }

    @EveryDatabase
    void whatWaitsForADomainThatIsRemovedIsForNobody(Database database) {
        Shelf shelf = new Shelf(database);
        CountDownLatch held = new CountDownLatch(1);
        database.append(_ -> await(held));
        Saying before = shelf.sayText("before");
        shelf.writer.forgetDomain("localhost");
        held.countDown();
        assertTrue(Shelf.isStored(before));
        assertEquals(0, shelf.rows("archive_bodies"));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @EveryDatabase
    void whoHasNoAccountGetsNoArchive(Database database) {
        Shelf shelf = new Shelf(database);
        shelf.absent.add(BOB);
        shelf.sayText("to nobody");
        assertEquals(List.of("to nobody"), shelf.bodies(ALICE));
        shelf.absent.clear();
        assertEquals(List.of(), shelf.bodies(BOB));
    }

    // --- when it is done, and when it fails ---

    @Test
    void itIsSortedInWhenMuchHasGathered(@TempDir Path folder) {
        try (Database database =
                Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 2))) {
            Shelf shelf = new Shelf(database);
            for (int i = 0; i < Sorter.MANY / 2 - 1; i++) {
                if (!shelf.writer.hasRoom()) {
                    shelf.writer.awaitRoom();
                }
                shelf.sayText("x");
            }
            shelf.settle();
            ArchiveStore store = new ArchiveStore();
            assertEquals(0L, (long) database.read(store::sorted));
            Saying last = shelf.sayText("enough");
            awaitThat(() -> database.read(store::sorted) >= last.id);
            assertEquals(Sorter.MANY, shelf.rows("archive_entries"));
        }
    }

    @EveryDatabase
    void anEntryThatIsThereAlreadyHoldsUpNoOther(Database database) {
        Shelf shelf = new Shelf(database);
        List<Saying> said = converse(shelf);
        shelf.settle();
        List<String> before = answers(shelf, said);
        database.write(db -> db.insertInto(ArchiveStore.ENTRIES)
                .columns(ArchiveStore.OWNER, ArchiveStore.ID, ArchiveStore.PEER, ArchiveStore.RESOURCE)
                .select(db.select(
                                ArchiveStore.SENDER,
                                ArchiveStore.ID,
                                DSL.inline("bob@localhost"),
                                DSL.inline(""))
                        .from(ArchiveStore.BODIES)
                        .where(ArchiveStore.ID.eq(said.getFirst().id)))
                .execute());
        shelf.sortIn();
        assertEquals(2 * said.size(), shelf.rows("archive_entries"));
        assertEquals(before, answers(shelf, said));
    }

    @Test
    void whenTooMuchWaitsThenWhoeverSpeaksHasItSortedInAgain(@TempDir Path folder) {
        try (Database database =
                Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 2))) {
            new Shelf(database).sayText("first").stored().join();
            database.write(db -> db.execute("INSERT INTO archive_bodies (id, sender, receiver, sender_peer, "
                    + "sender_resource, receiver_peer, receiver_resource, stanza) "
                    + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80000) "
                    + "SELECT id + i, sender, receiver, sender_peer, sender_resource, receiver_peer, "
                    + "receiver_resource, stanza FROM archive_bodies, n"));
            database.write(db -> db.execute("CREATE TRIGGER no_entries BEFORE INSERT ON archive_entries "
                    + "BEGIN SELECT RAISE(ABORT, 'no'); END"));
            Shelf shelf = new Shelf(database);
            assertThrows(StanzaException.class, () -> shelf.sayText("refused"));
            assertThrows(StorageException.class, shelf.writer::sortIn);
            database.write(db -> db.execute("DROP TRIGGER no_entries"));
            shelf.time.forward(Duration.ofSeconds(10));
            awaitThat(() -> isTaken(shelf));
        }
    }

    private static void awaitThat(BooleanSupplier state) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!state.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "waited in vain");
            Thread.yield();
        }
    }

    private static boolean isTaken(Shelf shelf) {
        try {
            shelf.sayText("taken again").stored().join();
            return true;
        } catch (StanzaException e) {
            return false;
        }
    }

    @Test
    void whatCannotBeSortedInIsReadAndSortedInLater(@TempDir Path folder) {
        try (Database database =
                Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 2))) {
            Shelf shelf = new Shelf(database);
            shelf.sayText("one");
            shelf.settle();
            database.write(db -> db.execute("CREATE TRIGGER no_entries BEFORE INSERT ON archive_entries "
                    + "BEGIN SELECT RAISE(ABORT, 'no'); END"));
            assertThrows(StorageException.class, shelf.writer::sortIn);
            shelf.sayText("two");
            assertEquals(List.of("one", "two"), shelf.bodies(BOB));
            database.write(db -> db.execute("DROP TRIGGER no_entries"));
            assertEquals(4, shelf.rows("archive_entries"));
            assertEquals(List.of("one", "two"), shelf.bodies(BOB));
        }
    }
}
