package im.gatehouse.app;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.account.SignInThrottle;
import im.gatehouse.account.SignInTokens;
import im.gatehouse.account.ThrottleSettings;
import im.gatehouse.account.TokenSettings;
import im.gatehouse.admin.operations.ServerOperations;
import im.gatehouse.cluster.Cluster;
import im.gatehouse.cluster.SingleNode;
import im.gatehouse.config.AuthConfig;
import im.gatehouse.config.LimitsConfig;
import im.gatehouse.config.ServerConfig;
import im.gatehouse.metrics.GraphiteReporter;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.metrics.ProcessMetrics;
import im.gatehouse.module.Administration;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModuleException;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.module.RunningModules;
import im.gatehouse.module.ServerParts;
import im.gatehouse.module.Services;
import im.gatehouse.router.Guests;
import im.gatehouse.router.Router;
import im.gatehouse.session.RemovedAccounts;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.stream.Bind2;
import im.gatehouse.stream.BindFeature;
import im.gatehouse.stream.ChannelBindingFeature;
import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.Entrance;
import im.gatehouse.stream.Fast;
import im.gatehouse.stream.InlineFeatures;
import im.gatehouse.stream.OpenStreams;
import im.gatehouse.stream.Sasl2Feature;
import im.gatehouse.stream.SaslAttempts;
import im.gatehouse.stream.SaslFeature;
import im.gatehouse.stream.SessionFeature;
import im.gatehouse.stream.StartTlsFeature;
import im.gatehouse.stream.StreamContext;
import im.gatehouse.stream.StreamFeature;
import im.gatehouse.stream.StreamFeatures;
import im.gatehouse.stream.Upgrades;
import im.gatehouse.time.Time;
import im.gatehouse.transport.Loops;
import im.gatehouse.transport.tcp.TcpListener;
import im.gatehouse.transport.tls.Tls;
import im.gatehouse.transport.tls.TlsException;
import im.gatehouse.transport.websocket.WebSocketDoor;
import im.gatehouse.xml.XmlReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole server: put together by hand from top to bottom, and taken apart in reverse. Several can run in one JVM.
 *
 * <p>{@link #start}, {@link #reload} and {@link #close} block; the rest is safe from any thread.
 */
public final class Server implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Server.class);

    /** How long clients may take to hear that the server stops. */
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    /** How long what clients leave behind may take to be stored. */
    private static final Duration AFTER_FAREWELL = Duration.ofSeconds(10);

    private final Path configPath;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<TcpListener> listeners = new ArrayList<>();
    private final List<InetSocketAddress> clientAddresses = new ArrayList<>();

    /** What was followed at the start: what waits for a restart waits until then, however often it is read again. */
    private final ServerConfig started;

    /** What may change while the server runs is read from here at each use. */
    private volatile ServerConfig config;

    private volatile boolean ready;
    private final SignIn signIn;
    private final RunningModules modules;
    private final Sessions sessions;
    private final OpenStreams streams;
    private final Tls tls;
    private final Accounts accounts;
    private final StreamFeatures streamFeatures;
    private final HttpSide http;
    private @Nullable WebSocketDoor webSockets;
    private final ComponentPort components;

    /**
     * Starts a server.
     *
     * @param configPath the configuration file
     * @param time what the server knows of time
     * @param onStop what {@code server stop} asks for
     * @throws im.gatehouse.config.ConfigException with every mistake of the file; nothing has been made then
     * @throws StartException when it cannot start for another reason; what was started has been stopped again
     */
    public static Server start(Path configPath, Time time, Runnable onStop) {
        Settings settings = Settings.read(configPath);
        LogLevel.set(settings.config().log());
        return new Server(configPath, settings.config(), settings.plan(), time, onStop);
    }

    private Server(Path configPath, ServerConfig config, ModulePlan plan, Time time, Runnable onStop) {
        this.configPath = configPath;
        this.config = config;
        this.started = config;
        try {
            SecureRandom random = new SecureRandom();
            Path data = makeDataDirectory(config);
            tls = open(loadTls(config));
            Database database = open(openDatabase(config));
            Metrics metrics = open(new Metrics(time, config.instrumentation().allMetricsAreGlobal()));
            new ProcessMetrics(Version.current()).bindTo(metrics.registry());
            Set<String> hosts = new LinkedHashSet<>(config.general().hosts());
            byte[] secret = SecretFile.readOrMake(data.resolve("server.secret"), random).getBytes();
            Set<String> guestHosts = Set.copyOf(config.auth().anonymousHosts());
            Set<String> accountHosts = new LinkedHashSet<>(hosts);
            accountHosts.removeAll(guestHosts);
            ScramSettings scram = new ScramSettings(config.auth().scramIterations());
            accounts = open(new Accounts(database, scram, accountHosts, time, secret));
            sessions = new Sessions(() -> this.config.limits().sessionsPerAccount());
            Cluster cluster = new SingleNode();
            Router router = new Router(hosts, accounts, sessions, cluster);
            RemovedAccounts.watch(accounts, sessions, time);
            Guests.watch(router, guestHosts, () -> this.config.auth().guestsMayLeave());
            signIn = new SignIn(accounts, config, time);
            SignInTokens tokens =
                    new SignInTokens(database, accounts, time, () -> tokenSettings(this.config.auth().tokens()), secret);
            tokens.prune();
            SignInThrottle throttle = new SignInThrottle(ThrottleSettings.DEFAULT, time);
            streamFeatures = streamFeatures(random, throttle, tokens, secret);
            Administration administration = new Administration();
            ServerParts floors = new ServerParts(
                    hosts,
                    () -> Set.copyOf(this.config.general().admins()),
                    data,
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
                    streamFeatures,
                    Version.current());
            modules = open(new RunningModules(floors));
            modules.start(plan);
            sessions.starting().tell(sessions);
            open((AutoCloseable) () -> sessions.stopping().tell(sessions));

            Loops loops = open(new Loops(Runtime.getRuntime().availableProcessors()));
            streams = open(new OpenStreams(AFTER_FAREWELL));
            StreamContext context = new StreamContext(
                    router,
                    sessions,
                    time,
                    streamFeatures::all,
                    () -> beforeSignIn(this.config.limits()),
                    () -> afterSignIn(this.config.limits()),
                    this::resourceConflict,
                    random,
                    config.general().hosts().getFirst());
            if (config.listen().websocket().enabled()) {
                webSockets = open(WebSocketPort.door(this::config, time, connection -> streams.add(new ClientStream(
                        connection, context, WebSocketPort.entrance(this.config.listen().websocket(), connection)))));
            }
            http = open(HttpSide.open(loops, floors, tokens, this::config, control(time, onStop), tls, webSockets));
            config.instrumentation()
                    .graphite()
                    .ifPresent(graphite -> open(new GraphiteReporter(
                            metrics, time, graphite.host(), graphite.port(), graphite.prefix(), graphite.interval())));
            components = open(new ComponentPort(config, router, floors.disco()));
            components.open(
                    config.listen().component(),
                    loops,
                    router,
                    time,
                    () -> afterSignIn(this.config.limits()),
                    random);
            for (var listener : config.listen().c2s()) {
                listen(listener, loops, context);
            }
            ready = true;
            log.info("Gatehouse {} is ready: {}", Version.current(), String.join(", ", modules.names()));
        } catch (RuntimeException | Error e) {
            close();
            throw inWords(e);
        }
    }

    private static RuntimeException inWords(Throwable cause) {
        return switch (cause) {
            case StartException e -> e;
            case ModuleException e -> new StartException(e.getMessage(), e);
            case StorageException e -> new StartException(e.getMessage(), e);
            case RuntimeException e -> e;
            default -> throw (Error) cause;
        };
    }

    private <T extends AutoCloseable> T open(T part) {
        parts.push(part);
        return part;
    }

    // --- the parts ---

    private static Path makeDataDirectory(ServerConfig config) {
        Path data = config.general().dataDir();
        try {
            return Files.createDirectories(data);
        } catch (IOException e) {
            throw new StartException(
                    "The data folder %s cannot be made (%s): set general.data_dir to a folder that the server may write to"
                            .formatted(data, Causes.of(e)),
                    e);
        }
    }

    private static Tls loadTls(ServerConfig config) {
        try {
            return Tls.load(TlsFiles.prepare(config));
        } catch (TlsException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Database openDatabase(ServerConfig config) {
        var storage = config.storage();
        return Database.open(new StorageSettings(
                storage.url(),
                storage.user().orElse(null),
                storage.password().orElse(null),
                storage.poolSize()));
    }

    /** The server's own features of a client's stream, in the order in which they are offered and asked. */
    private StreamFeatures streamFeatures(
            SecureRandom random, SignInThrottle throttle, SignInTokens tokens, byte[] secret) {
        SaslAttempts attempts = new SaslAttempts(
                signIn::mechanisms, sessions, throttle, () -> config.auth().strictChannelBinding());
        InlineFeatures inline = new InlineFeatures();
        Bind2 bind2 = new Bind2(inline, sessions, random, secret);
        Upgrades upgrades = new Upgrades(accounts, () -> config.auth().upgrades());
        Fast fast = new Fast(tokens, () -> config.auth().tokens().enabled());
        List<StreamFeature> own = List.of(
                // First, for while it is under way nothing else may come.
                new Sasl2Feature(attempts, bind2, fast, upgrades, inline, () -> config.auth().sasl2WithoutTls()),
                new StartTlsFeature(),
                new SaslFeature(attempts),
                new ChannelBindingFeature(),
                new BindFeature(random, this::resourceConflict),
                new SessionFeature(this::resourceConflict));
        return new StreamFeatures(own, inline);
    }

    private static TokenSettings tokenSettings(AuthConfig.Tokens tokens) {
        return new TokenSettings(tokens.lifetime(), tokens.rotation(), tokens.mostClients());
    }

    private static XmlReader.Limits beforeSignIn(LimitsConfig limits) {
        return new XmlReader.Limits(
                limits.signInBytes(), limits.signInDepth(), limits.attributes(), limits.signInElements());
    }

    private static XmlReader.Limits afterSignIn(LimitsConfig limits) {
        return new XmlReader.Limits(limits.stanzaBytes(), limits.depth(), limits.attributes(), 0);
    }

    private void listen(
            im.gatehouse.config.ListenConfig.ClientListener settings, Loops loops, StreamContext context) {
        TcpListener.Terms terms = ClientPort.terms(settings, () -> this.config.limits().signInBytes(), tls);
        Entrance entrance = ClientPort.entrance(settings);
        TcpListener listener = open(new TcpListener(
                loops, terms, connection -> streams.add(new ClientStream(connection, context, entrance))));
        try {
            clientAddresses.add(listener.open(new InetSocketAddress(settings.address(), settings.port())));
            listeners.add(listener);
        } catch (IOException e) {
            throw new StartException(
                    "Cannot listen for clients on %s port %d (%s): choose another port in [[listen.c2s]] or stop what uses it"
                            .formatted(settings.address(), settings.port(), Causes.of(e)),
                    e);
        }
    }

    private Sessions.Conflict resourceConflict() {
        return switch (config.auth().resourceConflict()) {
            case REPLACE -> Sessions.Conflict.REPLACE;
            case REFUSE -> Sessions.Conflict.REFUSE;
            case RENAME -> Sessions.Conflict.RENAME;
        };
    }

    private ServerOperations.Control control(Time time, Runnable onStop) {
        return new ServerOperations.Control(
                Version.current(),
                time.now(),
                this::isReady,
                () -> clientAddresses().stream().map(Place::of).toList(),
                this::reload,
                onStop);
    }

    // --- at work ---

    /** The configuration as it is now. */
    public ServerConfig config() {
        return config;
    }

    /** Where clients connect, with the ports that were really taken. */
    public List<InetSocketAddress> clientAddresses() {
        return List.copyOf(clientAddresses);
    }

    /** Where GraphQL, figures and health are, without a path. */
    public String httpUrl() {
        return http.url();
    }

    /** Where the same is over TLS, without a path; empty where {@code listen.http.tls_port} names no port. */
    public Optional<String> httpsUrl() {
        return http.encryptedUrl();
    }

    /** Where components connect, with the port that was really taken; empty where none is configured. */
    public Optional<InetSocketAddress> componentAddress() {
        return components.address();
    }

    /** Whether clients are served. */
    public boolean isReady() {
        return ready;
    }

    /** Who has an account. */
    public Accounts accounts() {
        return accounts;
    }

    /** Who is online. */
    public Sessions sessions() {
        return sessions;
    }

    /** What is settled on clients' streams. */
    public StreamFeatures streamFeatures() {
        return streamFeatures;
    }

    /** The modules at work. */
    public RunningModules modules() {
        return modules;
    }

    /**
     * Reads the configuration file again and follows it.
     *
     * @return the keys that changed and wait for a restart
     * @throws im.gatehouse.config.ConfigException with every mistake; the old configuration stays
     * @throws StartException when the new one cannot be followed
     */
    public synchronized List<String> reload() {
        Settings settings = Settings.read(configPath);
        ServerConfig fresh = settings.config();
        List<String> waiting = new ArrayList<>(ServerConfig.needsRestart(started, fresh));
        reloadTls(fresh);
        try {
            waiting.addAll(modules.reload(settings.plan()));
        } catch (RuntimeException e) { // whatever it is: the old configuration holds
            goBackToTls(config);
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        config = fresh;
        LogLevel.set(fresh.log());
        signIn.follow(fresh);
        log.info(
                "The configuration was read again{}",
                waiting.isEmpty() ? "" : "; these changes wait for a restart: " + String.join(", ", waiting));
        return waiting;
    }

    private void reloadTls(ServerConfig from) {
        try {
            tls.reload(TlsFiles.settings(from));
        } catch (TlsException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private void goBackToTls(ServerConfig old) {
        try {
            reloadTls(old);
        } catch (StartException e) {
            log.warn("The old certificates could not be read again; the new ones stay", e);
        }
    }

    /** Says goodbye to all clients and stops; without effect when it has stopped. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (ready) {
            log.info("Stopping");
        }
        ready = false;
        listeners.forEach(TcpListener::stopListening);
        if (webSockets != null) {
            webSockets.shut();
        }
        if (streams != null) {
            streams.farewell(StreamError.Condition.SYSTEM_SHUTDOWN.error(), FAREWELL);
        }
        while (!parts.isEmpty()) {
            closeQuietly(parts.pop());
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
        }
    }
}
