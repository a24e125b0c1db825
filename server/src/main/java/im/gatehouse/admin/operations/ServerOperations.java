package im.gatehouse.admin.operations;

import im.gatehouse.config.ConfigException;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** {@code server}: says how the server is, reads its configuration again, and stops it. */
public final class ServerOperations {
    /**
     * What the server lets be done with itself.
     *
     * @param since when it was started
     * @param ready whether clients are served
     * @param listeners where it listens, for people
     * @param reload reads the configuration again and takes over what can be taken over; gives the keys that need a
     *     restart, or throws {@link ConfigException} and changes nothing
     * @param stop stops the server; it may wait until the answer has been given, so it runs on a thread of its own
     */
    public record Control(
            String version,
            Instant since,
            BooleanSupplier ready,
            Supplier<List<String>> listeners,
            Supplier<List<String>> reload,
            Runnable stop) {}

    private record Status(String statusCode, String message, String version, long uptime, List<String> listeners) {}

    private record ReloadPayload(String message, List<String> needsRestart) {}

    private final Control control;
    private final Time time;

    private ServerOperations(Control control, Time time) {
        this.control = control;
        this.time = time;
    }

    public static AdminOperations of(Control control, Time time) {
        ServerOperations all = new ServerOperations(control, time);
        return AdminOperations.ofResource(ServerOperations.class, "server.graphqls")
                .global("ServerAdminQuery", "status", all::status)
                .global("ServerAdminMutation", "reloadConfig", all::reloadConfig)
                .global("ServerAdminMutation", "stop", all::stop);
    }

    private Status status(AdminCall call) {
        boolean ready = control.ready().getAsBoolean();
        String message = "Gatehouse " + control.version() + (ready ? " is running" : " is not ready");
        long uptime = Duration.between(control.since(), time.now()).toSeconds();
        List<String> listeners = control.listeners().get();
        return new Status(ready ? "RUNNING" : "NOT_RUNNING", message, control.version(), uptime, listeners);
    }

    private ReloadPayload reloadConfig(AdminCall call) {
        List<String> left;
        try {
            left = control.reload().get();
        } catch (ConfigException e) {
            List<String> problems = e.problems().stream().map(Object::toString).toList();
            throw new AdminException("config_invalid", "The configuration has mistakes, so nothing was changed")
                    .with("problems", problems);
        }
        String message = left.isEmpty()
                ? "The configuration is in force"
                : "The configuration is in force, but for what needs a restart";
        return new ReloadPayload(message, left);
    }

    private String stop(AdminCall call) {
        Thread.ofPlatform().name("stop").start(control.stop());
        return "Stop scheduled";
    }
}
