package im.gatehouse.modules;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramHash;
import im.gatehouse.account.SignInThrottle;
import im.gatehouse.account.ThrottleSettings;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.module.Administration;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.ServerModule;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.stream.BindFeature;
import im.gatehouse.stream.SaslAttempts;
import im.gatehouse.stream.SaslFeature;
import im.gatehouse.stream.StreamContext;
import im.gatehouse.stream.StreamFeature;
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

    private final Floors floors;
    private final ServerModule<?> module;
    private final StreamContext streams;
    private final Map<String, Object> aside = new java.util.HashMap<>();
    private AdminCall.Actor actor = new AdminCall.Actor.GlobalAdministrator();
    private InetAddress actorAddress = InetAddress.getLoopbackAddress();

    private Stand(Database database, MovableTime time, ServerModule<?> module) {
        this.module = module;
        floors = new Floors(database, time, Set.of("localhost", "example.org"), Set::of, Path.of("."));
        streams = streams();
    }

    /** What streams need that sign in by SCRAM to localhost. */
    private StreamContext streams() {
        SecureRandom random = new SecureRandom();
        CredentialSource credentials = new CredentialSource() {
            @Override
            public VerifierAnswer verifier(String user, ScramHash hash) {
                return new VerifierAnswer(
                        floors.accounts.credentials(Jid.of(user, "localhost")).orElseThrow().verifier(hash).orElseThrow(), true);
            }

            @Override
            public boolean exists(String user) {
                return floors.accounts.exists(Jid.of(user, "localhost"));
            }

            @Override
            public boolean passwordMatches(String user, String password) {
                return floors.accounts.check(Jid.of(user, "localhost"), password);
            }
        };
        SaslMechanisms mechanisms =
                new SaslMechanisms("localhost", List.of(MechanismName.SCRAM_SHA_256), credentials, SaslMechanisms.Terms.USUAL);
        List<StreamFeature> features = List.of(
                new SaslFeature(new SaslAttempts(
                        () -> Map.of("localhost", mechanisms),
                        floors.sessions,
                        new SignInThrottle(ThrottleSettings.DEFAULT, floors.time),
                        () -> false)),
                new BindFeature(random, () -> Sessions.Conflict.REPLACE));
        return new StreamContext(
                floors.router,
                floors.sessions,
                floors.time,
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
            stand.floors.modules.start(stand.plan(configuration));
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
        floors.modules.reload(plan(configuration));
    }

    /** Makes accounts. */
    public void register(String... addresses) {
        for (String address : addresses) {
            floors.accounts.create(Jid.parse(address), "secret");
        }
    }

    /** A client that has not signed in yet, such as {@code alice@localhost/phone}. */
    public Client client(String address) {
        return new Client(floors.sessions, Jid.parse(address), "192.0.2.1");
    }

    /** A client at an IP address. */
    public Client client(String address, @Nullable String ip) {
        return new Client(floors.sessions, Jid.parse(address), ip);
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
        return floors.administration.all().stream()
                .map(operations -> operations.operations().get(name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    public MovableTime time() {
        return floors.time;
    }

    public Database database() {
        return floors.database;
    }

    public Accounts accounts() {
        return floors.accounts;
    }

    public Sessions sessions() {
        return floors.sessions;
    }

    public Metrics metrics() {
        return floors.metrics;
    }

    public Administration administration() {
        return floors.administration;
    }

    /** Stops the module; the database stays open. */
    @Override
    public void close() {
        floors.close();
    }
}
