package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Client;
import im.gatehouse.modules.Stand;
import im.gatehouse.session.Admitted;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import im.gatehouse.time.SeenTime;
import im.gatehouse.time.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** People who are removed while their login still waits to be counted. */
class VisitorsRemovalTest {
    private static final String BHUTAN = "67.43.156.1";
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@localhost");

    /** More logins than may wait and be in the hand of the thread that counts. */
    private static final int MORE_THAN_MAY_WAIT = 10_300;

    private final MovableTime time = new MovableTime(Instant.parse("2018-05-20T12:00:00Z"));

    @TempDir
    private Path folder;

    /** Time that keeps the thread waiting that counts, whenever it wants to know how late it is. */
    private Time gate(CountDownLatch open) {
        return new SeenTime(time, now -> {
            if (Thread.currentThread().getName().equals("mod_monthly_visitors")) {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return now;
        });
    }

    @BeforeEach
    void writePlaces() throws IOException {
        MmdbWriter.cities().place("67.43.156.0/24", "BT", "", 0).writeTo(folder.resolve("places.mmdb"));
    }

    private Stand stand(Database database, String dedup) {
        String table = "[modules.mod_monthly_visitors]\nmmdb_path = '%s'\nkey_folder = '%s'\ndedup = '%s'\n"
                .formatted(folder.resolve("places.mmdb"), folder.resolve("keys"), dedup);
        return Stand.start(new PatientVisitors(), database, time, table);
    }

    private static Map<String, Long> stored(Database database) {
        Map<String, Long> figures = new TreeMap<>();
        database.read(db -> new VisitorsStore().figures(db, "localhost", "2018-05"))
                .forEach(figure -> figures.put(figure.cell(), figure.total()));
        return figures;
    }

    private static List<Integer> markersAndDigests(Database database) {
        return List.of(rows(database, "visitors_marker"), rows(database, "visitors_seen"));
    }

    private static int rows(Database database, String table) {
        return database.read(db -> db.fetchCount(db.selectOne().from(table)));
    }

    /** Alice and Bob sign in, they are removed, and then their sessions open. */
    private void logInAround(Database database, String dedup, boolean wholeDomain) {
        try (Stand stand = stand(database, dedup)) {
            stand.register(ALICE.toString(), BOB.toString());
            List<Client> clients = List.of(
                    stand.client("alice@localhost/phone", BHUTAN), stand.client("bob@localhost/phone", BHUTAN));
            clients.forEach(client -> assertEquals(Optional.empty(), client.signIn()));
            if (wholeDomain) {
                assertEquals(2, stand.accounts().removeDomain("localhost"));
            } else {
                stand.accounts().remove(ALICE);
                stand.accounts().remove(BOB);
            }
            clients.forEach(client -> assertEquals(Optional.empty(), client.open()));
        }
        assertEquals(List.of(0, 0), markersAndDigests(database));
        assertEquals(Map.of(), stored(database));
    }

    @EveryDatabase
    void aLoginThatIsCountedAfterItsAccountWasRemovedLeavesNeitherMarkerNorDigest(Database database) {
        logInAround(database, "marker", false);
        logInAround(database, "ephemeral", false);
    }

    @EveryDatabase
    void norDoesOneThatIsCountedAfterItsDomainWasRemoved(Database database) {
        logInAround(database, "marker", true);
        logInAround(database, "ephemeral", true);
    }

    private static Session session(Jid account) {
        return Admitted.session(
                new Sessions(() -> 1_000),
                account.withResource("phone"),
                new InetSocketAddress(BHUTAN, 1),
                Instant.EPOCH,
                new Nobody(),
                new Lane(16));
    }

    @EveryDatabase
    void norDoesOneWhoseAccountWasRemovedWhenNoMoreNotesFitIn(Database database) throws Exception {
        ConfigFile file = ConfigFile.parse("mmdb_path = \"places.mmdb\"", folder.resolve("gatehouse.toml"));
        VisitorsConfig config = VisitorsConfig.read(file.root());
        CountDownLatch open = new CountDownLatch(1);
        ScramSettings scram = new ScramSettings(ScramSettings.LEAST_ITERATIONS);
        try (Accounts accounts = new Accounts(database, scram, Set.of("localhost"), time, new byte[32]);
                Visitors visitors = new Visitors(config, accounts, database, gate(open), folder)) {
            accounts.create(ALICE, "secret");
            accounts.create(BOB, "secret");
            accounts.onRemoval("test", (db, account) -> visitors.removeTraces(db, account));
            accounts.removed().add("test", visitors::removed);
            visitors.opened(session(ALICE));
            Session bob = session(BOB);
            for (int login = 0; login < MORE_THAN_MAY_WAIT; login++) {
                visitors.opened(bob);
            }
            accounts.remove(ALICE);
            open.countDown();
            visitors.settle();
            assertEquals(List.of(1, 0), markersAndDigests(database)); // Bob's
            assertEquals(Map.of("geo-BT-?-?", 1L, "client-?", 1L), stored(database));

            // Nor is it remembered in memory: another Alice is counted.
            accounts.create(ALICE, "secret");
            visitors.opened(session(ALICE));
            visitors.settle();
            assertEquals(List.of(2, 0), markersAndDigests(database));
            assertEquals(Map.of("geo-BT-?-?", 2L, "client-?", 2L), stored(database));
        }
    }
}
