package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.app.KillableServer;
import im.gatehouse.app.RawClient;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own, which is killed while many log in. */
@Timeout(600)
class VisitorsKilledServerTest {
    private static final int USERS = 60;
    private static final int AT_A_TIME = 50;

    @TempDir
    private Path folder;

    @EveryDatabase
    void theSumsAreTheUsersHoweverTheServerEnds(StorageSettings settings) throws Exception {
        prepare(settings);
        try (KillableServer first = KillableServer.start(folder)) {
            assertTrue(logIn(first, 0));
            awaitCounted(settings); // somebody is, whenever it ends
            rush(first, USERS); // half of the logins, and then the end
        }
        assertCounted(settings, -1);

        try (KillableServer second = KillableServer.start(folder)) {
            assertEquals(2 * USERS, rush(second, Integer.MAX_VALUE));
            assertTrue(second.stop(), "SIGTERM ends it");
        }
        assertCounted(settings, USERS);
    }

    private void prepare(StorageSettings settings) throws IOException {
        MmdbWriter.cities()
                .place("2.125.160.216/29", "GB", "ENG", 2655045)
                .place("67.43.156.0/24", "BT", "", 0)
                .writeTo(folder.resolve("places.mmdb"));
        String visitors =
                """
                [modules.mod_monthly_visitors]
                mmdb_path = "places.mmdb"
                client_patterns = { "^phone" = "PHONE", "^desk" = "DESK" }
                """;
        Stream<String> users = IntStream.range(0, USERS).mapToObj(user -> "user" + user);
        KillableServer.prepare(folder, settings, "proxy_protocol = true", visitors, users);
    }

    /** Each user logs in with two devices, 50 at a time; after so many logins the server is killed. */
    private int rush(KillableServer server, int killAfter) throws InterruptedException {
        Semaphore places = new Semaphore(AT_A_TIME);
        AtomicInteger done = new AtomicInteger();
        List<Thread> logins = new ArrayList<>();
        for (int login = 0; login < 2 * USERS; login++) {
            int number = login;
            places.acquire();
            logins.add(Thread.startVirtualThread(() -> {
                if (logIn(server, number) && done.incrementAndGet() == killAfter) {
                    server.kill();
                }
                places.release();
            }));
        }
        for (Thread login : logins) {
            login.join();
        }
        return done.get();
    }

    /** The two devices of a user follow each other at once, so that both are under way together. */
    private static boolean logIn(KillableServer server, int number) {
        String ip = number % 3 == 0 ? "2.125.160." + (216 + number % 8) : "67.43.156." + number % 250;
        String header = "PROXY TCP4 %s 127.0.0.1 40000 5222\r\n".formatted(ip);
        String device = number % 2 == 0 ? "phone" : "desk";
        try (RawClient client = new RawClient(server.port()).send(header)) {
            client.signIn("user" + number / 2, device + number);
            return true;
        } catch (IOException _) {
            return false; // the server was killed
        }
    }

    private static void awaitCounted(StorageSettings settings) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        try (Database database = Database.open(settings)) {
            while (markers(database) == 0) {
                assertTrue(System.nanoTime() - deadline < 0, "waited in vain");
                Thread.yield();
            }
        }
    }

    private static int markers(Database database) {
        return database.read(db -> db.fetchCount(db.selectOne().from("visitors_marker")));
    }

    /**
     * Places, clients and markers agree.
     *
     * @param users how many there must be; negative for any number up to all
     */
    private static void assertCounted(StorageSettings settings, int users) {
        try (Database database = Database.open(settings)) {
            VisitorsStore store = new VisitorsStore();
            long places = 0;
            long clients = 0;
            for (String month : database.read(db -> store.users(db, "localhost")).keySet()) {
                for (VisitorsStore.Figure figure : database.read(db -> store.figures(db, "localhost", month))) {
                    places += figure.cell().startsWith(Cells.GEO) ? figure.total() : 0;
                    clients += figure.cell().startsWith(Cells.CLIENT) ? figure.total() : 0;
                }
            }
            int markers = markers(database);
            assertEquals(markers, places);
            assertEquals(markers, clients);
            assertTrue(users < 0 ? markers <= USERS && markers > 0 : markers == users, markers + " users");
        }
    }
}
