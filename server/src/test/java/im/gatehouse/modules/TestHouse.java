package im.gatehouse.modules;

import im.gatehouse.account.Accounts;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.ServerModule;
import im.gatehouse.router.Router;
import im.gatehouse.session.RemovedAccounts;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
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
    private final Floors floors;

    /**
     * @param folder where the database lies
     * @param toml the modules' tables
     */
    public TestHouse(Path folder, String toml, ServerModule<?>... available) {
        this.folder = folder;
        this.available = List.of(available);
        ConfigFile file = file(toml);
        ServerConfig config = ServerConfig.read(file);
        floors = new Floors(
                Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("test.db"), null, null, 4)),
                new MovableTime(),
                new LinkedHashSet<>(config.general().hosts()),
                () -> Set.copyOf(config.general().admins()),
                folder);
        RemovedAccounts.watch(floors.accounts, floors.sessions, floors.time);
        floors.modules.start(plan(file, config));
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
        floors.modules.reload(plan(file, ServerConfig.read(file)));
    }

    public MovableTime time() {
        return floors.time;
    }

    public Accounts accounts() {
        return floors.accounts;
    }

    public Sessions sessions() {
        return floors.sessions;
    }

    public Router router() {
        return floors.router;
    }

    public Disco disco() {
        return floors.disco;
    }

    /** Makes accounts whose password is {@code secret}. */
    public TestHouse withAccounts(String... addresses) {
        for (String address : addresses) {
            floors.accounts.create(Jid.parse(address), "secret");
        }
        return this;
    }

    /** Signs somebody in. */
    public TestClient client(String full) {
        return new TestClient(this, Jid.parse(full));
    }

    @Override
    public void close() {
        floors.close();
        floors.database.close();
    }
}
