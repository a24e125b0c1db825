package im.gatehouse.modules.privatestorage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.Optional;

class PrivateStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid ELSEWHERE = Jid.parse("alice@second.test");

    private final PrivateStore store = new PrivateStore();

    @EveryDatabase
    void thereIsOneElementForEachNameInEachNamespace(Database database) {
        put(database, ALICE, "urn:a", "x", "first");
        put(database, ALICE, "urn:a", "x", "second");
        put(database, ALICE, "urn:a", "X", "capital");
        put(database, ALICE, "urn:b", "x", "other");

        assertEquals(Optional.of("second"), find(database, ALICE, "urn:a", "x"));
        assertEquals(Optional.of("capital"), find(database, ALICE, "urn:a", "X"));
        assertEquals(Optional.of("other"), find(database, ALICE, "urn:b", "x"));
        assertEquals(Optional.empty(), find(database, ELSEWHERE, "urn:a", "x"));
        assertEquals(3, (int) database.read(db -> store.count(db, ALICE)));
    }

    @EveryDatabase
    void theLongestNamesFit(Database database) {
        Jid longest = Jid.parse("a".repeat(255) + "@localhost");
        put(database, longest, "n".repeat(255), "e".repeat(255), "content");

        assertEquals(Optional.of("content"), find(database, longest, "n".repeat(255), "e".repeat(255)));
    }

    @EveryDatabase
    void oneElementOrAnAccountOrADomainIsForgotten(Database database) {
        put(database, ALICE, "urn:a", "x", "1");
        put(database, ALICE, "urn:a", "y", "2");
        put(database, ELSEWHERE, "urn:a", "x", "3");

        database.write(db -> {
            store.remove(db, ALICE, "urn:a", "x");
            return true;
        });
        assertEquals(Optional.empty(), find(database, ALICE, "urn:a", "x"));
        assertEquals(Optional.of("2"), find(database, ALICE, "urn:a", "y"));

        database.write(db -> {
            store.remove(db, ALICE);
            return true;
        });
        assertEquals(Optional.empty(), find(database, ALICE, "urn:a", "y"));
        assertEquals(Optional.of("3"), find(database, ELSEWHERE, "urn:a", "x"));

        database.write(db -> {
            store.removeDomain(db, "second.test");
            return true;
        });
        assertEquals(Optional.empty(), find(database, ELSEWHERE, "urn:a", "x"));
    }

    private void put(Database database, Jid account, String namespace, String element, String content) {
        database.write(db -> {
            store.put(db, account, namespace, element, content);
            return true;
        });
    }

    private Optional<String> find(Database database, Jid account, String namespace, String element) {
        return database.read(db -> store.find(db, account, namespace, element));
    }
}
