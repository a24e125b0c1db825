import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
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
import org.jivesoftware.smack.c2s.ModularXmppClientToServerConnection;
import org.jivesoftware.smack.c2s.ModularXmppClientToServerConnectionConfiguration;
import org.jivesoftware.smack.tcp.XMPPTCPConnection;
import org.jivesoftware.smack.tcp.XMPPTCPConnectionConfiguration;
import org.reflections.Reflections;

/**
 * Runs Smack's integration tests against a server on this machine and says how each of them went.
 *
 * <p>Arguments: the port, the administrator's name and password, the seconds to wait for an answer, the file for the
 * log with all traffic, and then what to run: packages, classes or {@code Class.method}, with or without the leading
 * {@code org.jivesoftware.}; {@code all} for everything. The JVM must trust the server's certificate.
 *
 * <p>Each class runs by itself with accounts of its own: Smack's framework ends its run at an unforeseen exception,
 * and this way only the rest of one class is lost. Ends with status 1 when a test failed or did not get to run.
 */
final class SmackTests {
    private static final String ROOT = "org.jivesoftware.";

    private final PrintStream out = System.out;
    private final List<String> asked;
    private final List<String> failures = new ArrayList<>();
    private final List<String> impossible = new ArrayList<>();
    private int successes;

    private SmackTests(List<String> asked) {
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
        property("defaultConnection", "tcp");
        connections(port);

        SmackTests tests = new SmackTests(List.of(args).subList(5, args.length));
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

    /** Smack's two ways to connect over TCP, here to a port of our own, which its configuration has no word for. */
    private static void connections(int port) throws NoSuchMethodException {
        XmppConnectionManager.addConnectionDescriptor(XmppConnectionDescriptor
                .buildWith(XMPPTCPConnection.class, XMPPTCPConnectionConfiguration.class,
                        XMPPTCPConnectionConfiguration.Builder.class)
                .withNickname("tcp")
                .applyExtraConfiguration(builder -> builder.setPort(port))
                .build());
        XmppConnectionManager.addConnectionDescriptor(XmppConnectionDescriptor
                .buildWith(ModularXmppClientToServerConnection.class,
                        ModularXmppClientToServerConnectionConfiguration.class,
                        ModularXmppClientToServerConnectionConfiguration.Builder.class)
                .withNickname("modular")
                .applyExtraConfiguration(builder -> builder.setPort(port))
                .build());
        // The server compresses nothing, so this would only be "modular" again.
        XmppConnectionManager.removeConnectionDescriptor("modular-nocompress");
        XmppConnectionManager.removeConnectionDescriptor("modular-websocket-okhttp");
        XmppConnectionManager.removeConnectionDescriptor("modular-websocket-java11");
    }

    private void run() throws Exception {
        Set<String> unknown = new HashSet<>(asked);
        for (Class<? extends AbstractSmackIntTest> test : testClasses()) {
            Set<String> methods = new TreeSet<>();
            boolean whole = false;
            for (String name : asked) {
                Set<String> matching = matching(name, test);
                if (matching != null) {
                    unknown.remove(name);
                    methods.addAll(matching);
                    whole |= matching.isEmpty();
                }
            }
            if (whole) {
                run(test, Set.of());
            } else if (!methods.isEmpty()) {
                run(test, methods);
            }
        }
        for (String name : unknown) {
            failures.add(name + ": there is no such test");
        }
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

    /** The methods of the class that the name means: null for none of them, empty for all. */
    private static Set<String> matching(String name, Class<?> test) {
        String full = test.getName();
        for (String candidate : List.of(name, ROOT + name)) {
            if (candidate.equals("all") || full.equals(candidate) || full.startsWith(candidate + ".")
                    || test.getSimpleName().equals(candidate)) {
                return Set.of();
            }
            int dot = candidate.lastIndexOf('.');
            String owner = candidate.substring(0, Math.max(0, dot));
            String method = candidate.substring(dot + 1);
            if ((full.equals(owner) || test.getSimpleName().equals(owner))
                    && Arrays.stream(test.getMethods()).anyMatch(m -> m.getName().equals(method))) {
                return Set.of(method);
            }
        }
        return null;
    }

    private void run(Class<? extends AbstractSmackIntTest> test, Set<String> methods) throws Exception {
        long start = System.nanoTime();
        property("testPackages", test.getPackage().getName());
        property("enabledTests", methods.isEmpty() ? test.getName()
                : methods.stream().map(m -> test.getName() + "." + m).collect(Collectors.joining(",")));
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
        list("impossible", impossible);
        list("failed", failures);
        out.printf("%d successful, %d failed, %d impossible%n", successes, failures.size(), impossible.size());
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
