package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.app.WayIn.Visit;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Graphite, the metric query and {@code /metrics} are told of blocks and refused logins, under both schemes. */
@Timeout(300)
class GraphiteOutputTest {
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final MovableTime time = new MovableTime();

    @EveryDatabase
    void figuresAreNamedByTheirHost(StorageSettings storage) throws IOException {
        assertTold(storage, "", "localhost");
    }

    @EveryDatabase
    void orAllByTheWordGlobal(StorageSettings storage) throws IOException {
        assertTold(storage, "exometer.all_metrics_are_global = true\n", "global");
    }

    private void assertTold(StorageSettings storage, String naming, String host) throws IOException {
        try (ServerSocket graphite = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            graphite.setSoTimeout(60_000);
            String instrumentation = """
                    [instrumentation]
                    %s[instrumentation.graphite]
                    host = "127.0.0.1"
                    port = %d
                    prefix = "gate"
                    interval_seconds = 60
                    """.formatted(naming, graphite.getLocalPort());
            try (BlocklistServer server = BlocklistServer.start(folder, storage, instrumentation, time)) {
                time.forward(HALF_A_MINUTE);
                assertEquals("0", report(graphite).get("gate." + host + ".mod_blocklist_denied.count.count"));
                time.forward(HALF_A_MINUTE);
                act(server);
                assertReported(report(graphite), host);
                assertQueried(server, host);
            }
        }
    }

    /** Blocks alice, who is then refused, and lets bob, who was blocked, in again. */
    private static void act(BlocklistServer server) throws IOException {
        server.blocklist("addUser", "--user", "bob@localhost");
        server.blocklist("addUser", "--user", "alice@localhost");
        server.blocklist("removeUser", "--user", "bob@localhost");
        try (Visit alice = WayIn.DIRECT_TLS_SCRAM.visit(server.running(), "alice")) {
            assertFalse(alice.isIn());
        }
    }

    /** The report that is half a minute ahead: the values by their names. */
    private Map<String, String> report(ServerSocket graphite) throws IOException {
        time.forward(HALF_A_MINUTE);
        try (Socket socket = graphite.accept()) {
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String now = Long.toString(time.now().getEpochSecond());
            return text.lines()
                    .map(line -> line.split(" "))
                    .peek(parts -> assertEquals(now, parts[2]))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
        }
    }

    private static void assertReported(Map<String, String> told, String host) {
        String stem = "gate." + host + ".";
        Map<String, String> expected = Map.of(
                "mod_blocklist_denied.count.count", "1",
                "mod_blocklist_denied.count.one", "1",
                "mod_blocklist_rdbms.upsert_block.count.count", "2",
                "mod_blocklist_rdbms.upsert_block.count.one", "2",
                "mod_blocklist_rdbms.upsert_block.time.n", "2",
                "mod_blocklist_rdbms.remove_block.count.count", "1",
                "mod_blocklist_rdbms.remove_block.time.n", "1");
        expected.forEach((name, value) -> assertEquals(value, told.get(stem + name), stem + name));
        for (String part : List.of("mean", "min", "max", "median", "50", "75", "90", "95", "99", "999")) {
            assertTrue(told.containsKey(stem + "mod_blocklist_rdbms.upsert_block.time." + part), part);
        }
        boolean global = host.equals("global");
        assertEquals(global, told.keySet().stream().noneMatch(name -> name.startsWith("gate.localhost.")));
        assertEquals(!global, told.containsKey("gate.second.test.mod_blocklist_denied.count.count"));
    }

    private static void assertQueried(BlocklistServer server, String host) {
        assertEquals(
                """
                {
                  "data" : {
                    "metric" : {
                      "getMetricsAsDicts" : [
                        {
                          "name" : [
                            "%1$s",
                            "mod_blocklist_rdbms",
                            "upsert_block",
                            "count"
                          ],
                          "dict" : [
                            {
                              "key" : "count",
                              "value" : 2
                            }
                          ]
                        },
                        {
                          "name" : [
                            "%1$s",
                            "mod_blocklist_rdbms",
                            "upsert_block",
                            "time"
                          ],
                          "dict" : [ ]
                        }
                      ]
                    }
                  }
                }
                """.formatted(host).replace("[ ]", "[]"),
                server.run(
                                "metric", "getMetricsAsDicts",
                                "--name", host, "--name", "mod_blocklist_rdbms", "--name", "upsert_block",
                                "--keys", "count")
                        .out());
        var denied = server.run("metric", "getMetrics", "--name", "[\"_\", \"mod_blocklist_denied\", \"count\"]")
                .answer("metric", "getMetrics");
        assertEquals(host.equals("global") ? 1 : 2, denied.size(), denied.toString());
        assertEquals(host, denied.path(0).path("name").path(0).asString());
        assertEquals("spiral", denied.path(0).path("type").asString());
        assertEquals(1, denied.path(0).path("count").asInt());
        var times = server.run(
                        "metric", "getMetrics", "--name", "_", "--name=mod_blocklist_rdbms", "--name=remove_block")
                .answer("metric", "getMetrics");
        assertTrue(times.toString().contains("\"type\":\"histogram\""), times.toString());
        assertEquals(1, server.denied());
    }
}
