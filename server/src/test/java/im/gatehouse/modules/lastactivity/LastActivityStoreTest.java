package im.gatehouse.modules.lastactivity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.time.Instant;
import java.util.Optional;

class LastActivityStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final LastSeen EARLIER = new LastSeen(Instant.ofEpochMilli(1_000), "gone for tea");
    private static final LastSeen LATER = new LastSeen(Instant.ofEpochMilli(2_000), "日本 🎉");

    private final LastActivityStore store = new LastActivityStore();

    @EveryDatabase
    void theLastOneIsKept(Database database) {
        put(database, ALICE, EARLIER);
        put(database, ALICE, LATER);

        assertEquals(Optional.of(LATER), find(database, ALICE));
    }

    @EveryDatabase
    void whoIsRemovedIsForgottenAndNobodyElse(Database database) {
        Jid bob = Jid.parse("bob@localhost");
        put(database, ALICE, EARLIER);
        put(database, bob, LATER);
        database.write(db -> {
            store.remove(db, ALICE);
            return true;
        });

        assertEquals(Optional.empty(), find(database, ALICE));
        assertEquals(Optional.of(LATER), find(database, bob));
    }

    @EveryDatabase
    void aWholeDomainIsForgotten(Database database) {
        Jid elsewhere = Jid.parse("alice@second.test");
        put(database, ALICE, EARLIER);
        put(database, elsewhere, LATER);
        database.write(db -> {
            store.removeDomain(db, "localhost");
            return true;
        });

        assertEquals(Optional.empty(), find(database, ALICE));
        assertEquals(Optional.of(LATER), find(database, elsewhere));
    }

    private void put(Database database, Jid account, LastSeen seen) {
        database.write(db -> {
            store.put(db, account, seen);
            return true;
        });
    }

    private Optional<LastSeen> find(Database database, Jid account) {
        return database.read(db -> store.find(db, account));
    }
}
