package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.cli.Cli;
import im.gatehouse.modules.visitors.MmdbWriter;
import im.gatehouse.time.MovableTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients whose connections a proxy hands on, with their own addresses told by the PROXY protocol. */
class BehindAProxyTest {
    private static final byte[] VERSION_2 = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    private final MovableTime time = new MovableTime(Instant.parse("2026-11-21T12:00:00Z"));

    @TempDir
    private Path folder;

    private RunningServer running;

    @BeforeEach
    void start() throws IOException {
        MmdbWriter.cities()
                .place("2.125.160.216/29", "GB", "ENG", 2655045)
                .place("2001:218::/32", "JP", "13", 1850147)
                .writeTo(folder.resolve("places.mmdb"));
        running = RunningServer.withConfig(folder, """
                [[listen.c2s]]
                port = 0
                tls = "off"
                proxy_protocol = true
                max_connections_per_address = 2
                [listen.http]
                port = 0
                [auth]
                scram_iterations = 4096
                [modules.mod_monthly_visitors]
                mmdb_path = "places.mmdb"
                release_running_month = true
                [modules.mod_monthly_visitors.client_patterns]
                "^zom" = "IOS"
                """, time);
        running.account("alice@localhost").account("bob@localhost").account("carol@localhost");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void usersAreCountedByTheirOwnAddressInBothVersionsOfTheProtocol() throws Exception {
        signIn("PROXY TCP4 2.125.160.218 127.0.0.1 40000 5222\r\n".getBytes(StandardCharsets.US_ASCII), "alice", "zom12x");
        signIn(version2("2001:218::1"), "bob", "other");
        signIn("PROXY TCP6 ::ffff:2.125.160.217 ::1 40000 5222\r\n".getBytes(StandardCharsets.US_ASCII), "carol", "zom1");
        String report = untilCounted(3);
        assertTrue(report.contains("[\"geo-GB-ENG-2655045\"] = 2;"), report);
        assertTrue(report.contains("[\"geo-JP-13-1850147\"] = 1;"), report);
        assertTrue(report.contains("[\"client-IOS\"] = 2;"), report);
        assertTrue(report.contains("[\"client-?\"] = 1;"), report);
    }

    @Test
    void whoComesWithoutTheProxysHeaderIsNotLetIn() throws IOException {
        try (RawClient client = new RawClient(running.plainPort())) {
            assertTurnedAway(client);
        }
    }

    @Test
    void anAddressHasNoMoreConnectionsThanAllowed() throws IOException {
        byte[] header = "PROXY TCP4 192.0.2.7 127.0.0.1 40000 5222\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] other = "PROXY TCP4 192.0.2.8 127.0.0.1 40000 5222\r\n".getBytes(StandardCharsets.US_ASCII);
        try (RawClient first = new RawClient(running.plainPort()).send(header).open("localhost");
                RawClient second = new RawClient(running.plainPort()).send(header).open("localhost");
                RawClient third = new RawClient(running.plainPort()).send(header);
                RawClient elsewhere = new RawClient(running.plainPort()).send(other).open("localhost")) {
            assertTurnedAway(third);
        }
    }

    private static void assertTurnedAway(RawClient client) {
        IOException end = assertThrows(IOException.class, () -> client.open("localhost"));
        assertFalse(end instanceof SocketTimeoutException, "the connection has not ended");
    }

    private void signIn(byte[] header, String user, String resource) throws IOException {
        try (RawClient client = new RawClient(running.plainPort()).send(header)) {
            client.signIn(user, resource);
        }
    }

    private static byte[] version2(String source) throws IOException {
        return ByteBuffer.allocate(12 + 4 + 36)
                .put(VERSION_2)
                .put((byte) 0x21)
                .put((byte) 0x21)
                .putShort((short) 36)
                .put(InetAddress.ofLiteral(source).getAddress())
                .put(InetAddress.ofLiteral("::1").getAddress())
                .putShort((short) 40000)
                .putShort((short) 5222)
                .array();
    }

    /** Asks again until so many users have been counted: counting never holds up a login, so it may come after it. */
    private String untilCounted(int users) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        String report = report();
        while (System.nanoTime() < deadline && count(report) < users) {
            Thread.onSpinWait();
            report = report();
        }
        assertEquals(users, count(report), report);
        return report;
    }

    private static int count(String report) {
        return report.lines()
                .filter(line -> line.contains("geo-"))
                .mapToInt(line -> Integer.parseInt(line.replaceAll(".*= |;.*", "")))
                .sum();
    }

    private String report() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Cli(
                        Map.of(
                                "GATEHOUSE_URL", running.server().httpUrl(),
                                "GATEHOUSE_TOKEN", token()),
                        folder)
                .run(
                        new String[] {
                            "visitors", "report", "--domain", "localhost", "--month", "2026-11", "--format", "lua"
                        },
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.err);
        return out.toString(StandardCharsets.UTF_8);
    }

    private String token() {
        return im.gatehouse.admin.AdminToken.in(folder.resolve("data")).read().orElseThrow();
    }
}
