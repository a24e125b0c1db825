import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.igniterealtime.smack.inttest.AbstractSmackIntTest;
import org.igniterealtime.smack.inttest.AbstractSmackIntegrationTest;
import org.igniterealtime.smack.inttest.AbstractSmackLowLevelIntegrationTest;
import org.igniterealtime.smack.inttest.AbstractSmackSpecificLowLevelIntegrationTest;
import org.igniterealtime.smack.inttest.Configuration;
import org.igniterealtime.smack.inttest.SmackIntegrationTestFramework;
import org.igniterealtime.smack.inttest.XmppConnectionDescriptor;
import org.igniterealtime.smack.inttest.XmppConnectionManager;
import org.igniterealtime.smack.inttest.annotations.SmackIntegrationTest;
import org.jivesoftware.smack.c2s.ModularXmppClientToServerConnection;
import org.jivesoftware.smack.c2s.ModularXmppClientToServerConnectionConfiguration;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.jivesoftware.smack.util.Consumer;
import org.jivesoftware.smack.websocket.XmppWebSocketTransportModuleDescriptor;
import org.jivesoftware.smack.websocket.impl.WebSocketFactory;
import org.jivesoftware.smack.websocket.java11.Java11WebSocketFactory;
import org.jivesoftware.smack.websocket.okhttp.OkHttpWebSocketFactory;
import org.jivesoftware.smackx.bytestreams.socks5.Socks5Proxy;
import org.jivesoftware.smackx.omemo.signal.SignalOmemoService;
import org.reflections.Reflections;

/**
 * Runs Smack's integration tests against a server on this machine and says how each of them went.
 *
 * <p>Arguments: the connection, the administrator's name and password, the seconds to wait for an answer, the file for
 * the log with all traffic, the folder with what is known about some tests, and then what to run: packages, classes or
 * {@code Class.method}, with or without the leading {@code org.jivesoftware.}; {@code all} for everything. A connection
 * is {@code tcp=PORT}, {@code modular=PORT}, {@code okhttp=URL} or {@code java11=URL}, which are Smack's two ways over
 * TCP and its two over WebSocket. The JVM must trust the server's certificate.
 *
 * <p>The folder holds lists, each with reasons (see {@link Reasons}): {@code left-out.txt} of what is not run,
 * {@code races.txt} of what races with itself and therefore may fail a few times, and {@code impossible.txt} of what
 * Smack itself finds that it cannot try here. What is impossible without being listed has failed, and so has what is
 * listed and possible: so nothing goes untested without anybody's knowing.
 *
 * <p>Each class runs by itself with accounts of its own: Smack's framework ends its run at an unforeseen exception,
 * and this way only the rest of one class is lost. Ends with status 1 when a test failed or did not get to run.
 */
final class SmackTests {
    private static final String ROOT = "org.jivesoftware.";
    private static final List<String> CONNECTIONS = List.of("tcp", "modular", "okhttp", "java11");

    /** On a busy machine the worst of them fails three times out of four. */
    private static final int ATTEMPTS = 20;

    private final PrintStream out = System.out;
    private final String connection;
    private final int patience;
    private final Reasons leftOut;
    private final Reasons races;
    private final Reasons impossible;
    private final List<String> asked;
    private final Set<String> tried = new HashSet<>();
    private final List<String> skipped = new ArrayList<>();
    private final List<String> raced = new ArrayList<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<String, String> impossibilities = new LinkedHashMap<>();
    private int successes;

    private SmackTests(String connection, int patience, Path lists, List<String> asked) throws IOException {
        this.connection = connection;
        this.patience = patience;
        this.leftOut = Reasons.read(lists.resolve("left-out.txt"), connection);
        this.races = Reasons.read(lists.resolve("races.txt"), connection);
        this.impossible = Reasons.read(lists.resolve("impossible.txt"), connection);
        this.asked = asked;
    }

