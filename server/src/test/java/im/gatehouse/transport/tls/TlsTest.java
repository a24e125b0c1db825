package im.gatehouse.transport.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.transport.tls.TlsSettings.Engine;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Engine.class)
class TlsTest {
    private final Engine engine;
    private final TestTlsClient client = new TestTlsClient();
    private TestCertificates files;

    TlsTest(Engine engine) {
        this.engine = engine;
    }

    @BeforeEach
    void issue(@TempDir Path folder) {
        files = new TestCertificates(folder);
    }

    @Test
    void aClientGetsTheCertificateOfTheHostThatItAsksFor() throws Exception {
        BigInteger general = files.issue("general", "chat.example", "also.example");
        BigInteger alpha = files.issue("alpha", "alpha.example");
        BigInteger wild = files.issue("wild", "*.wild.example");
        BigInteger configured = files.issue("configured", "*.other.example");
        var hosts = new LinkedHashMap<String, TlsSettings.HostCertificate>();
        hosts.put("alpha.example", files.host("alpha"));
        hosts.put("wild.example", files.host("wild"));
        hosts.put("*.other.example", files.host("configured"));
        try (Tls tls = Tls.load(files.settings(engine, "general", hosts));
                TestTlsServer server = new TestTlsServer(tls, "alpha.example", false)) {
            assertEquals(alpha, serial(server, "alpha.example"));
            assertEquals(alpha, serial(server, "ALPHA.example"));
            assertEquals(wild, serial(server, "wild.example"), "by the configuration, whatever the certificate says");
            assertEquals(wild, serial(server, "rooms.wild.example"), "by the wildcard in the certificate");
            assertEquals(configured, serial(server, "x.other.example"), "by the wildcard in the configuration");
            assertEquals(general, serial(server, "also.example"), "by a name in the general certificate");
            assertEquals(alpha, serial(server, "deep.rooms.wild.example"), "a wildcard stands for one label");
            assertEquals(alpha, serial(server, "unknown.example"), "the default host's");
            assertEquals(alpha, serial(server, ""), "the default host's without a name");
        }
    }

    @Test
    void aDefaultHostWithoutItsOwnCertificateGetsTheGeneralOne() throws Exception {
        BigInteger general = files.issue("general", "chat.example");
        files.issue("alpha", "alpha.example");
        try (Tls tls = Tls.load(files.settings(engine, "general", Map.of("alpha.example", files.host("alpha"))));
                TestTlsServer server = new TestTlsServer(tls, "none.example", false)) {
            assertEquals(general, serial(server, "unknown.example"));
            assertEquals(general, serial(server, ""));
        }
    }

