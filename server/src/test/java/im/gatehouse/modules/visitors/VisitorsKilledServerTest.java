package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.app.RawClient;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own, which is killed while many log in. */
@Timeout(300)
class VisitorsKilledServerTest {
    private static final int USERS = 200;
    private static final int AT_A_TIME = 50;
    private static final Pattern PORT = Pattern.compile("Clients connect to .*:([0-9]+)\\.");

    @TempDir
    private Path folder;

    /** A running server and the port for clients. */
    private record Server(Process process, int port) {}

    @EveryDatabase
    void theSumsAreTheUsersHoweverTheServerEnds(StorageSettings settings) throws Exception {
        prepare(settings);
        Server first = start();
        try {
            rush(first, USERS); // half of the logins, and then the end
        } finally {
            first.process.destroyForcibly().waitFor();
        }
        assertCounted(settings, -1);

        Server second = start();
        try {
            assertEquals(2 * USERS, rush(second, Integer.MAX_VALUE));
            second.process.destroy();
            assertTrue(second.process.waitFor(60, TimeUnit.SECONDS), "SIGTERM ends it");
        } finally {
            second.process.destroyForcibly().waitFor();
        }
        assertCounted(settings, USERS);
    }

    private void prepare(StorageSettings settings) throws IOException {
        MmdbWriter.cities()
                .place("2.125.160.216/29", "GB", "ENG", 2655045)
                .place("67.43.156.0/24", "BT", "", 0)
                .writeTo(folder.resolve("places.mmdb"));
        Files.writeString(
                folder.resolve("gatehouse.toml"),
                """
                [general]
                hosts = ["localhost"]
                [[listen.c2s]]
                port = 0
                tls = "off"
                proxy_protocol = true
                [listen.http]
                port = 0
                [auth]
                scram_iterations = 4096
                [storage]
                url = "%s"
                [modules.mod_monthly_visitors]
                mmdb_path = "places.mmdb"
                client_patterns = { "^phone" = "PHONE", "^desk" = "DESK" }
                """
                        .formatted(settings.url()));
        try (Database database = Database.open(settings);
                Accounts accounts = new Accounts(
                        database,
                        new ScramSettings(ScramSettings.LEAST_ITERATIONS),
                        Set.of("localhost"),
                        new MovableTime(),
                        new byte[32])) {
            for (int user = 0; user < USERS; user++) {
                accounts.create(Jid.of("user" + user, "localhost"), "secret");
            }
        }
    }

    private Server start() throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "im.gatehouse.app.Main",
                        "start")
                .directory(folder.toFile())
                .redirectError(folder.resolve("server.log").toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return new Server(process, Integer.parseInt(port.group(1)));
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("It did not start: " + Files.readString(folder.resolve("server.log")));
    }

    /** Each user logs in with two devices, 50 at a time; after so many logins the server is killed. */
    private int rush(Server server, int killAfter) throws InterruptedException {
        Semaphore places = new Semaphore(AT_A_TIME);
        AtomicInteger done = new AtomicInteger();
        List<Thread> logins = new ArrayList<>();
        for (int login = 0; login < 2 * USERS; login++) {
            int number = login;
            places.acquire();
            logins.add(Thread.startVirtualThread(() -> {
                if (logIn(server, number) && done.incrementAndGet() == killAfter) {
                    server.process.destroyForcibly(); // SIGKILL
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
    private static boolean logIn(Server server, int number) {
        String ip = number % 3 == 0 ? "2.125.160." + (216 + number % 8) : "67.43.156." + number % 250;
        String header = "PROXY TCP4 %s 127.0.0.1 40000 5222\r\n".formatted(ip);
        String device = number % 2 == 0 ? "phone" : "desk";
        try (RawClient client = new RawClient(server.port).send(header)) {
            client.signIn("user" + number / 2, device + number);
            return true;
        } catch (IOException _) {
            return false; // the server was killed
        }
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
            int markers = database.read(db -> db.fetchCount(db.selectOne().from("visitors_marker")));
            assertEquals(markers, places);
            assertEquals(markers, clients);
            assertTrue(users < 0 ? markers <= USERS && markers > 0 : markers == users, markers + " users");
        }
    }
}
