package im.gatehouse.modules.vcard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.Optional;
import java.util.Set;

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

    @EveryDatabase
    void aChangeIsNotedUntilAllHaveFollowed(Database database) {
        database.write(db -> {
            store.note(db, ALICE, "");
            store.note(db, ALICE, "<between/>");
            store.note(db, ELSEWHERE, "<b/>");
            return true;
        });
        assertEquals(Set.of(ALICE, ELSEWHERE), database.read(store::unfollowed));
        assertEquals(Optional.of(""), database.read(db -> store.before(db, ALICE)));
        database.write(db -> {
            store.followed(db, ALICE);
            return true;
        });
        assertEquals(Optional.empty(), database.read(db -> store.before(db, ALICE)));
        assertEquals(Optional.of("<b/>"), database.read(db -> store.before(db, ELSEWHERE)));
        database.write(db -> {
            store.removeDomain(db, ELSEWHERE.domain());
            return true;
        });
        assertEquals(Set.of(), database.read(store::unfollowed));
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
