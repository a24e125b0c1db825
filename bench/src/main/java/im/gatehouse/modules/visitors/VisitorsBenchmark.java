package im.gatehouse.modules.visitors;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Admission;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Login;
import im.gatehouse.session.Outlet;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.SystemTime;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What counting costs, with SQLite on the machine's own disk. A login pays only for {@code opened}; the rest happens on
 * the thread that counts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class VisitorsBenchmark {
    private static final String CONFIG =
            """
            mmdb_path = "places.mmdb"
            [client_patterns]
            "^zom%d+.*" = "IOS"
            "^Zom%-.*" = "IOS"
            "^chatsecure%d+.*" = "IOS"
            "^ChatSecureZom%-.*" = "ANDROID"
            "^Conversations%..*" = "ANDROID"
            """;
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("67.43.156.1", 40_000);

    /** Users who may come for the first time while it is measured; those who are counted already need no account. */
    private static final int MOST_FIRST_LOGINS = 200_000;

    /** Users who are counted already. */
    @Param("0")
    public int markers;

    private Path folder;
    private SystemTime time;
    private Database database;
    private Accounts accounts;
    private Visitors visitors;
    private Session counted;
    private final Sessions sessions = new Sessions(() -> 1_000);
    private long users;

    private static final class Nobody implements Outlet {
        @Override
        public void send(Stanza stanza) {
            // nobody listens
        }

        @Override
        public void end(StreamError error) {
            // it has no stream
        }
    }

    @Setup(Level.Trial)
    public void start() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("visitors-benchmark");
        try (InputStream places = VisitorsBenchmark.class.getResourceAsStream("places.mmdb")) {
            Files.copy(Objects.requireNonNull(places), folder.resolve("places.mmdb"));
        }
        time = new SystemTime();
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("bench.db"), null, null, 4));
        accounts = new Accounts(database, ScramSettings.DEFAULT, Set.of("localhost"), time, new byte[32]);
        fill("user", 0, MOST_FIRST_LOGINS);
        fill("somebody", 0, 1);
        fill();
        ConfigFile file = ConfigFile.parse(CONFIG, folder.resolve("gatehouse.toml"));
        visitors = new Visitors(VisitorsConfig.read(file.root()), accounts, database, time, folder);
        counted = session("somebody0@localhost/Conversations.x1y2");
        visitors.opened(counted);
        visitors.settle();
    }

    private void fill() {
        if (markers > 0) {
            String month = YearMonth.now(ZoneOffset.UTC).toString();
            database.write(db -> db.execute(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)
                    INSERT INTO visitors_marker (lserver, luser, last_recorded)
                    SELECT 'localhost', 'old' || i, '%s' FROM n
                    """
                            .formatted(markers, month)));
        }
    }

    /** Makes accounts with which nobody can sign in, of names with a number from one on. */
    private void fill(String name, int from, int count) {
        database.write(db -> db.execute(
                """
                WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i < %d)
                INSERT INTO accounts (lserver, luser, iterations, sha1_salt, sha1_stored_key, sha1_server_key,
                    sha256_salt, sha256_stored_key, sha256_server_key, created_at)
                SELECT 'localhost', '%s' || i, 4096, zeroblob(16), zeroblob(20), zeroblob(20),
                    zeroblob(16), zeroblob(32), zeroblob(32), 0 FROM n
                """
                        .formatted(from, from + count - 1, name)));
    }

    private Session session(String address) {
        Jid jid = Jid.parse(address);
        return switch (sessions.admit(new Login(jid.bare(), ADDRESS, "tcp", "SCRAM-SHA-256"))) {
            case Admission admission -> new Session(admission, jid, true, Instant.EPOCH, new Nobody(), new Lane(16));
            case Refusal refusal -> throw new IllegalStateException(refusal.toString());
        };
    }

    @TearDown(Level.Trial)
    public void stop() throws IOException {
        visitors.close();
        accounts.close();
        database.close();
        time.close();
        long size = Files.size(folder.resolve("bench.db"));
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        System.out.printf(
                "%nThe database has %,d bytes, the heap in use %,d.%n",
                size, runtime.totalMemory() - runtime.freeMemory());
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** What the login of a user costs who is counted already; without threads besides, so time is CPU. */
    @Benchmark
    public void loginOfSomebodyWhoIsCounted() {
        visitors.opened(counted);
    }

    /** A first login until it is on disk, one after another. */
    @Benchmark
    public void firstLoginUntilItIsOnDisk() throws InterruptedException {
        visitors.opened(session("user" + users++ + "@localhost/Conversations.x1y2"));
        visitors.settle();
    }

    /** The login of somebody who is counted, but of whom that is no longer remembered, until it is looked up. */
    @Benchmark
    public void loginOfSomebodyWhoMustBeLookedUp() throws InterruptedException {
        visitors.opened(session("old" + (1 + users++ * 7919 % Math.max(1, markers)) + "@localhost/Conversations.x1y2"));
        visitors.settle();
    }
}
