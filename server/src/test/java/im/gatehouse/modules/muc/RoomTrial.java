package im.gatehouse.modules.muc;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.cluster.SingleNode;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.Administration;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.RunningModules;
import im.gatehouse.module.ServerParts;
import im.gatehouse.module.Services;
import im.gatehouse.modules.Lanes;
import im.gatehouse.modules.muclimits.MucLimitsModule;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.stream.StreamFeatures;
import im.gatehouse.time.MovableTime;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A server without transports, on a real database, whose only modules are the rooms and their limits. */
public final class RoomTrial implements AutoCloseable {
    private static final Set<String> HOSTS = new LinkedHashSet<>(List.of("localhost"));

    public final MovableTime time = new MovableTime();
    public final Router router;
    public final Sessions sessions = new Sessions(() -> 32);
    public final Metrics metrics = new Metrics(time, false);
    public final Administration administration = new Administration();
    public final Accounts accounts;

    /** What the modules offer each other. */
    public final Services services = new Services();
    private final Database database;
    private final RunningModules modules;

    /** Those into which somebody has wanted to come. */
    private final Set<Room> rooms = ConcurrentHashMap.newKeySet();

    private RoomTrial(StorageSettings storage, String toml) {
        database = Database.open(storage);
        accounts = new Accounts(database, new ScramSettings(4_096), HOSTS, time, new byte[32]);
        router = new Router(HOSTS, accounts, sessions, new SingleNode());
        modules = new RunningModules(new ServerParts(
                HOSTS,
                () -> Set.of(Jid.parse("root@localhost")),
                Path.of("."),
                database,
                accounts,
                sessions,
                router,
                new SingleNode(),
                metrics,
                time,
                new Disco(),
                administration,
                services,
                new StreamFeatures(List.of()),
                "1"));
        endSessionsOfRemovedAccounts(); // before the modules hear of it, as in a whole server
        modules.start(plan(toml));
        services.find(RoomHooks.class).events().add("trial", Integer.MIN_VALUE, event -> {
            rooms.add(event.room());
            return Verdict.pass();
        });
    }

    /** In their lanes, as the server does; but here sessions need no account. */
    private void endSessionsOfRemovedAccounts() {
        accounts.removed().add("trial", account -> sessions.of(account).forEach(RoomTrial::end));
        accounts.domainRemoved().add("trial", domain -> sessions.forEach(session -> {
            if (session.jid().domain().equals(domain)) {
                end(session);
            }
        }));
    }

    private static void end(Session session) {
        session.lane().add(() -> session.end(StreamError.Condition.NOT_AUTHORIZED.error("The account is gone")));
    }

    public static RoomTrial on(StorageSettings storage, String toml) {
        return new RoomTrial(storage, toml);
    }

    public static RoomTrial in(Path folder, String toml) {
        return on(new StorageSettings("jdbc:sqlite:" + folder.resolve("rooms.db"), null, null, 4), toml);
    }

    /** What the configuration file says, with all its mistakes. */
    public static ModulePlan plan(String toml) {
        ConfigFile file = ConfigFile.parse(toml, Path.of("gatehouse.toml"));
        ModulePlan plan = ModulePlan.read(
                List.of(new MucModule(), new MucLimitsModule()), ServerConfig.read(file), file);
        file.finish();
        return plan;
    }

    public void reload(String toml) {
        modules.reload(plan(toml));
    }

    /** Signs somebody in; {@code alice} is {@code alice@localhost/phone}. */
    public RoomClient client(String name) {
        Jid jid = Jid.parse(name.contains("@") ? name : name + "@localhost/phone");
        return RoomClient.signIn(this, jid);
    }

    /** Makes the database refuse whatever concerns that table from now on. */
    public void lose(String table) {
        database.write(db -> db.dropTable(table).execute());
    }

    /** Makes what is stored as the subjects of rooms unreadable. */
    public void damageSubjects() {
        database.write(db -> db.execute("update rooms set subject = '<subjects', subject_nick = 'x', subject_at = 1"));
    }

    /**
     * Calls an administrators' operation such as {@code MUCAdminQuery.listRooms}, and waits until no room has anything
     * to do any more.
     */
    public @Nullable Object administer(String operation, Map<String, Object> arguments) {
        try {
            return administration.all().stream()
                    .map(each -> each.operations().get(operation))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElseThrow()
                    .resolver()
                    .resolve(new AdminCall(arguments, new AdminCall.Actor.GlobalAdministrator(), _ -> {}));
        } finally {
            rooms.forEach(room -> Lanes.awaitIdle(room.lane()));
        }
    }

    /** Waits until a lane, and after it the rooms, have nothing to do any more. */
    void settle(Lane lane) {
        Lanes.awaitIdle(lane);
        rooms.forEach(room -> Lanes.awaitIdle(room.lane()));
    }

    @Override
    public void close() {
        modules.close();
        accounts.close();
        metrics.close();
        database.close();
    }
}