    public static void main(String[] args) throws Exception {
        String[] connection = args[0].split("=", 2);
        property("service", "localhost");
        property("host", "127.0.0.1");
        property("adminAccountUsername", args[1]);
        property("adminAccountPassword", args[2]);
        property("debugger", "console");
        connection(connection[0], connection[1]);
        omemo();
        files();

        SmackTests tests = new SmackTests(
                connection[0], Integer.parseInt(args[3]), Path.of(args[5]), List.of(args).subList(6, args.length));
        try (OutputStream file = Files.newOutputStream(Path.of(args[4]));
                PrintStream log = new PrintStream(file, true, "UTF-8")) {
            System.setOut(log);
            System.setErr(log);
            tests.run();
        }
        // Smack leaves threads behind.
        System.exit(tests.report() ? 0 : 1);
    }

    private static void property(String key, String value) {
        System.setProperty("sinttest." + key, value);
    }

    // --- the client ---

    /** Smack's ways to connect, here to a port of our own, which its configuration has no word for. */
    private static void connection(String kind, String address) throws ReflectiveOperationException {
        for (String known : List.of("modular", "modular-nocompress", "modular-websocket-okhttp",
                "modular-websocket-java11")) {
            XmppConnectionManager.removeConnectionDescriptor(known);
        }
        XmppConnectionManager.addConnectionDescriptor(switch (kind) {
            case "tcp" -> XmppConnectionDescriptor
                    .buildWith(XMPPTCPConnection.class, XMPPTCPConnectionConfiguration.class,
                            XMPPTCPConnectionConfiguration.Builder.class)
                    .withNickname(kind)
                    .applyExtraConfiguration(builder -> builder.setPort(Integer.parseInt(address)))
                    .build();
            case "modular" -> modular(kind, builder -> builder.setPort(Integer.parseInt(address)));
            case "okhttp" -> modular(kind, webSocket(OkHttpWebSocketFactory.INSTANCE, URI.create(address)));
            case "java11" -> modular(kind, webSocket(Java11WebSocketFactory.INSTANCE, URI.create(address)));
            default -> throw new IllegalArgumentException("there is no connection " + kind);
        });
        property("defaultConnection", kind);
        property("enabledConnections", kind);
    }

    private static XmppConnectionDescriptor<?, ?, ?> modular(String kind,
            Consumer<ModularXmppClientToServerConnectionConfiguration.Builder> extra) throws NoSuchMethodException {
        return XmppConnectionDescriptor
                .buildWith(ModularXmppClientToServerConnection.class,
                        ModularXmppClientToServerConnectionConfiguration.class,
                        ModularXmppClientToServerConnectionConfiguration.Builder.class)
                .withNickname(kind)
                .applyExtraConfiguration(extra)
                .build();
    }

    /** Without looking for other addresses, which would be those of servers on well-known ports. */
    private static Consumer<ModularXmppClientToServerConnectionConfiguration.Builder> webSocket(
            WebSocketFactory factory, URI address) {
        return builder -> {
            builder.removeAllModules();
            builder.addModule(XmppWebSocketTransportModuleDescriptor.getBuilder(builder)
                    .setWebSocketFactory(factory)
                    .explicitlySetWebSocketEndpointAndDiscovery(address, false)
                    .disableImplicitWebsocketEndpoint()
                    .build());
        };
    }

    private static void omemo() {
        // Smack asks for ciphers in a way that the JDK's own provider refuses.
        Security.addProvider(new BouncyCastleProvider());
        SignalOmemoService.acknowledgeLicense();
        SignalOmemoService.setup();
    }

    /** Files go from one client to the other on this machine, which shall not need a network for it. */
    private static void files() throws UnknownHostException {
        Socks5Proxy.getSocks5Proxy().replaceLocalAddresses(List.of(InetAddress.getByName("0.0.0.0")));
    }

    // --- which tests ---

