package im.gatehouse.app;

import im.gatehouse.admin.AdminServer;
import im.gatehouse.admin.AdminToken;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import im.gatehouse.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A running server on a database of any kind, with its command line and a look into its tables. It has alice and bob
 * at localhost and carol at second.test.
 */
final class BlocklistServer implements AutoCloseable {
    private static final String CONFIG = """
            [general]
            hosts = ["localhost", "second.test"]
            [listen.http]
            port = 0
            [auth]
            scram_iterations = 4096
            mechanisms = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-1", "PLAIN"]
            [limits]
            sessions_per_account = 200
            """;
    private static final List<String> TABLES = List.of("blocklist", "blocklist_rule", "blocklist_audit");

    private final RunningServer running;
    private final StorageSettings storage;
    private final CommandLine commandLine;

    private BlocklistServer(Path folder, StorageSettings storage, String more, Time time) {
        this.storage = storage;
        String config = WayIn.LISTENERS + CONFIG + RunningServer.on(storage) + more;
        running = RunningServer.withConfig(folder, config, time)
                .account("alice@localhost")
                .account("bob@localhost")
                .account("carol@second.test");
        commandLine = CommandLine.of(running);
    }

    /** One whose time stands still: nothing runs out for clients and commands because the machine is busy. */
    static BlocklistServer start(Path folder, StorageSettings storage) {
        return start(folder, storage, "", new MovableTime());
    }

    /**
     * @param more tables of the configuration file
     */
    static BlocklistServer start(Path folder, StorageSettings storage, String more, Time time) {
        return new BlocklistServer(folder, storage, more, time);
    }

    RunningServer running() {
        return running;
    }

    /** Runs {@code gatehouse blocklist} with words. */
    CommandLine.Outcome blocklist(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "blocklist";
        System.arraycopy(words, 0, all, 1, words.length);
        return commandLine.run(all);
    }

    /** Runs {@code gatehouse} with words. */
    CommandLine.Outcome run(String... words) {
        return commandLine.run(words);
    }

    /** The server's administrator. */
    GraphQl administrator() {
        Path data = running.config().resolveSibling("data");
        return new GraphQl(running, "Bearer " + AdminToken.in(data).read().orElseThrow());
    }

    /** The administrator of one domain, whose password is set by the way. */
    GraphQl administratorOf(String domain) {
        run("domain", "setDomainPassword", "--domain", domain, "--password", "a long password");
        return new GraphQl(running, AdminServer.basic("admin@" + domain, "a long password"));
    }

    /** What {@code /metrics} shows for logins of blocked users of localhost. */
    long denied() {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(running.server().httpUrl() + "/metrics"))
                .build();
        String series = "mod_blocklist_denied_count{host_type=\"localhost\"} ";
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(series))
                    .mapToLong(line -> Long.parseLong(line.substring(series.length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many rows the blocklist's tables have, by their names. */
    Map<String, Integer> rows() {
        Map<String, Integer> rows = new TreeMap<>();
        try (Connection connection = DriverManager.getConnection(storage.url());
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
                    result.next();
                    rows.put(table, result.getInt(1));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    /** That no table of the blocklist has a row. */
    boolean isEmpty() {
        return rows().values().stream().allMatch(count -> count == 0);
    }

    /** Has a file of that name beside the configuration, where the command line finds it. */
    void file(String name, String... lines) throws IOException {
        Files.write(folder().resolve(name), List.of(lines));
    }

    /** Where the configuration lies, from which the command line looks for files. */
    Path folder() {
        return running.config().resolveSibling("");
    }

    @Override
    public void close() {
        running.close();
    }
}
