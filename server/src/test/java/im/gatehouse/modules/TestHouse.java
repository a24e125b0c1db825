package im.gatehouse.modules;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.cluster.SingleNode;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.Administration;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.RunningModules;
import im.gatehouse.module.ServerModule;
import im.gatehouse.module.ServerParts;
import im.gatehouse.module.Services;
import im.gatehouse.router.Router;
import im.gatehouse.session.RemovedAccounts;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.stream.StreamFeatures;
import im.gatehouse.time.MovableTime;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A server without its network: real accounts in a real SQLite file, the real router, and clients that write down what
 * they are sent. The domains are {@code localhost} and {@code second.test}, the administrator is {@code admin@localhost}.
 */
public final class TestHouse implements AutoCloseable {
    private static final String GENERAL = """
            [general]
            hosts = ["localhost", "second.test"]
            admins = ["admin@localhost"]
            """;

    private final Path folder;
    private final List<ServerModule<?>> available;
    private final MovableTime time = new MovableTime();
    private final Database database;
    private final Accounts accounts;
    private final Sessions sessions = new Sessions(() -> 100);
    private final Router router;
    private final Metrics metrics;
    private final Disco disco = new Disco();
    private final StreamFeatures streamFeatures = new StreamFeatures(List.of());
    private final RunningModules modules;

    /**
     * @param folder where the database lies
     * @param toml the modules' tables
     */
    public TestHouse(Path folder, String toml, ServerModule<?>... available) {
        this.folder = folder;
        this.available = List.of(available);
        ConfigFile file = file(toml);
        ServerConfig config = ServerConfig.read(file);
        Set<String> hosts = new LinkedHashSet<>(config.general().hosts());
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("test.db"), null, null, 4));
        accounts = new Accounts(database, new ScramSettings(4096), hosts, time, new byte[16]);
        router = new Router(hosts, accounts, sessions, new SingleNode());
        metrics = new Metrics(time, false);
        RemovedAccounts.watch(accounts, sessions, time);
        modules = new RunningModules(new ServerParts(
                hosts,
                () -> Set.copyOf(config.general().admins()),
                folder,
                database,
                accounts,
                sessions,
                router,
                new SingleNode(),
                metrics,
                time,
                disco,
                new Administration(),
                new Services(),
                streamFeatures,
                "1.2.3"));
        modules.start(plan(file, config));
    }

    private ConfigFile file(String toml) {
        return ConfigFile.parse(GENERAL + toml, folder.resolve("gatehouse.toml"));
    }

    private ModulePlan plan(ConfigFile file, ServerConfig config) {
        ModulePlan plan = ModulePlan.read(available, config, file);
        file.finish();
        return plan;
    }

    /** Has the modules follow other tables. */
    public void reload(String toml) {
        ConfigFile file = file(toml);
        modules.reload(plan(file, ServerConfig.read(file)));
    }

    public MovableTime time() {
        return time;
    }

    public Accounts accounts() {
        return accounts;
    }

    public Sessions sessions() {
        return sessions;
    }

    public Router router() {
        return router;
    }

    public Disco disco() {
        return disco;
    }

    /** Makes accounts whose password is {@code secret}. */
    public TestHouse withAccounts(String... addresses) {
        for (String address : addresses) {
            accounts.create(Jid.parse(address), "secret");
        }
        return this;
    }

    /** Signs somebody in. */
    public TestClient client(String full) {
        return new TestClient(this, Jid.parse(full));
    }

    @Override
    public void close() {
        modules.close();
        metrics.close();
        accounts.close();
        database.close();
    }
}