    @Test
    void aHostInUnicodeIsFoundByItsNameInAscii() throws Exception {
        files.issue("general", "chat.example");
        BigInteger unicode = files.issue("unicode", "xn--bcher-kva.example");
        try (Tls tls = Tls.load(files.settings(engine, "general", Map.of("Bücher.example", files.host("unicode"))));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false)) {
            assertEquals(unicode, serial(server, "xn--bcher-kva.example"));
        }
    }

    @Test
    void aReloadSwitchesTheCertificateWhileOldConnectionsLiveOn() throws Exception {
        BigInteger before = files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                SSLSocket old = client.connect(server.address(), "chat.example")) {
            assertEquals("hello", TestTlsClient.echo(old, "hello"));
            BigInteger after = files.issue("general", "chat.example");
            tls.reload();
            assertEquals("still here", TestTlsClient.echo(old, "still here"));
            assertEquals(before, TestTlsClient.certificate(old).getSerialNumber());
            assertEquals(after, serial(server, "chat.example"));
            tls.reload();
            assertEquals("and here", TestTlsClient.echo(old, "and here"));
        }
    }

    @Test
    void aBrokenFileKeepsTheOldCertificate() throws Exception {
        BigInteger before = files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false)) {
            Files.writeString(files.certificate("general"), "half a certif");
            TlsException refused = assertThrows(TlsException.class, tls::reload);
            assertTrue(refused.getMessage().contains("is not PEM"), refused.getMessage());
            assertEquals(before, serial(server, "chat.example"));
            BigInteger after = files.issue("general", "chat.example");
            tls.reload();
            assertEquals(after, serial(server, "chat.example"));
        }
    }

    @Test
    void aReloadMayBringNewHosts() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false)) {
            BigInteger alpha = files.issue("alpha", "alpha.example");
            tls.reload(files.settings(engine, "general", Map.of("alpha.example", files.host("alpha"))));
            assertEquals(alpha, serial(server, "alpha.example"));
            alpha = files.issue("alpha", "alpha.example");
            tls.reload();
            assertEquals(alpha, serial(server, "alpha.example"));
        }
    }

    @Test
    void reloadsAndNewConnectionsDoNotDisturbEachOther() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            AtomicBoolean connecting = new AtomicBoolean(true);
            Future<?> reloads = threads.submit((Callable<Void>) () -> {
                while (connecting.get()) {
                    tls.reload();
                }
                return null;
            });
            List<Future<String>> echoes = IntStream.range(0, 40).mapToObj(i -> threads.submit(() -> {
                try (SSLSocket socket = new TestTlsClient().connect(server.address(), "chat.example")) {
                    return TestTlsClient.echo(socket, "hello");
                }
            })).toList();
            for (Future<String> echo : echoes) {
                assertEquals("hello", echo.get());
            }
            connecting.set(false);
            reloads.get();
        }
    }

    @Test
    void bothSidesHaveTheSameBindingsInTls13() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                SSLSocket socket = client.connect(server.address(), "chat.example")) {
            Map<String, byte[]> bindings = server.seen().bindings();
            assertEquals(List.of("tls-exporter", "tls-server-end-point"), List.copyOf(bindings.keySet()));
            assertArrayEquals(exporter(socket), bindings.get("tls-exporter"));
            assertArrayEquals(digest("SHA-256", socket), bindings.get("tls-server-end-point"));
        }
    }

    @Test
    void theExporterFollowsTheCipherSuitesHash() throws Exception {
        files.issue("general", "chat.example");
        for (String cipher : List.of(
                "TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256")) {
            try (Tls tls = Tls.load(files.settings(engine, "general"));
                    TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                    SSLSocket socket = new TestTlsClient().connectWith(cipher, server.address())) {
                assertEquals(cipher, socket.getSession().getCipherSuite());
                assertArrayEquals(exporter(socket), server.seen().bindings().get("tls-exporter"));
            }
        }
    }

    @Test
    void tls12HasTheCertificatesBindingAlone() throws Exception {
        files.issue("general", "EC", "SHA384withECDSA", Instant.now().plusSeconds(86_400L * 90), "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                SSLSocket socket = client.connect(server.address(), "chat.example", "TLSv1.2")) {
            Map<String, byte[]> bindings = server.seen().bindings();
            assertEquals(List.of("tls-server-end-point"), List.copyOf(bindings.keySet()));
            assertArrayEquals(digest("SHA-384", socket), bindings.get("tls-server-end-point"));
        }
    }

    @Test
    void anRsaCertificateWithAnOldSignatureIsHashedWithSha256() throws Exception {
        files.issue("general", "RSA", "SHA1withRSA", Instant.now().plusSeconds(86_400L * 90), "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                SSLSocket socket = client.connect(server.address(), "chat.example")) {
            assertArrayEquals(digest("SHA-256", socket), server.seen().bindings().get("tls-server-end-point"));
        }
    }

    @Test
    void aResumedSessionHasItsOwnExporterAndTheSameCertificate() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false)) {
            Map<String, byte[]> first;
            try (SSLSocket socket = client.connect(server.address(), "chat.example")) {
                TestTlsClient.echo(socket, "the ticket comes before this");
                socket.getSession().putValue("resumed", true);
                first = server.seen().bindings();
            }
            try (SSLSocket socket = client.connect(server.address(), "chat.example")) {
                assertNotNull(socket.getSession().getValue("resumed"), "the session was not resumed");
                Map<String, byte[]> second = server.seen().bindings();
                assertArrayEquals(exporter(socket), second.get("tls-exporter"));
                assertFalse(MessageDigest.isEqual(first.get("tls-exporter"), second.get("tls-exporter")));
                assertArrayEquals(first.get("tls-server-end-point"), second.get("tls-server-end-point"));
            }
        }
    }

    @Test
    void noSessionIsResumedAcrossAReload() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false)) {
            try (SSLSocket socket = client.connect(server.address(), "chat.example")) {
                TestTlsClient.echo(socket, "the ticket comes before this");
            }
            BigInteger after = files.issue("general", "chat.example");
            tls.reload();
            assertEquals(after, client.certificate(server.address(), "chat.example").getSerialNumber());
        }
    }

    @Test
    void directTlsAgreesOnXmppAndServesClientsThatNameNoProtocol() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", true)) {
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                try (SSLSocket socket = client.connect(server.address(), "", version, "h2", "xmpp-client")) {
                    assertEquals("xmpp-client", socket.getApplicationProtocol());
                    assertEquals("xmpp-client", server.seen().alpn());
                }
                try (SSLSocket socket = client.connect(server.address(), "", version)) {
                    assertEquals("", socket.getApplicationProtocol());
                    assertEquals("hello", TestTlsClient.echo(socket, "hello"));
                    server.seen();
                }
            }
        }
    }

    @Test
    void directTlsRefusesAClientThatWantsToTalkSomethingElse() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", true)) {
            SSLException refused = assertThrows(SSLException.class,
                    () -> client.connect(server.address(), "chat.example", "TLSv1.3", "h2", "http/1.1"));
            assertTrue(refused.getMessage().contains("no_application_protocol"), refused.getMessage());
        }
    }

    @Test
    void startTlsServesAClientWhateverItOffers() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                SSLSocket socket = client.connect(server.address(), "chat.example", "TLSv1.3", "h2")) {
            assertEquals("hello", TestTlsClient.echo(socket, "hello"));
        }
    }

    @Test
    void tls11IsRefused() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(120_000);
            // A hello of TLS 1.1 that offers ECDHE with AES-CBC.
            String body = "0302" + "11".repeat(32) + "00" + "0004" + "c009c013" + "0100";
            socket.getOutputStream().write(HexFormat.of().parseHex(
                    "160301" + length(body, 4, 4) + "01" + length(body, 0, 6) + body));
            byte[] alert = socket.getInputStream().readNBytes(7);
            assertEquals(21, alert[0], "an alert");
            assertEquals(2, alert[5], "a fatal one");
            assertEquals(70, alert[6], "protocol_version");
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void aClientOfTls12CannotDemandASecondHandshake() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", false);
                SSLSocket socket = client.connect(server.address(), "chat.example", "TLSv1.2")) {
            assertEquals("hello", TestTlsClient.echo(socket, "hello"));
            socket.getSession().invalidate();
            assertThrows(IOException.class, () -> {
                socket.startHandshake();
                TestTlsClient.echo(socket, "hello");
            });
        }
    }

    @Test
    void bytesThatAreNoTlsEndTheConnection() throws Exception {
        files.issue("general", "chat.example");
        try (Tls tls = Tls.load(files.settings(engine, "general"));
                TestTlsServer server = new TestTlsServer(tls, "chat.example", true);
                Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(120_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
            assertNotNull(server.seen().failure());
        }
    }

    /** Of a client that has no session to resume: with one, it would ask for that session's host. */
    private static BigInteger serial(TestTlsServer server, String asked) throws IOException {
        return new TestTlsClient().certificate(server.address(), asked).getSerialNumber();
    }

    private static String length(String hex, int more, int digits) {
        return HexFormat.of().toHexDigits(hex.length() / 2 + more, digits);
    }

    private static byte[] exporter(SSLSocket socket) throws SSLException {
        return TestTlsClient.session(socket).exportKeyingMaterialData("EXPORTER-Channel-Binding", new byte[0], 32);
    }

    private static byte[] digest(String algorithm, SSLSocket socket) throws Exception {
        return MessageDigest.getInstance(algorithm).digest(TestTlsClient.certificate(socket).getEncoded());
    }
}