    private void run() throws Exception {
        List<Class<? extends AbstractSmackIntTest>> classes = testClasses();
        Stream.of(leftOut, races, impossible)
                .flatMap(list -> list.unknown(CONNECTIONS,
                        name -> CONNECTIONS.contains(name) || isTest(name, classes)))
                .forEach(name -> failures.put(name, "there is no such test"));
        Set<String> unknown = new HashSet<>(asked);
        for (Class<? extends AbstractSmackIntTest> test : classes) {
            List<Method> methods = new ArrayList<>();
            for (Method method : methods(test).toList()) {
                List<String> names = asked.stream().filter(name -> means(name, test, method)).toList();
                unknown.removeAll(names);
                if (!names.isEmpty() && isOfThisConnection(test) && wanted(test, method)) {
                    methods.add(method);
                }
            }
            if (!methods.isEmpty()) {
                runAll(test, methods);
            }
        }
        unknown.forEach(name -> failures.put(name, "there is no such test"));
        impossible.names()
                .filter(name -> tried.contains(name) && !impossibilities.containsKey(name))
                .forEach(name -> failures.put(name, "has become possible: impossible.txt must not name it any more"));
    }

    private static List<Class<? extends AbstractSmackIntTest>> testClasses() {
        Reflections classes = new Reflections(ROOT + "smack", ROOT + "smackx", "org.igniterealtime.smack");
        return Stream.concat(classes.getSubTypesOf(AbstractSmackIntegrationTest.class).stream(),
                        classes.getSubTypesOf(AbstractSmackLowLevelIntegrationTest.class).stream())
                .filter(test -> !Modifier.isAbstract(test.getModifiers()))
                .distinct()
                .sorted(Comparator.comparing(Class::getName))
                .collect(Collectors.toList());
    }

    private static Stream<Method> methods(Class<?> test) {
        return Stream.of(test.getMethods()).filter(method -> method.isAnnotationPresent(SmackIntegrationTest.class));
    }

    private static boolean isTest(String name, List<Class<? extends AbstractSmackIntTest>> classes) {
        return classes.stream().anyMatch(test -> name.equals(test.getSimpleName())
                || methods(test).anyMatch(method -> name.equals(name(test, method))));
    }

    private static boolean means(String name, Class<?> test, Method method) {
        String full = test.getName();
        return name.equals("all") || Stream.of(name, ROOT + name).anyMatch(each -> full.startsWith(each + ".")
                || Stream.of(full, test.getSimpleName())
                        .anyMatch(type -> each.equals(type) || each.equals(type + "." + method.getName())));
    }

    /** Some tests are about one class of connections, such as {@code XMPPTCPConnection}, and make these themselves. */
    private boolean isOfThisConnection(Class<?> test) {
        Class<?> ours = connection.equals("tcp") ? XMPPTCPConnection.class : ModularXmppClientToServerConnection.class;
        return !AbstractSmackSpecificLowLevelIntegrationTest.class.isAssignableFrom(test)
                || test.getGenericSuperclass() instanceof ParameterizedType type
                && type.getActualTypeArguments()[0].equals(ours);
    }

    private boolean wanted(Class<?> test, Method method) {
        Optional<String> reason = leftOut.of(test, method.getName());
        reason.ifPresent(text -> skipped.add(name(test, method) + ": " + text));
        return reason.isEmpty();
    }

    private static String name(Class<?> test, Method method) {
        return test.getSimpleName() + "." + method.getName();
    }

    // --- running ---

    private void runAll(Class<? extends AbstractSmackIntTest> test, List<Method> methods) throws Exception {
        long start = System.nanoTime();
        tried.add(test.getSimpleName());
        methods.forEach(method -> tried.add(name(test, method)));
        run(test, methods, patience);
        for (Method method : methods) {
            if (races.of(test, method.getName()).isPresent()) {
                race(test, method);
            }
        }
        out.printf("   %s: %d s%n", test.getSimpleName(), (System.nanoTime() - start) / 1_000_000_000);
    }

    private void race(Class<? extends AbstractSmackIntTest> test, Method method) throws Exception {
        int attempts = 1;
        while (attempts < ATTEMPTS && failures.remove(name(test, method)) != null) {
            run(test, List.of(method), Math.ceilDiv(patience, 3));
            attempts++;
        }
        if (attempts > 1) {
            raced.add("%s, %d times: %s".formatted(
                    name(test, method), attempts, races.of(test, method.getName()).orElseThrow()));
        }
    }

