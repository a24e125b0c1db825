package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.app.CommandLine.Outcome;
import im.gatehouse.modules.visitors.MmdbWriter;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Monthly visitors in a running server: clients sign in, the operator commands and changes files. */
@Timeout(600)
class VisitorsServerTest {
    private static final String CONFIG =
            """
            [[listen.c2s]]
            port = 0
            tls = "off"
            proxy_protocol = true
            max_sign_in_seconds = 3600
            [listen.http]
            port = 0
            [auth]
            scram_iterations = 4096
            [modules.mod_monthly_visitors]
            mmdb_path = "places.mmdb"
            [modules.mod_monthly_visitors.client_patterns]
            "^zom" = "IOS"
            "^Conversations%..*" = "ANDROID"
            """;
    private static final String BOXFORD = "2.125.160.217";
    private static final String BHUTAN = "67.43.156.1";

    private final MovableTime time = new MovableTime(Instant.parse("2018-05-20T12:00:00Z"));

    @TempDir
    private Path folder;

    private RunningServer running;

    @BeforeEach
    void start() throws IOException {
        replacePlaces(places("GB", 1).bytes());
        running = RunningServer.withConfig(folder, CONFIG, time);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private static MmdbWriter places(String country, int city) {
        return MmdbWriter.cities().place("2.125.160.216/29", country, "", city).place("67.43.156.0/24", "BT", "", 0);
    }

    private void replacePlaces(byte[] bytes) throws IOException {
        Path fresh = folder.resolve("fresh");
        Files.write(fresh, bytes);
        Files.move(fresh, folder.resolve("places.mmdb"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void signIn(String user, String resource, String ip) throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            client.send("PROXY TCP4 %s 127.0.0.1 40000 5222\r\n".formatted(ip)).signIn(user, resource);
        }
    }

    private Outcome command(String... words) {
        return CommandLine.of(running).run(words);
    }

    private JsonNode answer(String command, String... more) {
        List<String> words = new ArrayList<>(List.of("visitors", command));
        words.addAll(List.of(more));
        return command(words.toArray(String[]::new)).answer("visitors", command);
    }

    private Outcome report(String month, String... more) {
        List<String> words =
                new ArrayList<>(List.of("visitors", "report", "--domain", "localhost", "--month", month));
        words.addAll(List.of(more));
        return command(words.toArray(String[]::new));
    }

    /** What is stored of a month, by cell. */
    private Map<String, Long> counted() {
        Map<String, Long> figures = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/gatehouse.sqlite"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT cell, total FROM visitors_month")) {
            while (rows.next()) {
                figures.put(rows.getString(1), rows.getLong(2));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return figures;
    }

    private static long users(Map<String, Long> figures, String kind) {
        return figures.entrySet().stream()
                .filter(figure -> figure.getKey().startsWith(kind))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static void awaitTrue(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "waited in vain for " + what);
            Thread.yield();
        }
    }

    /** What is counted comes after the login; this waits until so many users are. */
    private void awaitCounted(int users) {
        awaitTrue(users + " users", () -> users(counted(), "geo-") == users);
    }

    private void endMay() {
        time.setWallClock(Instant.parse("2018-06-01T00:02:00Z"));
    }

    // --- commands ---

    @Test
    void everyCommandAnswersInEveryFormat() throws IOException {
        running.account("alice@localhost").account("bob@localhost");
        signIn("alice", "zom12x", BOXFORD);
        signIn("bob", "other", BHUTAN);
        assertEquals("month_not_released", report("2018-05").code());
        assertEquals("month_in_future", report("2018-07").code());
        assertEquals("invalid_month", report("2018-13").code());
        awaitCounted(2);
        endMay();

        assertEquals("[\"2018-05\"]", answer("months", "--domain", "localhost").toString());
        JsonNode report = report("2018-05").answer("visitors", "report");
        assertEquals(2, report.path("users").asInt());
        assertEquals("geo-BT-?-?", report.path("places").path(0).path("cell").asString());
        assertEquals("exact", report.path("release").asString());
        assertEquals(
                """
                localhost, 2018-05: 2 users

                Place       Users    Share
                BT              1   50.0 %
                GB-?-1          1   50.0 %

                Client      Users    Share
                ?               1   50.0 %
                IOS             1   50.0 %
                """,
                report("2018-05", "--format", "table").out());
        assertEquals(
                """
                domain,month,cell,users,remark
                localhost,2018-05,geo-BT-?-?,1,
                localhost,2018-05,geo-GB-?-1,1,
                localhost,2018-05,client-?,1,
                localhost,2018-05,client-IOS,1,
                """,
                report("2018-05", "--format", "csv").out().replace("\r", ""));
        assertEquals(
                """
                return {
                    ["2018-05"] = {
                        ["geo-BT-?-?"] = 1;
                        ["geo-GB-?-1"] = 1;
                        ["client-?"] = 1;
                        ["client-IOS"] = 1;
                    };
                };
                """,
                report("2018-05", "--format", "lua").out());
        assertTrue(report("2018-05", "--format", "xml").exit() != 0);
    }

    @Test
    void patternsAndAddressesAreTriedWithoutCountingAnybody() {
        assertEquals(
                "ANDROID", answer("testPattern", "--resource", "Conversations.x").path("type").asString());
        assertEquals("?", answer("testPattern", "--resource", "ConversationsX").path("type").asString());
        JsonNode bhutan = answer("lookup", "--ip", BHUTAN);
        assertEquals("geo-BT-?-?", bhutan.path("cell").asString());
        assertTrue(bhutan.path("counted").asBoolean());
        assertEquals("invalid_address", command("visitors", "lookup", "--ip", "localhost").code());
        assertEquals(Map.of(), counted());
    }

    @Test
    void figuresGoOutAsFilesOfTheReferenceAndComeBack() throws IOException {
        running.account("alice@localhost");
        signIn("alice", "zom12x", BOXFORD);
        awaitCounted(1);
        endMay();
        Map<String, Long> before = counted();
        JsonNode exported = answer("exportLua", "--domain", "localhost", "--folder", "out");
        assertEquals(1, exported.path("users").asInt());
        assertEquals(
                1, answer("prune", "--domain", "localhost", "--before", "2018-06").path("months").asInt());
        assertEquals("[]", answer("months", "--domain", "localhost").toString());
        Outcome imported = command(
                "visitors", "importLua", "--domain", "localhost", "--filename", "out/monthly-visitors.dat");
        assertEquals(0, imported.exit(), imported.err());
        assertEquals(before, counted());
    }

    // --- nothing stands in a login's way ---

    @Test
    void whileTheFileOfPlacesIsReplacedNoSignInFailsAndEachNewOneIsTaken() throws Exception {
        int users = 200;
        for (int user = 0; user < users; user++) {
            running.account("user" + user + "@localhost");
        }
        AtomicInteger next = new AtomicInteger();
        AtomicInteger signedIn = new AtomicInteger();
        AtomicBoolean go = new AtomicBoolean(true);
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        List<Thread> clients = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            clients.add(Thread.startVirtualThread(() -> {
                while (go.get()) {
                    try {
                        signIn("user" + next.getAndIncrement() % users, "zom", BOXFORD);
                        signedIn.incrementAndGet();
                    } catch (IOException e) {
                        failures.add(e);
                    }
                }
            }));
        }
        List<String> countries = List.of("DE", "FR", "IT", "ES", "PT");
        for (String country : countries) {
            replacePlaces(new byte[] {1, 2, 3});
            time.forward(Duration.ofSeconds(2));
            afterTheNextSignIns(signedIn, 5);
            assertTrue(!whereBoxfordIs().equals("?"), "the last good file stays in use");
            replacePlaces(places(country, 2).bytes());
            awaitTrue(country, () -> {
                time.forward(Duration.ofSeconds(1));
                afterTheNextSignIns(signedIn, 1); // so that the time of none of them runs out
                return whereBoxfordIs().equals(country);
            });
            afterTheNextSignIns(signedIn, 5);
        }
        go.set(false);
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(List.of(), List.copyOf(failures));
        int came = Math.min(users, next.get());
        awaitCounted(came);
        Map<String, Long> figures = counted();
        assertEquals(came, users(figures, "client-"));
        assertEquals(0, figures.getOrDefault("geo-?-?-?", 0L));
    }

