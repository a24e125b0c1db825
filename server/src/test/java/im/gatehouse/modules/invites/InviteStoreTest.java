package im.gatehouse.modules.invites;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.invites.Invitation.Kind;
import im.gatehouse.modules.invites.InviteStore.Friendship;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;

class InviteStoreTest {
    private static final Jid ROMEO = Jid.parse("romeo@localhost");
    private static final Jid JULIET = Jid.parse("juliet@localhost");

    private final InviteStore store = new InviteStore();

    @EveryDatabase
    void anInvitationIsFoundByItsDigestAndUsedAsOftenAsItMayBe(Database db) {
        write(db, unit -> store.insert(unit, "digest", draft(Optional.of(ROMEO), "jülia", 2), 100));

        Invitation found = read(db, unit -> store.find(unit, "digest")).orElseThrow();
        assertEquals(Optional.of(ROMEO), found.inviter());
        assertEquals("jülia", found.username());
        assertEquals(100, found.expiresAt().toEpochMilli());
        assertEquals(Optional.empty(), read(db, unit -> store.find(unit, "other")));
        List<Boolean> uses = List.of(use(db, found), use(db, found), use(db, found));
        assertEquals(List.of(true, true, false), uses);
        assertEquals(0, read(db, unit -> store.find(unit, "digest")).orElseThrow().usesLeft());
    }

    @EveryDatabase
    void onlyWhatHoldsCountsAndKeepsItsName(Database db) {
        write(db, unit -> {
            store.insert(unit, "a", draft(Optional.of(ROMEO), "juliet", 1), 100);
            store.insert(unit, "b", draft(Optional.of(ROMEO), "", 1), 50);
            store.insert(unit, "c", draft(Optional.empty(), "", 1), 100);
        });
        long id = read(db, unit -> store.find(unit, "a")).orElseThrow().id();

        assertEquals(
                List.of(2, 1),
                read(db, unit -> List.of(store.countOpen(unit, ROMEO, 49), store.countOpen(unit, ROMEO, 50))));
        assertEquals(
                List.of(true, false, false),
                read(db, unit -> List.of(
                        store.isReserved(unit, JULIET, 99, -1),
                        store.isReserved(unit, JULIET, 99, id),
                        store.isReserved(unit, JULIET, 100, -1))));
        assertEquals(
                List.of("", "juliet"),
                read(db, unit -> store.list(unit, "localhost", null, 10, 60)).stream()
                        .map(Invitation::username)
                        .toList());
        assertEquals(1, read(db, unit -> store.list(unit, "localhost", id + 1, 10, 60)).size());
        assertEquals(List.of(1), db.write(unit -> List.of(store.deleteOver(unit, 51, 10))));
        assertEquals(
                List.of(false, true),
                db.write(unit -> List.of(
                        store.delete(unit, "second.test", id), store.delete(unit, "localhost", id))));
    }

    @EveryDatabase
    void allOfAnAccountGoesWithIt(Database db) {
        Friendship friendship = new Friendship(JULIET, ROMEO);
        write(db, unit -> {
            store.insert(unit, "a", draft(Optional.of(ROMEO), "", 1), 100);
            store.insertFriendship(unit, friendship);
            store.insertFriendship(unit, friendship);
        });
        assertEquals(List.of(friendship), read(db, store::friendships));

        write(db, unit -> store.removeAccount(unit, ROMEO));

        assertEquals(List.of(), read(db, store::friendships));
        assertEquals(Optional.empty(), read(db, unit -> store.find(unit, "a")));
    }

    private boolean use(Database db, Invitation invitation) {
        return db.write(unit -> store.use(unit, invitation.id()));
    }

    private static Draft draft(Optional<Jid> inviter, String username, int uses) {
        return new Draft("localhost", inviter, Kind.ACCOUNT, username, true, Duration.ofDays(1), uses);
    }

    private static void write(Database db, Consumer<DSLContext> work) {
        db.write(unit -> {
            work.accept(unit);
            return true;
        });
    }

    private static <T> T read(Database db, Function<DSLContext, T> work) {
        return db.read(work);
    }
}
