import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.igniterealtime.smack.inttest.AbstractSmackIntTest;
import org.igniterealtime.smack.inttest.AbstractSmackIntegrationTest;
import org.igniterealtime.smack.inttest.AbstractSmackLowLevelIntegrationTest;
import org.igniterealtime.smack.inttest.Configuration;
import org.igniterealtime.smack.inttest.SmackIntegrationTestFramework;
import org.igniterealtime.smack.inttest.XmppConnectionDescriptor;
import org.igniterealtime.smack.inttest.XmppConnectionManager;
import org.igniterealtime.smack.inttest.annotations.SmackIntegrationTest;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.reflections.Reflections;

/**
 * Runs Smack's integration tests against a server on this machine and says how each of them went.
 *
 * <p>Arguments: the port, the administrator's name and password, the seconds to wait for an answer, the file for the
 * log with all traffic, the file of what is left out, and then what to run: packages, classes or {@code Class.method},
 * with or without the leading {@code org.jivesoftware.}; {@code all} for everything. The JVM must trust the server's
 * certificate.
 *
 * <p>Each class runs by itself with accounts of its own: Smack's framework ends its run at an unforeseen exception,
 * and this way only the rest of one class is lost. Ends with status 1 when a test failed or did not get to run.
 */
final class SmackTests {
    private static final String ROOT = "org.jivesoftware.";

    private final PrintStream out = System.out;
    private final Map<String, String> leftOut;
    private final List<String> asked;
    private final List<String> skipped = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> impossible = new ArrayList<>();
    private int successes;

    private SmackTests(Map<String, String> leftOut, List<String> asked) {
        this.leftOut = leftOut;
        this.asked = asked;
    }

    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        property("service", "localhost");
        property("host", "127.0.0.1");
        property("adminAccountUsername", args[1]);
        property("adminAccountPassword", args[2]);
        property("replyTimeout", Integer.toString(1000 * Integer.parseInt(args[3])));
        property("debugger", "console");
        connection(port);

        SmackTests tests = new SmackTests(leftOut(Path.of(args[5])), List.of(args).subList(6, args.length));
        try (OutputStream file = Files.newOutputStream(Path.of(args[4]));
                PrintStream log = new PrintStream(file, true, "UTF-8")) {
            System.setOut(log);
            System.setErr(log);
            tests.run();
        }
        // Smack leaves threads behind.
        System.exit(tests.report() ? 0 : 1);
    }

    /** What is not run, with the reason: lines {@code Class.method: reason}, where the method may be missing. */
    private static Map<String, String> leftOut(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(":\\s+", 2))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        }
    }

    private static void property(String key, String value) {
        System.setProperty("sinttest." + key, value);
    }

    /** Smack's way to connect, here to a port of our own, which its configuration has no word for. */
    private static void connection(int port) throws NoSuchMethodException {
        XmppConnectionManager.addConnectionDescriptor(XmppConnectionDescriptor
                .buildWith(XMPPTCPConnection.class, XMPPTCPConnectionConfiguration.class,
                        XMPPTCPConnectionConfiguration.Builder.class)
                .withNickname("tcp")
                .applyExtraConfiguration(builder -> builder.setPort(port))
                .build());
        // Smack's other kind, "modular", sometimes never begins its TLS handshake, and loses what comes in one read
        // with the end of TLS. Those for WebSocket try well-known ports only.
        property("defaultConnection", "tcp");
        property("enabledConnections", "tcp");
    }

    private void run() throws Exception {
        Set<String> unknown = new HashSet<>(asked);
        for (Class<? extends AbstractSmackIntTest> test : testClasses()) {
            List<Method> methods = new ArrayList<>();
            for (Method method : test.getMethods()) {
                if (method.isAnnotationPresent(SmackIntegrationTest.class)) {
                    List<String> names = asked.stream().filter(name -> means(name, test, method)).toList();
                    unknown.removeAll(names);
                    if (!names.isEmpty() && wanted(test, method)) {
                        methods.add(method);
                    }
                }
            }
            if (!methods.isEmpty()) {
                run(test, methods);
            }
        }
        for (String name : unknown) {
            failures.add(name + ": there is no such test");
        }
    }

    private boolean wanted(Class<?> test, Method method) {
        String name = test.getSimpleName() + "." + method.getName();
        String reason = leftOut.getOrDefault(name, leftOut.get(test.getSimpleName()));
        if (reason != null) {
            skipped.add(name + ": " + reason);
        }
        return reason == null;
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

    private static boolean means(String name, Class<?> test, Method method) {
        String full = test.getName();
        return name.equals("all") || Stream.of(name, ROOT + name).anyMatch(each -> full.startsWith(each + ".")
                || Stream.of(full, test.getSimpleName())
                        .anyMatch(type -> each.equals(type) || each.equals(type + "." + method.getName())));
    }

    private void run(Class<? extends AbstractSmackIntTest> test, List<Method> methods) throws Exception {
        long start = System.nanoTime();
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
            broken = (last.started.isEmpty() ? test.getSimpleName() : last.started)
                    + " broke off, and so did the rest of its class: " + oneLine(e);
        } finally {
            logger.removeHandler(last);
        }
        collect(run.result(), test, broken);
        out.printf("   %s: %d s%n", test.getSimpleName(), (System.nanoTime() - start) / 1_000_000_000);
    }

    private void collect(SmackIntegrationTestFramework.TestRunResult result, Class<?> test, String broken) {
        if (result != null) {
            successes += result.getSuccessfulTests().size();
            result.getFailedTests().forEach(f -> failures.add(f.concreteTest + ": " + oneLine(f.failureReason)));
            result.getNotPossibleTests().forEach(
                    i -> impossible.add(i.concreteTest + ": " + oneLine(i.testNotPossibleException)));
            result.getImpossibleTestClasses().forEach(
                    (c, reason) -> impossible.add(c.getSimpleName() + ": " + oneLine(reason)));
        }
        // A class that cannot even be tried, alone in its run, leaves the framework without a test.
        if (broken != null && (result == null || !result.getImpossibleTestClasses().containsKey(test))) {
            failures.add(broken);
        }
    }

    private static String oneLine(Throwable e) {
        String text = String.valueOf(e.getMessage() == null ? e : e.getMessage()).replaceAll("\\s+", " ");
        String kind = e.getClass().getSimpleName();
        String whole = text.startsWith(kind) ? text : kind + ": " + text;
        // What was expected, and what came, stands at the end.
        return whole.length() <= 400 ? whole : whole.substring(0, 250) + " … " + whole.substring(whole.length() - 150);
    }

    private boolean report() throws IOException {
        list("left out", skipped);
        list("impossible", impossible);
        list("failed", failures);
        out.printf("%d successful, %d failed, %d impossible, %d left out%n",
                successes, failures.size(), impossible.size(), skipped.size());
        return failures.isEmpty() && successes > 0;
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
