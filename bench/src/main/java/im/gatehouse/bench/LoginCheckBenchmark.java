package im.gatehouse.bench;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.cluster.Cluster;
import im.gatehouse.cluster.SingleNode;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.Administration;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.RunningModules;
import im.gatehouse.module.ServerParts;
import im.gatehouse.module.Services;
import im.gatehouse.modules.blocklist.BlocklistModule;
import im.gatehouse.router.Router;
import im.gatehouse.session.Decision;
import im.gatehouse.session.Login;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.stream.StreamFeatures;
import im.gatehouse.time.SystemTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a login pays for the blocklist: the question at sign-in as the server asks it, with 990,000 blocked accounts,
 * 5,000 patterns and 5,000 ranges of addresses in an SQLite file. {@code main} tells how much memory they take.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LoginCheckBenchmark {
    private static final int ACCOUNTS = 990_000;
    private static final int RULES = 5_000;
    private static final int REMEMBERED = 50_000;
    private static final int PART = 50_000;
    private static final String HOST = "example.org";

    private final Sessions sessions = new Sessions(() -> 1_000);
    private final Login stranger = login("juliet.capulet", "198.51.100.7");
    private final Login blocked = login("user17", "198.51.100.7");
    private final Login fromARange = login("juliet.capulet", "10.0.1.77");
    private Folder folder = new Folder();

    /** What has to be closed. */
    private static final class Folder {
        private Path path = Path.of(".");
        private Database database;
        private Accounts accounts;
        private Metrics metrics;
        private RunningModules modules;
    }

    private static Login login(String user, String ip) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral(ip), 50_000);
        return new Login(Jid.of(user, HOST), address, "tcp", "SCRAM-SHA-256");
    }

    public static void main(String[] args) throws IOException {
        LoginCheckBenchmark benchmark = new LoginCheckBenchmark();
        benchmark.open();
        long empty = liveHeap();
        benchmark.start();
        long rules = liveHeap();
        for (int i = 0; i < REMEMBERED; i++) {
            benchmark.sessions.admit(login("user" + i * 10, "198.51.100.7"));
            benchmark.sessions.admit(login("nobody" + i, "198.51.100.7"));
        }
        long remembered = liveHeap();
        System.out.printf("%d KiB for 10,000 patterns and ranges, of 1,000,000 blocks%n", (rules - empty) / 1024);
        System.out.printf("%d KiB more for the 50,000 accounts remembered%n", (remembered - rules) / 1024);
        benchmark.close();
    }

    @Setup
    public void set() throws IOException {
        open();
        start();
        sessions.admit(stranger);
        sessions.admit(blocked);
    }

    private void open() throws IOException {
        folder.path = Files.createTempDirectory("gatehouse-bench");
        folder.database =
                Database.open(new StorageSettings("jdbc:sqlite:" + folder.path.resolve("bench.db"), null, null, 2));
        for (int from = 0; from < ACCOUNTS; from += PART) {
            int first = from;
            folder.database.write(db -> db.execute(
                    "WITH RECURSIVE n(i) AS (SELECT " + first + " UNION ALL SELECT i + 1 FROM n WHERE i + 1 < "
                            + Math.min(first + PART, ACCOUNTS) + ") INSERT INTO blocklist (luser, lserver, reason, "
                            + "created_at) SELECT 'user' || i, '" + HOST + "', 'Spam', 0 FROM n"));
        }
        folder.database.write(db -> {
            for (int i = 0; i < RULES; i++) {
                rule(db, "spam" + i + "*@" + HOST, "pattern");
                rule(db, "10." + i / 256 + '.' + i % 256 + ".0/24", "address");
            }
            return RULES;
        });
    }

    private static void rule(org.jooq.DSLContext db, String target, String kind) {
        db.execute("INSERT INTO blocklist_rule (target, kind, created_at) VALUES (?, ?, 0)", target, kind);
    }

    private void start() {
        SystemTime time = new SystemTime();
        Set<String> hosts = Set.of(HOST);
        Cluster cluster = new SingleNode();
        folder.metrics = new Metrics(time, false);
        folder.accounts = new Accounts(
                folder.database, new ScramSettings(ScramSettings.LEAST_ITERATIONS), hosts, time, new byte[32]);
        ConfigFile file = ConfigFile.parse("[general]\nhosts = [\"" + HOST + "\"]\n", Path.of("gatehouse.toml"));
        folder.modules = new RunningModules(new ServerParts(
                hosts,
                Set::of,
                folder.path,
                folder.database,
                folder.accounts,
                sessions,
                new Router(hosts, folder.accounts, sessions, cluster),
                cluster,
                folder.metrics,
                time,
                new Disco(),
                new Administration(),
                new Services(),
                new StreamFeatures(List.of()),
                "bench"));
        folder.modules.start(ModulePlan.read(List.of(new BlocklistModule()), ServerConfig.read(file), file));
    }

    @TearDown
    public void close() throws IOException {
        folder.modules.close();
        folder.accounts.close();
        folder.metrics.close();
        folder.database.close();
        try (var files = Files.list(folder.path)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder.path);
    }

    @Benchmark
    public Decision nobodyBlocked() {
        return sessions.admit(stranger);
    }

    @Benchmark
    public Decision accountBlocked() {
        return sessions.admit(blocked);
    }

    @Benchmark
    public Decision addressBlocked() {
        return sessions.admit(fromARange);
    }

    private static long liveHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
