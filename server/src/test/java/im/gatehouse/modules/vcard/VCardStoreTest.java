package im.gatehouse.modules.vcard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.Optional;

class VCardStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid ELSEWHERE = Jid.parse("alice@second.test");

    private final VCardStore store = new VCardStore();

    @EveryDatabase
    void aNewCardReplacesTheOldOne(Database database) {
        put(database, ALICE, "<a/>");
        put(database, ALICE, "日本 🎉".repeat(30_000));

        assertEquals(Optional.of("日本 🎉".repeat(30_000)), find(database, ALICE));
    }

    @EveryDatabase
    void whoIsRemovedIsForgottenAndNobodyElse(Database database) {
        put(database, ALICE, "<a/>");
        put(database, ELSEWHERE, "<b/>");
        database.write(db -> {
            store.remove(db, ALICE);
            return true;
        });

        assertEquals(Optional.empty(), find(database, ALICE));
        assertEquals(Optional.of("<b/>"), find(database, ELSEWHERE));
    }

    @EveryDatabase
    void aWholeDomainIsForgotten(Database database) {
        put(database, ALICE, "<a/>");
        put(database, ELSEWHERE, "<b/>");
        database.write(db -> {
            store.removeDomain(db, "localhost");
            return true;
        });

        assertEquals(Optional.empty(), find(database, ALICE));
        assertEquals(Optional.of("<b/>"), find(database, ELSEWHERE));
    }

    private void put(Database database, Jid account, String card) {
        database.write(db -> {
            store.put(db, account, card);
            return true;
        });
    }

    private Optional<String> find(Database database, Jid account) {
        return database.read(db -> store.find(db, account));
    }
}
