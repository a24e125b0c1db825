package im.gatehouse.modules.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.roster.RosterStore.Versions;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.DSLContext;

class RosterStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@localhost");
    private static final Jid CAROL = Jid.parse("carol@example.org");
    private static final SubscriptionState BOTH = new SubscriptionState(true, true, false, false, false);
    private static final SubscriptionState ASKED = new SubscriptionState(false, false, false, true, false);

    private final RosterStore store = new RosterStore();

    @EveryDatabase
    void anEntryComesBackAsItWasStored(Database database) {
        RosterItem bob = new RosterItem(
                BOB,
                "Bob <& \"Söhne\"> 🎈",
                List.of("Friends", "a,b\n[\"c\"]", "ß"),
                new SubscriptionState(true, false, false, true, false),
                true,
                "<presence xmlns='jabber:client' type='subscribe'/>",
                17);
        RosterItem carol = listed(CAROL, new SubscriptionState(false, false, true, false, true), 18);
        write(database, db -> {
            store.insert(db, ALICE, bob);
            store.insert(db, ALICE, carol);
        });

        assertEquals(bob, find(database, ALICE, BOB));
        assertEquals(carol, find(database, ALICE, CAROL));
        assertNull(find(database, BOB, CAROL));
        assertEquals(Set.of(bob, carol), Set.copyOf(database.read(db -> store.listed(db, ALICE))));
    }

    @EveryDatabase
    void anEntryCanBeChangedAndDeleted(Database database) {
        write(database, db -> store.insert(db, ALICE, listed(BOB, BOTH, 1)));
        RosterItem changed = listed(BOB, SubscriptionState.NONE, 2).edited("Bobby", List.of("X"));
        write(database, db -> store.update(db, ALICE, changed));
        assertEquals(changed, find(database, ALICE, BOB));

        write(database, db -> store.delete(db, ALICE, BOB));
        assertNull(find(database, ALICE, BOB));
    }

    @EveryDatabase
    void namesThatDifferInCaseOrAccentsAreDifferentContacts(Database database) {
        List<Jid> similar =
                List.of("bob@x.example", "bób@x.example", "bob@y.example").stream().map(Jid::parse).toList();
        write(database, db -> similar.forEach(jid -> store.insert(db, ALICE, listed(jid, BOTH, 1))));
        assertEquals(3, countListed(database, ALICE));
    }

    @EveryDatabase
    void thoseWhoCountWhenTheUserComesAreContactsAndRequests(Database database) {
        RosterItem both = listed(BOB, BOTH, 1);
        RosterItem asked = RosterItem.unknown(CAROL).in(ASKED, "<presence/>");
        write(database, db -> {
            store.insert(db, ALICE, both);
            store.insert(db, ALICE, asked);
            store.insert(db, ALICE, listed(Jid.parse("nobody@localhost"), SubscriptionState.NONE, 2));
        });
        assertEquals(Set.of(both, asked), Set.copyOf(database.read(db -> store.concerned(db, ALICE))));
        assertEquals(1, countRequests(database));
        assertEquals(2, countListed(database, ALICE));
    }

    @EveryDatabase
    void versionsBeginWhereTheyAreToldAndRiseByOne(Database database) {
        assertEquals(Versions.UNTOUCHED, database.read(db -> store.versions(db, ALICE)));
        assertEquals(1_000, raise(database, 1_000));
        assertEquals(1_001, raise(database, 5_000));
        assertEquals(new Versions(1_001, 1_000), database.read(db -> store.versions(db, ALICE)));
        assertEquals(Versions.UNTOUCHED, database.read(db -> store.versions(db, BOB)));
    }

    @EveryDatabase
    void whatChangedSinceAVersionIsFoundInOrder(Database database) {
        write(database, db -> {
            store.insert(db, ALICE, listed(BOB, BOTH, 12));
            store.insert(db, ALICE, listed(CAROL, BOTH, 10));
            store.insert(db, ALICE, listed(Jid.parse("gone@localhost"), BOTH, 11).removed());
        });
        List<String> since = database.read(db -> store.changedSince(db, ALICE, 10)).stream()
                .map(item -> item.jid().local() + " " + item.listed())
                .toList();
        assertEquals(List.of("gone false", "bob true"), since);
    }

    @EveryDatabase
    void onlySoManyRemovalsAreRemembered(Database database) {
        write(database, db -> {
            store.raise(db, ALICE, 1);
            store.insert(db, ALICE, listed(BOB, BOTH, 1));
            IntStream.rangeClosed(2, 6).forEach(version ->
                    store.insert(db, ALICE, listed(Jid.parse("u" + version + "@localhost"), BOTH, version).removed()));
            store.trimRemoved(db, ALICE, 3);
        });
        assertEquals(
                List.of(4L, 5L, 6L),
                database.read(db -> store.changedSince(db, ALICE, 1)).stream().map(RosterItem::version).toList());
        assertEquals(3, database.read(db -> store.versions(db, ALICE)).oldest());
        assertEquals(listed(BOB, BOTH, 1), find(database, ALICE, BOB));
    }

    @EveryDatabase
    void anAccountThatIsRemovedLeavesFarewellsForThoseItWasBoundTo(Database database) {
        RosterItem friend = listed(BOB, BOTH, 1);
        write(database, db -> {
            store.raise(db, ALICE, 1);
            store.insert(db, ALICE, friend);
            store.insert(db, ALICE, listed(Jid.parse("nobody@localhost"), SubscriptionState.NONE, 2));
            store.insert(db, ALICE, RosterItem.unknown(CAROL).in(ASKED, "<presence/>"));
            store.insert(db, BOB, listed(ALICE, BOTH, 1));
            store.removeAccount(db, ALICE);
        });
        assertEquals(List.of(), database.read(db -> store.listed(db, ALICE)));
        assertEquals(Versions.UNTOUCHED, database.read(db -> store.versions(db, ALICE)));
        assertEquals(1, countListed(database, BOB));

        Farewell toBob = new Farewell(ALICE, BOB, BOTH);
        Farewell toCarol = new Farewell(ALICE, CAROL, ASKED);
        assertEquals(
                Set.of(toBob, toCarol),
                database.read(db -> store.farewells(db, ALICE)).stream().collect(Collectors.toSet()));
        write(database, db -> store.deleteFarewell(db, toBob));
        assertEquals(List.of(toCarol), database.read(db -> store.farewells(db, null)));
    }

    @EveryDatabase
    void aDomainThatIsRemovedTakesItsRosters(Database database) {
        write(database, db -> {
            store.raise(db, ALICE, 1);
            store.insert(db, ALICE, listed(BOB, BOTH, 1));
            store.insert(db, Jid.parse("dora@example.org"), listed(BOB, BOTH, 1));
            store.insertFarewell(db, new Farewell(ALICE, CAROL, BOTH));
            store.removeDomain(db, "localhost");
        });
        assertEquals(List.of(), database.read(db -> store.listed(db, ALICE)));
        assertEquals(List.of(), database.read(db -> store.farewells(db, null)));
        assertEquals(1, countListed(database, Jid.parse("dora@example.org")));
    }

    private int countListed(Database database, Jid account) {
        return database.read(db -> store.countListed(db, account));
    }

    private int countRequests(Database database) {
        return database.read(db -> store.countRequests(db, ALICE));
    }

    private long raise(Database database, long first) {
        return database.write(db -> store.raise(db, ALICE, first));
    }

    private RosterItem find(Database database, Jid account, Jid contact) {
        return database.read(db -> store.find(db, account, contact));
    }

    private static RosterItem listed(Jid jid, SubscriptionState state, long version) {
        return new RosterItem(jid, null, List.of(), state, true, null, version);
    }

    private static void write(Database database, Consumer<DSLContext> work) {
        database.write(db -> {
            work.accept(db);
            return true;
        });
    }
}
