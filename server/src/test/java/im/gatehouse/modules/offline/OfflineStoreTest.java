package im.gatehouse.modules.offline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.offline.OfflineStore.Waiting;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;

class OfflineStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@localhost");

    private final OfflineStore store = new OfflineStore();

    @EveryDatabase
    void messagesComeBackInTheOrderInWhichTheyCame(Database database) {
        write(database, db -> {
            store.insert(db, ALICE, 30, "<a>ü 🎈 \n'</a>");
            store.insert(db, BOB, 10, "<x/>");
            store.insert(db, ALICE, 20, "<b/>");
            store.insert(db, ALICE, 10, "<c/>");
        });
        assertEquals(List.of("<a>ü 🎈 \n'</a>", "<b/>"), first(database, ALICE, 2));
        assertEquals(3, count(database));
        assertEquals(30, database.read(db -> store.first(db, ALICE, Set.of(), 1)).getFirst().createdAt());
    }

    @EveryDatabase
    void attemptsAreCountedAndWhatGotThroughIsDeleted(Database database) {
        write(database, db -> {
            store.insert(db, ALICE, 1, "<a/>");
            store.insert(db, ALICE, 1, "<b/>");
        });
        List<Waiting> waiting = database.read(db -> store.first(db, ALICE, Set.of(), 9));
        List<Long> ids = waiting.stream().map(Waiting::id).toList();
        assertTrue(ids.get(0) < ids.get(1));
        assertEquals(1, database.<Integer>read(db -> store.count(db, ALICE, ids.subList(0, 1))));
        write(database, db -> store.attempted(db, ids));
        write(database, db -> store.attempted(db, ids));
        assertEquals(
                List.of(2, 2),
                database.read(db -> store.first(db, ALICE, Set.of(), 9)).stream().map(Waiting::attempts).toList());
        write(database, db -> store.delete(db, ids.subList(0, 1)));
        assertEquals(List.of("<b/>"), first(database, ALICE, 9));
        write(database, db -> store.delete(db, List.of()));
        assertEquals(List.of("<b/>"), first(database, ALICE, 9));
    }

    @EveryDatabase
    void theOldestAreDeletedSomeAtATime(Database database) {
        write(database, db -> List.of(5L, 1L, 9L, 3L).forEach(at -> store.insert(db, ALICE, at, "<m" + at + "/>")));
        assertEquals(2, deleteBeforeNine(database));
        assertEquals(List.of("<m5/>", "<m9/>"), first(database, ALICE, 9));
        assertEquals(1, deleteBeforeNine(database));
        assertEquals(0, deleteBeforeNine(database));
    }

    @EveryDatabase
    void anAccountOrADomainThatGoesTakesItsMessages(Database database) {
        Jid dora = Jid.parse("dora@example.org");
        write(database, db -> List.of(ALICE, BOB, dora).forEach(jid -> store.insert(db, jid, 1, "<m/>")));
        write(database, db -> store.removeAccount(db, ALICE));
        assertEquals(List.of(), first(database, ALICE, 9));
        write(database, db -> store.removeDomain(db, "localhost"));
        assertEquals(List.of(), first(database, BOB, 9));
        assertEquals(List.of("<m/>"), first(database, dora, 9));
    }

    private int count(Database database) {
        return database.read(db -> store.count(db, ALICE, List.of()));
    }

    private int deleteBeforeNine(Database database) {
        return database.write(db -> store.deleteBefore(db, 9, 2));
    }

    private List<String> first(Database database, Jid account, int limit) {
        return database.read(db -> store.first(db, account, Set.of(), limit)).stream().map(Waiting::stanza).toList();
    }

    private static void write(Database database, Consumer<DSLContext> work) {
        database.write(db -> {
            work.accept(db);
            return true;
        });
    }
}
