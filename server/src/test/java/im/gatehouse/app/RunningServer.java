package im.gatehouse.app;

import im.gatehouse.jid.Jid;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import im.gatehouse.time.SystemTime;
import im.gatehouse.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A real server in a folder of its own, on free ports of the loopback address. For tests of the whole. */
public final class RunningServer implements AutoCloseable {
    /** Clear-text and STARTTLS listeners on free ports, and cheap key derivation. */
    private static final String BASE = """
            [general]
            hosts = ["localhost", "second.test"]
            admins = ["admin@localhost"]
            [[listen.c2s]]
            port = 0
            tls = "off"
            [[listen.c2s]]
            port = 0
            tls = "required"
            [listen.http]
            port = 0
            [auth]
            scram_iterations = 4096
            """;

    private final Path folder;
    private final Time time;
    private final CountDownLatch stopAsked = new CountDownLatch(1);
    private Server server;

    private RunningServer(Path folder, Time time) {
        this.folder = folder;
        this.time = time;
        this.server = Server.start(config(), time, stopAsked::countDown);
    }

    /** A server with the usual test configuration and the machine's time. */
    public static RunningServer in(Path folder) {
        return in(folder, "");
    }

    /** A server with the usual test configuration, more lines behind it, and the machine's time. */
    public static RunningServer in(Path folder, String more) {
        Time time = new SystemTime();
        return withConfig(folder, base(time) + more, time);
    }

    /** A server whose clock the test moves. */
    public static RunningServer in(Path folder, String more, MovableTime time) {
        return withConfig(folder, base(time) + more, time);
    }

    /** Where time goes by itself, nobody is sent away for signing in slowly: the machine may have much else to do. */
    private static String base(Time time) {
        return time instanceof MovableTime ? BASE : BASE.replace("tls = ", "max_sign_in_seconds = 3600\ntls = ");
    }

    /** A server with a configuration of its own. */
    public static RunningServer withConfig(Path folder, String config, Time time) {
        write(folder, config);
        return new RunningServer(folder, time);
    }

    /** The table of the configuration file that names a database; to be put behind the others. */
    public static String on(StorageSettings storage) {
        return "[storage]\nurl = \"%s\"\npool_size = %d\n".formatted(storage.url(), storage.poolSize());
    }

    private static void write(Path folder, String config) {
        try {
            Files.writeString(folder.resolve("gatehouse.toml"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Server server() {
        return server;
    }

    public Path config() {
        return folder.resolve("gatehouse.toml");
    }

    /** Replaces the configuration file, by the usual one with more lines behind it, and lets the server read it. */
    public void reconfigure(String more) {
        write(folder, base(time) + more);
        server.reload();
    }

    /** The port of the clear-text listener. */
    public int plainPort() {
        return server.clientAddresses().getFirst().getPort();
    }

    /** The port of the listener with STARTTLS. */
    public int tlsPort() {
        return server.clientAddresses().getLast().getPort();
    }

    /** Makes an account whose password is {@code secret}. */
    public RunningServer account(String address) {
        server.accounts().create(Jid.parse(address), "secret");
        return this;
    }

    /** Waits until somebody asked the server to stop. */
    public void awaitStopAsked() throws InterruptedException {
        stopAsked.await();
    }

    /** Stops the server and starts it again on the same data. */
    public void restart() {
        server.close();
        server = Server.start(config(), time, stopAsked::countDown);
    }

    @Override
    public void close() {
        server.close();
        if (time instanceof SystemTime systemTime) {
            systemTime.close();
        }
    }
}
