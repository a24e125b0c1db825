package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.account.Registered;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Stand;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

class VisitorsExactlyOnceTest {
    private static final int USERS = 200;
    private static final int AT_A_TIME = 50;
    private static final List<String> ADDRESSES = List.of("2.125.160.217", "67.43.156.1", "10.0.0.1");

    private final MovableTime time = new MovableTime(Instant.parse("2018-05-20T12:00:00Z"));

    @TempDir
    private Path folder;

    @EveryDatabase
    void usersWithTwoDevicesAtTwoServersOfOneDatabaseAreCountedOnce(StorageSettings settings)
            throws IOException, InterruptedException {
        Path file = folder.resolve("places.mmdb");
        MmdbWriter.cities()
                .place("2.125.160.216/29", "GB", "ENG", 2655045)
                .place("67.43.156.0/24", "BT", "", 0)
                .writeTo(file);
        String table = "[modules.mod_monthly_visitors]\nmmdb_path = '%s'\n".formatted(file)
                + "client_patterns = { \"^phone\" = \"PHONE\", \"^desk\" = \"DESK\" }\n";
        try (Database one = Database.open(settings);
                Database two = Database.open(settings)) {
            try (Stand first = Stand.start(new PatientVisitors(), one, time, table);
                    Stand second = Stand.start(new PatientVisitors(), two, time, table)) {
                Registered.all(
                        first.accounts(),
                        IntStream.range(0, USERS).mapToObj(user -> Jid.of("user" + user, "localhost")).toList());
                rush(first, second);
            }
            assertSumsEqualUsers(one);
            try (Stand again = Stand.start(new PatientVisitors(), one, time, table)) {
                rush(again, again);
            }
            assertSumsEqualUsers(one);
        }
    }

    /** Every user logs in with two devices in the same moment, each at another server. */
    private static void rush(Stand first, Stand second) throws InterruptedException {
        Semaphore places = new Semaphore(AT_A_TIME);
        List<Thread> logins = new ArrayList<>();
        for (int user = 0; user < USERS; user++) {
            for (Stand stand : List.of(first, second)) {
                String device = stand == first && user % 2 == 0 ? "phone" : "desk";
                String address = "user%d@localhost/%s%d".formatted(user, device, logins.size());
                String ip = ADDRESSES.get(logins.size() % ADDRESSES.size());
                places.acquire();
                logins.add(Thread.startVirtualThread(() -> {
                    stand.client(address, ip).logIn();
                    places.release();
                }));
            }
        }
        for (Thread login : logins) {
            login.join();
        }
    }

    private static void assertSumsEqualUsers(Database database) {
        var figures = database.read(db -> new VisitorsStore().figures(db, "localhost", "2018-05"));
        long places = figures.stream().filter(f -> f.cell().startsWith("geo-")).mapToLong(f -> f.total()).sum();
        long clients = figures.stream().filter(f -> f.cell().startsWith("client-")).mapToLong(f -> f.total()).sum();
        assertEquals(USERS, places);
        assertEquals(USERS, clients);
        int markers = database.read(db -> db.fetchCount(db.selectOne().from("visitors_marker")));
        assertEquals(USERS, markers);
    }
}
