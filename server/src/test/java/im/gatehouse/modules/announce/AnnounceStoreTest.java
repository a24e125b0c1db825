package im.gatehouse.modules.announce;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.announce.AnnounceStore.Kind;
import im.gatehouse.modules.announce.AnnounceStore.Standing;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.List;
import java.util.Set;

class AnnounceStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");

    private final AnnounceStore store = new AnnounceStore();

    @EveryDatabase
    void aDomainHasOneMessageOfEachKind(Database db) {
        Standing motd = new Standing("localhost", Kind.MOTD, 2, "zwei\nÜ");
        Standing welcome = new Standing("localhost", Kind.WELCOME, 1, "hi");
        db.write(unit -> {
            store.put(unit, new Standing("localhost", Kind.MOTD, 1, "eins"));
            store.put(unit, motd);
            store.put(unit, welcome);
            return true;
        });

        List<Standing> all = db.read(store::all);
        assertEquals(Set.of(motd, welcome), Set.copyOf(all));
        List<Boolean> deleted = List.of(
                db.write(unit -> store.delete(unit, "localhost", Kind.MOTD)),
                db.write(unit -> store.delete(unit, "localhost", Kind.MOTD)));
        assertEquals(List.of(true, false), deleted);
    }

    @EveryDatabase
    void aMessageIsSeenOnce(Database db) {
        List<Boolean> fresh = List.of(see(db, 5), see(db, 5), see(db, 6), see(db, 4));
        assertEquals(List.of(true, false, true, false), fresh);
        db.write(unit -> {
            store.removeAccount(unit, ALICE);
            return true;
        });
        assertEquals(List.of(true), List.of(see(db, 5)));
    }

    private boolean see(Database db, long number) {
        return db.write(unit -> store.see(unit, ALICE, number));
    }
}