    private static void afterTheNextSignIns(AtomicInteger signedIn, int more) {
        int until = signedIn.get() + more;
        awaitTrue("sign-ins", () -> signedIn.get() >= until);
    }

    private String whereBoxfordIs() {
        return answer("lookup", "--ip", BOXFORD).path("country").asString();
    }

    @Test
    void aFileOfPlacesThatIsGoneKeepsNobodyOut() throws IOException {
        running.account("alice@localhost").account("bob@localhost");
        Files.delete(folder.resolve("places.mmdb"));
        time.forward(Duration.ofSeconds(5));
        signIn("alice", "zom", BOXFORD);
        Files.createDirectory(folder.resolve("places.mmdb"));
        time.forward(Duration.ofSeconds(5));
        signIn("bob", "zom", BOXFORD);
        awaitCounted(2);
        assertEquals(Map.of("geo-GB-?-1", 2L, "client-IOS", 2L), counted());
    }

    @Test
    void whileAnotherProgramHoldsTheDatabaseSignInsGoOnAndAreCountedOnce() throws Exception {
        running.account("alice@localhost").account("bob@localhost").account("carol@localhost");
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/gatehouse.sqlite"));
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            signIn("alice", "zom", BOXFORD);
            signIn("bob", "zom", BOXFORD);
            signIn("alice", "zom", BOXFORD);
            assertEquals(Map.of(), counted());
            statement.execute("ROLLBACK");
        }
        signIn("alice", "zom", BOXFORD); // in case that it took so long that the first ones were given up
        signIn("bob", "zom", BOXFORD);
        awaitCounted(2);
        signIn("alice", "Conversations.1", BHUTAN);
        signIn("carol", "zom", BOXFORD);
        awaitCounted(3);
        assertEquals(Map.of("geo-GB-?-1", 3L, "client-IOS", 3L), counted());
    }
}
