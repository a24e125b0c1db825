package im.gatehouse.app;

import im.gatehouse.config.ServerConfig;
import im.gatehouse.time.SystemTime;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** {@code gatehouse start}: the server in the foreground until SIGTERM, SIGINT or {@code gatehouse server stop}. */
final class Foreground {
    private Foreground() {}

    static int run(Path configPath, PrintStream out, PrintStream err) {
        boolean firstStart = !Files.exists(configPath);
        if (firstStart) {
            CommentedConfig.write(configPath);
        }
        CountDownLatch stopped = new CountDownLatch(1);
        try (SystemTime time = new SystemTime()) {
            Server server = Server.start(configPath, time, stopped::countDown);
            Thread hook = new Thread(server::close, "shutdown");
            Runtime.getRuntime().addShutdownHook(hook);
            Reload.onHangUp(server);
            greet(server, configPath, firstStart, out);
            stopped.await();
            server.close();
            return 0;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void greet(Server server, Path config, boolean firstStart, PrintStream out) {
        ServerConfig settings = server.config();
        String host = settings.general().hosts().getFirst();
        if (firstStart) {
            out.println("Wrote " + config + " with every setting explained.");
        }
        server.clientAddresses().forEach(address -> out.println("Clients connect to " + Place.of(address) + "."));
        out.println("Administration and figures are at " + server.httpUrl() + ".");
        out.println("Make an account: gatehouse account registerUser --domain " + host
                + " --username alice --password SECRET");
        out.println("Stop with Ctrl-C.");
        out.flush();
    }
}
