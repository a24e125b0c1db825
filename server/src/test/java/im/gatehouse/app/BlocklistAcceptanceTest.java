package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.app.CommandLine.Outcome;
import im.gatehouse.app.WayIn.Visit;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an operator who comes from MongooseIM relies on, point by point: the real command line, a real server, clients
 * over the real network, on every database.
 */
@Timeout(600)
class BlocklistAcceptanceTest {
    private static final String CONFLICT = "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"
            + "<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>%s</text>"
            + "</stream:error></stream:stream>";
    private static final String SASL = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>";
    private static final String DISABLED = SASL + "<account-disabled/><text xml:lang='en'>%s</text></failure>";

    private static final int LOGINS = 100;
    private static final int SURE = 5;

    /** So many log in at a time: the server gives each some seconds for TLS, and all at once would share them. */
    private static final int AT_ONCE = 16;

    @TempDir
    private Path folder;

    private static void assertPrints(String json, Outcome outcome) {
        assertEquals(json, outcome.out());
        assertEquals("", outcome.err());
        assertEquals(0, outcome.exit());
    }

    private static String answer(String command, Object value) {
        return """
                {
                  "data" : {
                    "blocklist" : {
                      "%s" : %s
                    }
                  }
                }
                """.formatted(command, value);
    }

    private static String refusal(String message, String command, String details, String value) {
        return """
                {
                  "errors" : [
                    {
                      "message" : "%s",
                      "path" : [
                        "blocklist",
                        "%s"
                      ],
                      "extensions" : {
                %s
                      }
                    }
                  ],
                  "data" : {
                    "blocklist" : {
                      "%s" : %s
                    }
                  }
                }
                """.formatted(message, command, details.indent(8).stripTrailing(), command, value);
    }

    private static List<Visit> everyWay(BlocklistServer server, String user) throws IOException {
        List<Visit> visits = new ArrayList<>();
        for (WayIn way : WayIn.values()) {
            Visit visit = way.visit(server.running(), user);
            assertTrue(visit.isIn(), way + ": " + visit.answer());
            visits.add(visit);
        }
        return visits;
    }

    private static void assertEachEndsWith(String reason, List<Visit> visits) throws IOException {
        for (Visit visit : visits) {
            assertEquals(CONFLICT.formatted(reason), plain(visit.theEnd()));
            visit.close();
        }
    }

    /** Without the declaration of a prefix that the stream has declared already. */
    private static String plain(String said) {
        return said.replace(" xmlns:stream='http://etherx.jabber.org/streams'", "");
    }

    // --- 1 and 2 ---

