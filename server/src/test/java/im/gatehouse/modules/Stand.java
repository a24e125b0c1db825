package im.gatehouse.modules;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramHash;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.account.SignInThrottle;
import im.gatehouse.account.ThrottleSettings;
import im.gatehouse.cluster.Cluster;
import im.gatehouse.cluster.SingleNode;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.Administration;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.RunningModules;
import im.gatehouse.module.ServerModule;
import im.gatehouse.module.ServerParts;
import im.gatehouse.module.Services;
import im.gatehouse.router.Router;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.stream.BindFeature;
import im.gatehouse.stream.SaslAttempts;
import im.gatehouse.stream.SaslFeature;
import im.gatehouse.stream.StreamContext;
import im.gatehouse.stream.StreamFeature;
import im.gatehouse.stream.StreamFeatures;
import im.gatehouse.stream.sasl.CredentialSource;
import im.gatehouse.stream.sasl.MechanismName;
import im.gatehouse.stream.sasl.SaslMechanisms;
import im.gatehouse.stream.sasl.VerifierAnswer;
import im.gatehouse.time.MovableTime;
import im.gatehouse.xml.XmlReader;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One module at work on real floors, with {@code localhost} and {@code example.org} as its domains, but no network. */
public final class Stand implements AutoCloseable {
    private static final String HOSTS =
            """
            [general]
            hosts = ["localhost", "example.org"]
            """;

    private final MovableTime time;
    private final Database database;
    private final Accounts accounts;
    private final Sessions sessions = new Sessions(() -> 1_000);
    private final Administration administration = new Administration();
    private final Metrics metrics;
    private final ServerModule<?> module;
    private final RunningModules modules;
    private final StreamContext streams;
    private final Map<String, Object> aside = new java.util.HashMap<>();
    private AdminCall.Actor actor = new AdminCall.Actor.GlobalAdministrator();
    private InetAddress actorAddress = InetAddress.getLoopbackAddress();

    private Stand(Database database, MovableTime time, ServerModule<?> module) {
        this.time = time;
        this.database = database;
        this.module = module;
        this.metrics = new Metrics(time, false);
        Set<String> hosts = Set.of("localhost", "example.org");
        Cluster cluster = new SingleNode();
        this.accounts = new Accounts(
                database, new ScramSettings(ScramSettings.LEAST_ITERATIONS), hosts, time, new byte[32]);
        Router router = new Router(hosts, accounts, sessions, cluster);
        this.streams = streams(router);
        this.modules = new RunningModules(new ServerParts(
                hosts,
                Set::of,
                Path.of("."),
                database,
                accounts,
                sessions,
                router,
                cluster,
                metrics,
                time,
                new Disco(),
                administration,
                new Services(),
                new StreamFeatures(List.of()),
                "test"));
    }

    /** What streams need that sign in by SCRAM to localhost. */
    private StreamContext streams(Router router) {
        SecureRandom random = new SecureRandom();
        CredentialSource credentials = new CredentialSource() {
            @Override
            public VerifierAnswer verifier(String user, ScramHash hash) {
                return new VerifierAnswer(
                        accounts.credentials(Jid.of(user, "localhost")).orElseThrow().verifier(hash).orElseThrow(), true);
            }

            @Override
            public boolean exists(String user) {
                return accounts.exists(Jid.of(user, "localhost"));
            }

            @Override
            public boolean passwordMatches(String user, String password) {
                return accounts.check(Jid.of(user, "localhost"), password);
            }
        };
        SaslMechanisms mechanisms =
                new SaslMechanisms("localhost", List.of(MechanismName.SCRAM_SHA_256), credentials, SaslMechanisms.Terms.USUAL);
        List<StreamFeature> features = List.of(
                new SaslFeature(new SaslAttempts(
                        () -> Map.of("localhost", mechanisms),
                        sessions,
                        new SignInThrottle(ThrottleSettings.DEFAULT, time),
                        () -> false)),
                new BindFeature(random, () -> Sessions.Conflict.REPLACE));
        return new StreamContext(
                router,
                sessions,
                time,
                () -> features,
                () -> XmlReader.Limits.BEFORE_SIGN_IN,
                () -> XmlReader.Limits.BEFORE_SIGN_IN,
                () -> Sessions.Conflict.REPLACE,
                random,
                "localhost");
    }

    /**
     * Starts a module.
     *
     * @param configuration the text of the configuration file, besides the domains
     */
    public static Stand start(ServerModule<?> module, Database database, MovableTime time, String configuration) {
        Stand stand = new Stand(database, time, module);
        try {
            stand.modules.start(stand.plan(configuration));
            return stand;
        } catch (RuntimeException e) {
            stand.close();
            throw e;
        }
    }

    private ModulePlan plan(String configuration) {
        ConfigFile file = ConfigFile.parse(HOSTS + configuration, Path.of("gatehouse.toml"));
        ModulePlan plan = ModulePlan.read(List.of(module), ServerConfig.read(file), file);
        file.finish();
        return plan;
    }

    /** Has the module follow another configuration. */
    public void reload(String configuration) {
        modules.reload(plan(configuration));
    }

    /** Makes accounts. */
    public void register(String... addresses) {
        for (String address : addresses) {
            accounts.create(Jid.parse(address), "secret");
        }
    }

    /** A client that has not signed in yet, such as {@code alice@localhost/phone}. */
    public Client client(String address) {
        return new Client(sessions, Jid.parse(address), "192.0.2.1");
    }

    /** A client at an IP address. */
    public Client client(String address, @Nullable String ip) {
        return new Client(sessions, Jid.parse(address), ip);
    }

    /** A client of localhost that has not signed in yet, and whose stream is the server's own. */
    public StreamClient streamClient() {
        return new StreamClient(streams, "localhost");
    }

    /** Calls an operation, with names and values in turn. */
    public @Nullable Object call(String operation, Object... arguments) {
        Map<String, Object> map = new java.util.HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            map.put((String) arguments[i], arguments[i + 1]);
        }
        aside.clear();
        return operation(operation)
                .resolver()
                .resolve(new AdminCall(map, actor, actorAddress, _ -> {}, aside::put));
    }

    /** Who calls from now on, and from where; before, it is the server's administrator on loopback. */
    public void callAs(AdminCall.Actor actor, String ip) {
        this.actor = actor;
        this.actorAddress = InetAddress.ofLiteral(ip);
    }

    /** What the last call told beside its answer. */
    public Map<String, Object> aside() {
        return aside;
    }

    /** The code, the words and the details of the error with which an operation is refused. */
    public String refusal(String operation, Object... arguments) {
        try {
            return "answered " + call(operation, arguments);
        } catch (AdminException e) {
            return e.code() + ": " + e.getMessage() + " " + e.details();
        }
    }

    private AdminOperations.Operation operation(String name) {
        return administration.all().stream()
                .map(operations -> operations.operations().get(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    public MovableTime time() {
        return time;
    }

    public Database database() {
        return database;
    }

    public Accounts accounts() {
        return accounts;
    }

    public Sessions sessions() {
        return sessions;
    }

    public Metrics metrics() {
        return metrics;
    }

    public Administration administration() {
        return administration;
    }

    /** Stops the module; the database stays open. */
    @Override
    public void close() {
        modules.close();
        accounts.close();
        metrics.close();
    }
}
