package im.gatehouse.app;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A server in a process of its own, so that it can be killed. */
public final class KillableServer implements AutoCloseable {
    private static final Pattern PORT = Pattern.compile("Clients connect to .*:([0-9]+)\\.");

    /** What matters here is how soon it is there: compiled quickly, and with little memory to touch. */
    private static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-Xms64m",
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    private final Process process;
    private final int port;

    private KillableServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Writes the configuration of a server for localhost, and makes accounts with the password "secret".
     *
     * @param listener further lines for the listener for clients
     * @param modules tables of modules
     */
    public static void prepare(
            Path folder, StorageSettings settings, String listener, String modules, Stream<String> users)
            throws IOException {
        String configuration =
                """
                [general]
                hosts = ["localhost"]
                [listen.http]
                port = 0
                [auth]
                scram_iterations = %d
                [storage]
                url = "%s"
                [[listen.c2s]]
                port = 0
                tls = "off"
                max_sign_in_seconds = 3600
                %s
                %s
                """
                        .formatted(ScramSettings.LEAST_ITERATIONS, settings.url(), listener, modules);
        Files.writeString(folder.resolve("gatehouse.toml"), configuration);
        try (Database database = Database.open(settings);
                Accounts accounts = new Accounts(
                        database,
                        new ScramSettings(ScramSettings.LEAST_ITERATIONS),
                        Set.of("localhost"),
                        new MovableTime(),
                        new byte[32])) {
            users.forEach(user -> accounts.create(Jid.of(user, "localhost"), "secret"));
        }
    }

    /** Starts the server of a folder; it is there when this returns. */
    public static KillableServer start(Path folder) throws IOException {
        Path errors = folder.resolve("server.log");
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command = new ArrayList<>(OPTIONS);
        command.addFirst(java);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "start"));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors.toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            Matcher port = PORT.matcher(line);
            if (port.find()) {
                return new KillableServer(process, Integer.parseInt(port.group(1)));
            }
        }
        process.destroyForcibly();
        throw new IllegalStateException("It did not start: " + Files.readString(errors));
    }

    /** For clients, without TLS. */
    public int port() {
        return port;
    }

    /** Ends it by {@code SIGKILL}. May be called from any thread, also while it is dying. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Ends it by {@code SIGTERM}; answers whether it obeyed within a minute. */
    public boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(1, TimeUnit.MINUTES);
    }

    /** Kills it if it still runs, and waits until it is gone. */
    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
