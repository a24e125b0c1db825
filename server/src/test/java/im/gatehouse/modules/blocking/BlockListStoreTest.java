package im.gatehouse.modules.blocking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import java.util.List;

class BlockListStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@localhost");

    private final BlockListStore lists = new BlockListStore();
    private final ReportStore reports = new ReportStore();

    @EveryDatabase
    void listsAreKeptApart(Database db) {
        List<Jid> items = List.of(Jid.parse("x.org"), Jid.parse("ÿ@x.org/Büro"), Jid.parse("ÿ@x.org/büro"));
        db.write(unit -> {
            lists.insert(unit, ALICE, items);
            lists.insert(unit, BOB, items.subList(0, 1));
            return true;
        });

        db.write(unit -> {
            lists.delete(unit, ALICE, List.of(Jid.parse("ÿ@x.org/büro"), Jid.parse("unknown")));
            return true;
        });

        List<Jid> left = db.read(unit -> lists.items(unit, ALICE));
        assertEquals(items.subList(0, 2), left.stream().sorted().toList());
        db.write(unit -> {
            lists.removeAccount(unit, ALICE);
            return true;
        });
        assertEquals(List.of(), db.read(unit -> lists.items(unit, ALICE)));
        List<Jid> bobs = db.read(unit -> lists.items(unit, BOB));
        assertEquals(items.subList(0, 1), bobs);
    }

    @EveryDatabase
    void theLongestAddressThatIsTakenFits(Database db) {
        Jid longest = Jid.parse("a".repeat(1023) + "@" + "b.".repeat(100) + "c/" + "d".repeat(1000 - 179));
        assertEquals(true, BlockListStore.holds(longest));

        db.write(unit -> {
            lists.insert(unit, ALICE, List.of(longest));
            return true;
        });

        assertEquals(List.of(longest), db.read(unit -> lists.items(unit, ALICE)));
    }

    @EveryDatabase
    void reportsComeTheNewestFirstAndAPartAtATime(Database db) {
        for (int at = 1; at <= 3; at++) {
            Report report = new Report(Jid.parse("spammer" + at + "@x.org"), "urn:xmpp:reporting:spam", "ÿ\n", "");
            int time = at;
            db.write(unit -> {
                reports.insert(unit, ALICE, time, report);
                return true;
            });
        }

        List<ReportStore.Kept> first = db.read(unit -> reports.list(unit, "localhost", null, 2));
        List<ReportStore.Kept> rest =
                db.read(unit -> reports.list(unit, null, first.getLast().id(), 2));
        assertEquals(List.of(3L, 2L), first.stream().map(kept -> kept.at().toEpochMilli()).toList());
        assertEquals("spammer1@x.org", rest.getFirst().report().reported().toString());
        assertEquals("ÿ\n", rest.getFirst().report().text());
        List<Integer> counts = db.read(unit -> List.of(
                reports.count(unit, null),
                reports.count(unit, "second.test"),
                reports.countSince(unit, ALICE, 1),
                reports.countSince(unit, BOB, 0)));
        assertEquals(List.of(3, 0, 2, 0), counts);
        boolean elsewhere = db.write(unit -> reports.delete(unit, "second.test", first.getFirst().id()));
        boolean here = db.write(unit -> reports.delete(unit, "localhost", first.getFirst().id()));
        assertEquals(List.of(false, true), List.of(elsewhere, here));
        db.write(unit -> {
            reports.removeDomain(unit, "localhost");
            return true;
        });
        assertEquals(List.of(), db.read(unit -> reports.list(unit, null, null, 10)));
    }
}