    private void run(Class<? extends AbstractSmackIntTest> test, List<Method> methods, int seconds) throws Exception {
        property("replyTimeout", Integer.toString(1000 * seconds));
        property("testPackages", test.getPackage().getName());
        // The class goes by its simple name, since the framework knows inherited tests by their own class only, and
        // must not hear the same name both as a class and as the class of a method.
        property("enabledTests", Stream.concat(Stream.of(test.getSimpleName()),
                        methods.stream().map(m -> m.getDeclaringClass().getName() + "." + m.getName()))
                .collect(Collectors.joining(",")));
        OneRun run = new OneRun(Configuration.newConfiguration(new String[0]));
        LastTest last = new LastTest();
        Logger logger = Logger.getLogger(SmackIntegrationTestFramework.class.getName());
        logger.addHandler(last);
        String broken = null;
        try {
            run.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | Error e) {
            // Whatever it was, the other classes are still worth running.
            e.printStackTrace();
            broken = oneLine(e);
        } finally {
            logger.removeHandler(last);
        }
        collect(run.result(), test, last.started, broken);
    }

    private void collect(SmackIntegrationTestFramework.TestRunResult result, Class<?> test, String last,
            String broken) {
        if (result != null) {
            successes += result.getSuccessfulTests().size();
            result.getFailedTests().forEach(f -> failures.put(name(test, f.concreteTest.getMethod()),
                    oneLine(f.failureReason)));
            result.getNotPossibleTests().forEach(
                    i -> impossible(name(test, i.concreteTest.getMethod()), i.testNotPossibleException));
            result.getImpossibleTestClasses().forEach((c, reason) -> impossible(c.getSimpleName(), reason));
        }
        // A class that cannot even be tried, alone in its run, leaves the framework without a test.
        if (broken != null && (result == null || !result.getImpossibleTestClasses().containsKey(test))) {
            failures.put(test.getSimpleName(), (last.isEmpty() ? "" : last + " ")
                    + "broke off, and so did the rest of the class: " + broken);
        }
    }

    private void impossible(String name, Throwable why) {
        impossible.of(name).ifPresentOrElse(reason -> impossibilities.put(name, reason), () -> failures.put(name,
                "is impossible, and impossible.txt does not say so: " + oneLine(why)));
    }

    private static String oneLine(Throwable e) {
        String text = String.valueOf(e.getMessage() == null ? e : e.getMessage()).replaceAll("\\s+", " ");
        String kind = e.getClass().getSimpleName();
        String whole = text.startsWith(kind) ? text : kind + ": " + text;
        // What was expected, and what came, stands at the end.
        return whole.length() <= 400 ? whole : whole.substring(0, 250) + " … " + whole.substring(whole.length() - 150);
    }

    // --- the report ---

    private boolean report() {
        list("left out", skipped);
        list("impossible", lines(impossibilities));
        list("run again, for they race with themselves", raced);
        list("failed", lines(failures));
        out.printf("%s: %d successful, %d failed, %d impossible, %d left out%n",
                connection, successes, failures.size(), impossibilities.size(), skipped.size());
        return failures.isEmpty() && successes > 0;
    }

    private static List<String> lines(Map<String, String> tests) {
        return tests.entrySet().stream().map(test -> test.getKey() + ": " + test.getValue()).toList();
    }

    private void list(String title, List<String> lines) {
        if (!lines.isEmpty()) {
            out.println(title + ":");
            lines.forEach(line -> out.println("   " + line));
        }
    }

    /** Lets what was done be seen even when the rest was not. */
    private static final class OneRun extends SmackIntegrationTestFramework {
        OneRun(Configuration configuration) {
            super(configuration);
        }

        TestRunResult result() {
            return testRunResult;
        }
    }

    /** Knows which test was begun last, since the framework forgets it while it breaks off. */
    private static final class LastTest extends Handler {
        private static final String START = " Start";
        private String started = "";

        @Override
        public void publish(LogRecord entry) {
            String message = entry.getMessage();
            if (message != null && message.endsWith(START)) {
                started = message.substring(0, message.length() - START.length());
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
