package im.gatehouse.modules;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.cluster.SingleNode;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.Administration;
import im.gatehouse.module.Disco;
import im.gatehouse.module.RunningModules;
import im.gatehouse.module.ServerParts;
import im.gatehouse.module.Services;
import im.gatehouse.router.Router;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.stream.StreamFeatures;
import im.gatehouse.time.MovableTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What modules stand on in a real server, put together without its network; on a database that a test has opened. */
final class Floors implements AutoCloseable {
    final MovableTime time;
    final Database database;
    final Accounts accounts;
    final Sessions sessions = new Sessions(() -> 1_000);
    final Router router;
    final Metrics metrics;
    final Disco disco = new Disco();
    final Administration administration = new Administration();
    final Services services = new Services();
    final RunningModules modules;

    /**
     * @param folder that of the configuration file
     */
    Floors(Database database, MovableTime time, Set<String> hosts, Supplier<Set<Jid>> admins, Path folder) {
        this.database = database;
        this.time = time;
        metrics = new Metrics(time, false);
        accounts = new Accounts(
                database, new ScramSettings(ScramSettings.LEAST_ITERATIONS), hosts, time, new byte[32]);
        router = new Router(hosts, accounts, sessions, new SingleNode());
        modules = new RunningModules(new ServerParts(
                hosts,
                admins,
                folder,
                database,
                accounts,
                sessions,
                router,
                new SingleNode(),
                metrics,
                time,
                disco,
                administration,
                services,
                new StreamFeatures(List.of()),
                "1.2.3"));
    }

    /** Stops the modules and what they stand on; the database stays open. */
    @Override
    public void close() {
        modules.close();
        metrics.close();
        accounts.close();
    }
}
