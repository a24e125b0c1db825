package im.gatehouse.modules.bookmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;

class BookmarkStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid ELSEWHERE = Jid.parse("alice@second.test");

    private final BookmarkStore store = new BookmarkStore();

    private static void write(Database database, Consumer<DSLContext> work) {
        database.write(db -> {
            work.accept(db);
            return true;
        });
    }

    @EveryDatabase
    void aChangeIsNotedUntilTheOtherKindHasFollowed(Database database) {
        write(database, db -> {
            store.note(db, ALICE, Bookmark.NEW);
            store.note(db, ALICE, Bookmark.NEW);
            store.note(db, ALICE, Bookmark.OLD);
            store.note(db, ELSEWHERE, Bookmark.OLD);
        });
        assertEquals(
                Map.of(ALICE, Set.of(Bookmark.NEW, Bookmark.OLD), ELSEWHERE, Set.of(Bookmark.OLD)),
                database.read(store::unfollowed));
        write(database, db -> store.followed(db, ALICE, Bookmark.NEW));
        write(database, db -> store.removeDomain(db, "second.test"));
        assertEquals(Map.of(ALICE, Set.of(Bookmark.OLD)), database.read(store::unfollowed));
        write(database, db -> store.remove(db, ALICE));
        assertEquals(Map.of(), database.read(store::unfollowed));
    }
}
