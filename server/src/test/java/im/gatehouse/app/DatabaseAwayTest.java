package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.storage.Databases;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.time.MovableTime;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** While the database of a running server cannot be asked, nobody gets in unseen; afterwards all goes on by itself. */
@Timeout(600)
class DatabaseAwayTest {
    private static final String DISABLED =
            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><account-disabled/>"
                    + "<text xml:lang='en'>Spam</text></failure>";
    private static final String UNKNOWN =
            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/></failure>";
    private static final String BLOCKLIST_UNKNOWN =
            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/><text xml:lang='en'>"
                    + "The server cannot tell at present whether this account may be used</text></failure>";

    /** How the database goes away. */
    enum Kind {
        POSTGRESQL_STOPPED,
        SQLITE_LOCKED
    }

    @TempDir
    private Path folder;

    private final MovableTime time = new MovableTime();
    private RunningServer running;
    private EmbeddedPostgres postgres;
    private HeldDatabaseFile held;

    /** Keeps the port of a database that is away from whoever asks for any; who connects to it is refused. */
    private Socket kept;

    @AfterEach
    void stop() throws IOException {
        if (held != null) {
            held.close();
        }
        if (running != null) {
            running.close();
        }
        if (kept != null) {
            kept.close();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    // --- the database ---

    private void start(Kind kind) throws IOException {
        String storage = "";
        if (kind == Kind.POSTGRESQL_STOPPED) {
            postgres = postgres(0);
            storage = "[storage]\nurl = \"" + postgres.getJdbcUrl("postgres", "postgres") + "\"\n";
        }
        Path own = Files.createDirectory(folder.resolve("server"));
        running = RunningServer.withConfig(own, config(storage, "closed"), time);
        running.account("alice@localhost").account("bob@localhost").account("carol@localhost");
        try (Administrator administrator = new Administrator(running)) {
            administrator.change("blocklist { addUser(user: \"alice@localhost\", reason: \"Spam\") }");
        }
    }

    private static String config(String storage, String fail) {
        return """
                [[listen.c2s]]
                port = 0
                tls = "off"
                max_sign_in_seconds = 3600
                [listen.http]
                port = 0
                [auth]
                scram_iterations = 4096
                [modules.mod_blocklist]
                fail = "%s"
                """.formatted(fail) + storage;
    }

    private void fail(String fail) throws IOException {
        String present = Files.readString(running.config());
        Files.writeString(running.config(), present.replaceFirst("fail = \".*\"", "fail = \"" + fail + "\""));
        running.server().reload();
    }

    private EmbeddedPostgres postgres(int port) throws IOException {
        return Databases.startPostgres(builder -> {
            EmbeddedPostgres.Builder own = builder.setDataDirectory(folder.resolve("postgres"))
                    .setCleanDataDirectory(false)
                    .setServerConfig("fsync", "off");
            return port == 0 ? own : own.setPort(port);
        });
    }

    private void away(Kind kind) throws IOException {
        switch (kind) {
            case POSTGRESQL_STOPPED -> {
                stopPostgres();
                kept = new Socket();
                kept.setReuseAddress(true);
                kept.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), postgres.getPort()));
            }
            case SQLITE_LOCKED -> held = HeldDatabaseFile.hold(databaseFile());
        }
    }

    /** Returns when it has stopped; its own tool waits for a few seconds only. */
    private void stopPostgres() throws IOException {
        String process = Files.readAllLines(folder.resolve("postgres").resolve("postmaster.pid")).getFirst();
        Optional<ProcessHandle> handle = ProcessHandle.of(Long.parseLong(process.strip()));
        postgres.close();
        handle.ifPresent(it -> it.onExit().orTimeout(1, TimeUnit.MINUTES).join());
    }

    private void back(Kind kind) throws IOException {
        switch (kind) {
            case POSTGRESQL_STOPPED -> {
                kept.close();
                postgres = postgres(postgres.getPort());
            }
            case SQLITE_LOCKED -> held.close();
        }
    }

    private Path databaseFile() {
        return running.config().resolveSibling("data").resolve("gatehouse.sqlite");
    }

    /** Lets everything go stale that is remembered. */
    private void forget() {
        time.forward(Duration.ofMinutes(2));
    }

    // --- users ---

    /** What alice, who is blocked, and bob, who is not, hear when they sign in at the same time. */
    private List<String> answers(String password) {
        return together(List.of("alice", "bob"), user -> {
            try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
                return client.authenticate(MechanismName.SCRAM_SHA_256, user, password).readElement();
            }
        });
    }

    private interface Attempt {
        String by(String user) throws IOException;
    }

    private static List<String> together(List<String> users, Attempt attempt) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            users.forEach(user -> answers.add(threads.submit(() -> attempt.by(user))));
            List<String> all = new ArrayList<>();
            for (Future<String> answer : answers) {
                all.add(answer.get());
            }
            return all;
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private void assertAllIsWell() {
        List<String> answers;
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        do { // A pool tries again every few seconds; until then the refusal for now is right.
            answers = answers("secret");
        } while (answers.toString().contains("temporary-auth-failure") && System.nanoTime() < deadline);
        assertEquals(DISABLED, answers.getFirst());
        assertTrue(answers.getLast().startsWith("<success "), answers::toString);
    }

    @ParameterizedTest
    @EnumSource
    void nobodyGetsInMeanwhileAndAfterwardsItGoesOnByItself(Kind kind) throws IOException {
        start(kind);
        assertAllIsWell();

        try (RawClient waiting = new RawClient(running.plainPort()).open("localhost")) {
            String answer = waiting.authenticate(MechanismName.SCRAM_SHA_256, "carol", "secret").readElement();
            assertTrue(answer.startsWith("<success "), answer);
            waiting.open("localhost");
            forget();
            away(kind);
            // Who was admitted before and cannot be asked for once more may try again on the same stream.
            waiting.send(bind());
            assertEquals(List.of(UNKNOWN, UNKNOWN), answers("secret"));
            String refusal = waiting.readElement();
            assertTrue(refusal.contains("<error type='wait'><internal-server-error "), refusal);
            back(kind);
            assertAllIsWell();
            String bound = waiting.send(bind()).readElement();
            assertTrue(bound.contains("<jid>carol@localhost/here</jid>"), bound);
        }

        // Who has just given a wrong password is remembered, and the blocklist has not been asked about them.
        forget();
        answers("wrong").forEach(answer -> assertTrue(answer.contains("<not-authorized"), answer));
        away(kind);
        assertEquals(List.of(BLOCKLIST_UNKNOWN, BLOCKLIST_UNKNOWN), answers("secret"));
        back(kind);
        assertAllIsWell();
    }

    @ParameterizedTest
    @EnumSource
    void withFailOpenTheyAreLetInMeanwhile(Kind kind) throws IOException {
        start(kind);
        fail("open");
        forget();
        answers("wrong").forEach(answer -> assertTrue(answer.contains("<not-authorized"), answer));
        away(kind);
        List<String> bound = together(List.of("alice", "bob"), user -> {
            try (RawClient client = new RawClient(running.plainPort()).open("localhost")) {
                client.authenticate(MechanismName.SCRAM_SHA_256, user, "secret").readElement();
                return client.open("localhost").send(bind()).readElement();
            }
        });
        assertTrue(bound.getFirst().contains("<jid>alice@localhost/here</jid>"), bound::toString);
        assertTrue(bound.getLast().contains("<jid>bob@localhost/here</jid>"), bound::toString);
        back(kind);
        forget();
        assertAllIsWell();
    }

    private static String bind() {
        return "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
                + "<resource>here</resource></bind></iq>";
    }

    @Test
    void anSqliteFileThatCannotBeWrittenHoldsUpNoLogin() throws IOException, SQLException {
        start(Kind.SQLITE_LOCKED);
        forget();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + databaseFile());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            List<String> answers = answers("secret");
            assertEquals(DISABLED, answers.getFirst());
            assertTrue(answers.getLast().startsWith("<success "), answers::toString);
            statement.execute("ROLLBACK");
        }
    }
}