    @EveryDatabase
    void point1_whoIsBlockedLosesEveryConnectionAndIsToldTheReason(StorageSettings storage) throws IOException {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            List<Visit> visits = everyWay(server, "alice");
            try (Visit bob = WayIn.STARTTLS_SCRAM.visit(server.running(), "bob")) {
                assertPrints(
                        answer("addUser", true),
                        server.blocklist("addUser", "--user", "alice@localhost", "--reason", "Spam"));
                assertEquals(0, alicesSessions(server));
                assertEachEndsWith("Spam", visits);
                assertPings(bob);
            }
        }
    }

    private static int alicesSessions(BlocklistServer server) {
        return server.running().server().sessions().of(Jid.parse("alice@localhost")).size();
    }

    private static void assertPings(Visit visit) throws IOException {
        visit.client().send("<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
        String pong = visit.client().readElement();
        assertTrue(pong.contains("type='result'") && pong.contains("id='p'"), pong);
    }

    @EveryDatabase
    void point2_withoutAReasonTheTextIsKickedByAdministratorAndTheListShowsNull(StorageSettings storage)
            throws IOException {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            List<Visit> visits = everyWay(server, "alice");
            assertPrints(answer("addUser", true), server.blocklist("addUser", "--user", "alice@localhost/phone"));
            assertEachEndsWith("Kicked by administrator", visits);
            assertPrints(
                    """
                    {
                      "data" : {
                        "blocklist" : {
                          "listBlockedUsers" : [
                            {
                              "jid" : "alice@localhost",
                              "reason" : null
                            }
                          ]
                        }
                      }
                    }
                    """,
                    server.blocklist("listBlockedUsers", "--domain", "localhost"));
        }
    }

    // --- 3 ---

    @EveryDatabase
    void point3_whoIsBlockedIsRefusedOnEveryWayAndCountedEachTime(StorageSettings storage) throws IOException {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            server.blocklist("addUser", "--user", "alice@localhost", "--reason", "Spam");
            long denied = 0;
            assertEquals(denied, server.denied());
            for (WayIn way : WayIn.values()) {
                try (Visit stranger = way.visit(server.running(), "alice", "wrong")) {
                    assertTrue(stranger.answer().startsWith(SASL + "<not-authorized/>"), stranger.answer());
                }
                assertEquals(denied, server.denied());
                try (Visit alice = way.visit(server.running(), "alice")) {
                    assertEquals(DISABLED.formatted("Spam"), alice.answer(), way.toString());
                }
                assertEquals(++denied, server.denied(), way.toString());
            }
        }
    }

    // --- 4 ---

    @EveryDatabase
    void point4_addedTwiceTheReasonIsReplacedOrCleared(StorageSettings storage) throws IOException {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            for (String reason : List.of("A", "B")) {
                assertPrints(
                        answer("addUser", true),
                        server.blocklist("addUser", "--user", "alice@localhost", "--reason", reason));
            }
            assertPrints(answer("userCount", 1), server.blocklist("userCount", "--domain", "localhost"));
            assertEquals(List.of("alice@localhost: B"), listed(server));
            server.blocklist("addUser", "--user", "alice@localhost");
            assertEquals(List.of("alice@localhost: null"), listed(server));
            assertEquals(1, server.rows().get("blocklist"));
        }
    }

    private static List<String> listed(BlocklistServer server, String... more) {
        List<String> words = new ArrayList<>(List.of("listBlockedUsers", "--domain", "localhost"));
        Collections.addAll(words, more);
        Outcome outcome = server.blocklist(words.toArray(String[]::new));
        assertEquals(0, outcome.exit(), outcome.toString());
        List<String> listed = new ArrayList<>();
        outcome.answer("blocklist", "listBlockedUsers")
                .forEach(user -> listed.add(
                        user.path("jid").asString() + ": " + user.path("reason").asString("null")));
        return listed;
    }

    // --- 5 ---

    @EveryDatabase
    void point5_usersAndDomainsThatDoNotExistAreErrors(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            assertRefused(
                    refusal(
                            "User does not exist",
                            "addUser",
                            "\"code\" : \"user_not_found\",\n\"user\" : \"ghost@localhost\"",
                            "null"),
                    server.blocklist("addUser", "--user", "ghost@localhost", "--reason", "Spam"));
            String noDomain = "\"code\" : \"domain_not_found\",\n\"user\" : \"a@nowhere\"";
            for (String command : List.of("addUser", "removeUser")) {
                assertRefused(
                        refusal("User's domain does not exist", command, noDomain, "null"),
                        server.blocklist(command, "--user", "a@nowhere"));
            }
            for (String command : List.of("userCount", "listBlockedUsers")) {
                assertRefused(
                        refusal(
                                "Domain does not exist",
                                command,
                                "\"code\" : \"domain_not_found\",\n\"domain\" : \"nowhere\"",
                                "null"),
                        server.blocklist(command, "--domain", "nowhere"));
            }
            assertPrints(answer("removeUser", false), server.blocklist("removeUser", "--user", "ghost@localhost"));
            assertTrue(server.isEmpty());
        }
    }

    private static void assertRefused(String json, Outcome outcome) {
        assertEquals(json, outcome.out());
        assertEquals("", outcome.err());
        assertEquals(1, outcome.exit());
    }

    // --- 6 ---

    @EveryDatabase
    void point6_whoIsRemovedCanLogInAndRemovedAgainIsFalse(StorageSettings storage) throws IOException {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            server.blocklist("addUser", "--user", "alice@localhost");
            assertPrints(answer("removeUser", true), server.blocklist("removeUser", "--user", "alice@localhost"));
            assertPrints(answer("removeUser", false), server.blocklist("removeUser", "--user", "alice@localhost"));
            for (Visit visit : everyWay(server, "alice")) {
                visit.close();
            }
        }
    }

    // --- 7 ---

    @EveryDatabase
    void point7_theListIsOrderedAndReadInParts(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            server.blocklist("addUser", "--user", "bob@localhost");
            server.blocklist("addUser", "--user", "carol@second.test");
            server.blocklist("addUser", "--user", "alice@localhost");
            assertEquals(List.of("alice@localhost: null", "bob@localhost: null"), listed(server));
            assertEquals(List.of("bob@localhost: null"), listed(server, "--limit", "1", "--index", "1"));
            assertEquals(List.of("bob@localhost: null"), listed(server, "--index", "1"));
            assertEquals(List.of("alice@localhost: null"), listed(server, "--limit=1"));
            assertPrints(
                    answer("listBlockedUsers", "[]"),
                    server.blocklist("listBlockedUsers", "--domain", "localhost", "--index", "2"));
            assertPrints(answer("userCount", 2), server.blocklist("userCount", "--domain", "localhost"));
        }
    }

    // --- 8, and what else can be wrong with a command ---

    @EveryDatabase
    void point8_anEmptyReasonAndALimitOfZeroAreInputCoercionAndNothingIsStored(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage);
                GraphQl administrator = server.administrator()) {
            for (Outcome outcome : List.of(
                    server.blocklist("addUser", "--user", "alice@localhost", "--reason", ""),
                    server.blocklist("listBlockedUsers", "--domain", "localhost", "--limit", "0"))) {
                assertEquals("input_coercion", outcome.code(), outcome.out());
                assertEquals("", outcome.err());
                assertEquals(1, outcome.exit());
            }
            for (String document : List.of(
                    "mutation { blocklist { addUser(user: \"alice@localhost\", reason: \"\") } }",
                    "{ blocklist { listBlockedUsers(domain: \"localhost\", limit: 0) { jid } } }")) {
                GraphQl.Answer answer = administrator.ask(document);
                assertEquals("input_coercion", answer.code(), answer.json().toString());
                assertEquals(400, answer.status());
                assertFalse(answer.json().has("data"));
            }
            assertTrue(server.isEmpty());
        }
    }

    @EveryDatabase
    void mistakesOnTheCommandLineAreToldBeforeTheUsageAndExitWith1(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            assertUsage(
                    "Unknown argument 'x' for command 'addUser'",
                    "addUser",
                    server.blocklist("addUser", "--user", "alice@localhost", "--x", "y"));
            assertUsage(
                    "Missing mandatory arguments for command 'addUser': 'user'",
                    "addUser",
                    server.blocklist("addUser", "--reason", "Spam"));
            assertUsage(
                    "Invalid value 'abc' of argument 'limit' for command 'listBlockedUsers'",
                    "listBlockedUsers",
                    server.blocklist("listBlockedUsers", "--domain", "localhost", "--limit", "abc"));
            assertEquals(1, server.blocklist("addUsr").exit());
            assertTrue(server.isEmpty());
        }
    }

    private static void assertUsage(String message, String command, Outcome outcome) {
        String start = message + "\n\nUsage: gatehouse blocklist " + command + " ";
        assertTrue(outcome.err().startsWith(start), outcome.err());
        assertEquals("", outcome.out());
        assertEquals(1, outcome.exit());
    }

    @EveryDatabase
    void helpExitsWith0NoWordsWith2AndAServerThatIsAwayWith3(StorageSettings storage) {
        BlocklistServer server = BlocklistServer.start(folder, storage);
        try (server) {
            for (Outcome outcome : List.of(server.blocklist(), server.blocklist("addUser", "--help"))) {
                assertTrue(outcome.out().startsWith("Usage: gatehouse blocklist "), outcome.out());
                assertEquals("", outcome.err());
                assertEquals(0, outcome.exit());
            }
            Outcome nothing = server.run();
            assertTrue(nothing.err().startsWith("Usage: gatehouse "), nothing.err());
            assertEquals("", nothing.out());
            assertEquals(2, nothing.exit());
        }
        Outcome away = server.blocklist("addUser", "--user", "alice@localhost");
        assertTrue(away.err().startsWith("Cannot reach the server at http://127.0.0.1:"), away.err());
        assertEquals("", away.out());
        assertEquals(3, away.exit());
    }

    // --- 9 ---

    @EveryDatabase
    void point9_theAdministratorOfAnotherDomainIsNotPermittedAndWritesNoRow(StorageSettings storage)
            throws IOException {
        try (BlocklistServer server = BlocklistServer.start(folder, storage);
                GraphQl second = server.administratorOf("second.test");
                Visit alice = WayIn.DIRECT_TLS_SCRAM.visit(server.running(), "alice")) {
            for (String user : List.of("alice@localhost", "ghost@localhost", "a@nowhere")) {
                GraphQl.Answer answer = second.ask("mutation { blocklist { addUser(user: \"" + user + "\") } }");
                assertEquals("no_permissions", answer.code());
                assertEquals(401, answer.status());
                assertEquals(
                        "Cannot execute query ROOT without permissions to the given domain."
                                + " Args with invalid value: user",
                        answer.json().path("errors").path(0).path("message").asString());
                assertFalse(answer.json().has("data"));
            }
            assertTrue(server.isEmpty());
            assertPings(alice);
            GraphQl.Answer own = second.ask("mutation { blocklist { addUser(user: \"carol@second.test\") } }");
            assertEquals("{\"data\":{\"blocklist\":{\"addUser\":true}}}", own.json().toString());
            assertEquals(200, own.status());
            assertEquals(Map.of("blocklist", 1, "blocklist_audit", 1, "blocklist_rule", 0), server.rows());
        }
    }

    // --- 10 ---

    @EveryDatabase
    void point10_whileTheDatabaseIsAwayABlockedUserIsRefusedAndAfterwardsToo(StorageSettings storage)
            throws Exception {
        MovableTime time = new MovableTime();
        try (BlocklistServer server = BlocklistServer.start(folder, storage, "", time)) {
            server.blocklist("addUser", "--user", "alice@localhost", "--reason", "Spam");
            time.forward(Duration.ofMinutes(2)); // lets go stale what is remembered
            try (AutoCloseable _ = away(storage)) {
                try (Visit alice = WayIn.STARTTLS_SCRAM.visit(server.running(), "alice")) {
                    assertTrue(alice.answer().startsWith(SASL + "<temporary-auth-failure/>"), alice.answer());
                }
            }
            String answer;
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            do { // A pool tries again every few seconds; until then the refusal for now is right.
                try (Visit alice = WayIn.STARTTLS_SCRAM.visit(server.running(), "alice")) {
                    answer = alice.answer();
                }
            } while (answer.contains("temporary-auth-failure") && System.nanoTime() < deadline);
            assertEquals(DISABLED.formatted("Spam"), answer);
        }
    }

    /** Keeps a database from being read until it is closed. */
    private static AutoCloseable away(StorageSettings storage) throws SQLException {
        if (storage.url().startsWith("jdbc:sqlite:")) {
            return HeldDatabaseFile.hold(Path.of(storage.url().substring("jdbc:sqlite:".length())));
        }
        if (!storage.url().startsWith("jdbc:postgresql:")) {
            String tables = "RENAME TABLE %1$s TO %2$s";
            execute(storage.url(), tables.formatted("blocklist", "blocklist_away"));
            return () -> execute(storage.url(), tables.formatted("blocklist_away", "blocklist"));
        }
        String name = storage.url().replaceAll(".*/|\\?.*", "");
        String administration = storage.url().replace("/" + name, "/postgres");
        execute(administration, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
        execute(
                administration,
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '" + name + "'");
        return () -> execute(administration, "ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
    }

    private static void execute(String url, String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @EveryDatabase
    void point10_noneOfAHundredLoginsThatRaceABlockIsLeft(StorageSettings storage) throws Exception {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            List<String> ends = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                ends.addAll(race(server));
                assertEquals(0, alicesSessions(server));
                server.blocklist("removeUser", "--user", "alice@localhost");
            }
            assertEquals(3 * LOGINS, ends.size());
            for (String end : List.of(CONFLICT, DISABLED)) {
                assertTrue(Collections.frequency(ends, end.formatted("Spam")) >= 3 * SURE, end);
            }
        }
    }

    /** How each login ended; none may last. A few come surely before the block, and a few surely after it. */
    private static List<String> race(BlocklistServer server) throws Exception {
        List<Visit> before = new ArrayList<>();
        for (int i = 0; i < SURE; i++) {
            before.add(WayIn.DIRECT_TLS_SCRAM.visit(server.running(), "alice"));
        }
        Semaphore turns = new Semaphore(AT_ONCE);
        Callable<String> login = () -> end(logIn(server, turns));
        List<Callable<String>> logins = new ArrayList<>(Collections.nCopies(LOGINS - 2 * SURE, login));
        logins.add(ThreadLocalRandom.current().nextInt(logins.size()), () -> block(server));
        List<String> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> end : threads.invokeAll(logins)) {
                ends.add(end.get());
            }
        }
        assertTrue(ends.remove("blocked"));
        for (Visit visit : before) {
            ends.add(end(visit));
        }
        for (int i = 0; i < SURE; i++) {
            ends.add(login.call());
        }
        return ends;
    }

    private static Visit logIn(BlocklistServer server, Semaphore turns) throws Exception {
        turns.acquire();
        try {
            return WayIn.DIRECT_TLS_SCRAM.visit(server.running(), "alice");
        } finally {
            turns.release();
        }
    }

    private static String end(Visit visit) throws IOException {
        try (visit) {
            return visit.answer().startsWith("<iq ") ? plain(visit.theEnd()) : visit.answer();
        }
    }

    private static String block(BlocklistServer server) {
        Outcome outcome = server.blocklist("addUser", "--user", "alice@localhost", "--reason", "Spam");
        assertPrints(answer("addUser", true), outcome);
        return "blocked";
    }
}
