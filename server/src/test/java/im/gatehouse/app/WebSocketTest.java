package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.time.MovableTime;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** XMPP over WebSocket (RFC 7395), on a running server. */
@Timeout(600)
class WebSocketTest {
    private static final String FRAMING = "xmlns='urn:ietf:params:xml:ns:xmpp-framing'";
    private static final String OPEN = "<open " + FRAMING + " to='localhost' version='1.0'/>";
    private static final String CLOSE = "<close " + FRAMING + "/>";
    private static final String CONFIG = """
            [general]
            hosts = ["localhost", "example.org"]
            [[listen.c2s]]
            port = 0
            tls = "off"
            [listen.http]
            port = 0
            tls_port = 0
            trusted_proxies = ["127.0.0.1"]
            [listen.websocket]
            origins = ["https://web.example.com", "capacitor://localhost"]
            [auth]
            scram_iterations = 4096
            """;

    private final MovableTime time = new MovableTime();
    private RunningServer running;

    @BeforeEach
    void start(@TempDir Path folder) {
        running = RunningServer.withConfig(folder, CONFIG, time).account("alice@localhost").account("bob@localhost");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private int port() {
        return URI.create(running.server().httpUrl()).getPort();
    }

    private WebSocketWire wire() throws IOException {
        return WebSocketWire.open(port(), Map.of());
    }

    private RawClient client() throws IOException {
        return new RawClient(wire());
    }

    // --- the stream ---

    @Test
    void eachMessageIsOneElementAndStandsForItself() throws IOException {
        WebSocketWire wire = wire();
        wire.send(WebSocketWire.TEXT, true, OPEN);
        String open = wire.next().text();
        assertTrue(
                open.matches("<open " + FRAMING + " version='1.0' id='[0-9a-f]{32}' from='localhost' xml:lang='en'/>"),
                open);
        String features = wire.next().text();
        assertTrue(
                features.startsWith("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
                        + "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"),
                features);
        assertFalse(features.contains("starttls"), features);
        wire.send(WebSocketWire.TEXT, true, CLOSE);
        assertEquals(CLOSE, wire.next().text());
        assertEquals(1000, wire.next().closeCode());
        wire.send(WebSocketWire.CLOSE, true, new byte[] {3, (byte) 232});
        assertThrows(EOFException.class, wire::next);
    }

    @Test
    void twoPeopleTalkEachByTheirOwnTransport() throws IOException {
        try (RawClient web = client().signIn("alice", "web");
                RawClient tcp = new RawClient(running.plainPort()).signIn("bob", "tcp")) {
            web.send("<message xmlns='jabber:client' to='bob@localhost/tcp' type='chat'><body>grüß dich</body></message>");
            String heard = new String(
                    tcp.readUntil("</message>").getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            assertTrue(heard.contains("from='alice@localhost/web'") && heard.contains("<body>grüß dich</body>"), heard);
            tcp.send("<message to='alice@localhost/web' type='chat'><body>and you</body></message>");
            heard = web.readUntil("</message>");
            assertTrue(heard.startsWith("<message xmlns='jabber:client' to='alice@localhost/web'"), heard);
        }
    }

    @Test
    void aMessageMayComeInManyFramesWithPingsBetween() throws IOException {
        WebSocketWire wire = wire();
        try (RawClient _ = new RawClient(wire).signIn("alice", "web")) {
            wire.send(WebSocketWire.TEXT, false, "<iq xmlns='jabber:client' type='get' id='cut' ");
            wire.send(WebSocketWire.PING, true, "are you there");
            wire.send(WebSocketWire.CONTINUATION, false, "");
            wire.send(WebSocketWire.CONTINUATION, false, "to='localhost'><ping xmlns='urn:x");
            wire.send(WebSocketWire.CONTINUATION, true, "mpp:ping'/></iq>");
            WebSocketWire.Frame pong = wire.next();
            assertEquals(WebSocketWire.PONG, pong.opcode());
            assertEquals("are you there", pong.text());
            assertTrue(wire.next().text().contains("id='cut' type='result'"));
        }
    }

    @Test
    void framesAreFoundHoweverTheirBytesAreCut() throws IOException {
        WebSocketWire wire = wire();
        try (RawClient _ = new RawClient(wire).signIn("alice", "web")) {
            byte[] ping = WebSocketWire.frame(
                    WebSocketWire.TEXT,
                    true,
                    ("<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/>"
                                    + "</iq>")
                            .getBytes(StandardCharsets.UTF_8));
            for (byte one : ping) {
                wire.sendRaw(new byte[] {one});
            }
            assertTrue(wire.next().text().contains("id='p' type='result'"));
        }
    }

    @Test
    void whoSendsRightBehindTheRequestIsUnderstood() throws IOException {
        // Not polite (RFC 6455 section 4.1), but the bytes must not be taken for HTTP.
        try (RawClient raw = new RawClient(port())) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(("GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + "Sec-WebSocket-Protocol: chat, xmpp\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            all.writeBytes(WebSocketWire.frame(WebSocketWire.TEXT, true, OPEN.getBytes(StandardCharsets.UTF_8)));
            raw.send(all.toByteArray());
            String heard = raw.readUntil("</stream:features>");
            assertTrue(heard.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), heard);
            assertTrue(heard.contains("sec-websocket-protocol: xmpp\r\n"), heard);
        }
    }

    // --- what is refused ---

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<message xmlns='jabber:client'/> | bad-format",
        "<stream:stream xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'/> | invalid-namespace",
        "<open xmlns='jabber:client' to='localhost' version='1.0'/> | bad-format",
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='elsewhere' version='1.0'/> | host-unknown",
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' version='1.0'/> | improper-addressing",
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost'/> | unsupported-version",
        "<!DOCTYPE a><open/> | restricted-xml",
        "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'> | not-well-formed",
        "<a/><b/> | not-well-formed",
        "hello | not-well-formed",
    })
    void whatIsNoOpeningGetsTheErrorThatItWouldGetOverTcp(String first, String condition) throws IOException {
        WebSocketWire wire = wire();
        try (RawClient web = new RawClient(wire)) {
            String heard = web.send(first).readToEnd();
            assertTrue(heard.startsWith("<open " + FRAMING), heard);
            assertTrue(
                    heard.contains("<stream:error xmlns:stream='http://etherx.jabber.org/streams'><" + condition
                            + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>"),
                    heard);
            assertTrue(heard.endsWith("</stream:error>" + CLOSE), heard);
            assertEquals(1000, wire.closeCode());
        }
    }

    @Test
    void binaryMessagesAreRefused() throws IOException {
        WebSocketWire wire = wire().send(WebSocketWire.BINARY, true, OPEN);
        try (RawClient web = new RawClient(wire)) {
            assertTrue(web.readToEnd().contains("<bad-format "));
            assertEquals(1003, wire.closeCode());
        }
    }

    @Test
    void whatIsNoFrameEndsTheStream() throws IOException {
        WebSocketWire wire = wire().sendRaw(new byte[] {(byte) 0x81, 5, 'h', 'e', 'l', 'l', 'o'}); // without a mask
        try (RawClient web = new RawClient(wire)) {
            assertTrue(web.readToEnd().contains("<bad-format "));
            assertEquals(1002, wire.closeCode());
        }
    }

    @Test
    void aStrangerMaySendEightKibibytesHoweverTheyAreFramed() throws IOException {
        WebSocketWire wire = wire();
        try (RawClient web = new RawClient(wire)) {
            wire.send(WebSocketWire.TEXT, false, "<a>".repeat(1000));
            wire.send(WebSocketWire.CONTINUATION, false, "<a>".repeat(1000));
            wire.send(WebSocketWire.CONTINUATION, false, "<a>".repeat(1000));
            assertTooBig(web.readToEnd());
        }
    }

    @Test
    void aStrangersLargeFrameIsRefusedBeforeItIsKept() throws IOException {
        WebSocketWire wire = wire();
        try (RawClient web = new RawClient(wire)) {
            byte[] frame = WebSocketWire.frame(WebSocketWire.TEXT, true, new byte[200_000]);
            wire.sendRaw(Arrays.copyOf(frame, 9_000));
            assertTooBig(web.readToEnd());
        }
    }

    @Test
    void aUsersMessageHasTheBoundOfAStanzaHoweverItIsFramed() throws IOException {
        WebSocketWire wire = wire();
        try (RawClient web = new RawClient(wire).signIn("alice", "web")) {
            wire.send(WebSocketWire.TEXT, false, "<message xmlns='jabber:client' to='bob@localhost'><body>");
            wire.send(WebSocketWire.CONTINUATION, false, "x".repeat(200_000));
            wire.send(WebSocketWire.CONTINUATION, false, "x".repeat(62_200));
            assertTooBig(web.readToEnd());
        }
        wire = wire();
        try (RawClient web = new RawClient(wire).signIn("alice", "web")) {
            wire.sendRaw(Arrays.copyOf(
                    WebSocketWire.frame(WebSocketWire.TEXT, true, new byte[300_000]), 14));
            assertTooBig(web.readToEnd());
            assertEquals(1009, wire.closeCode());
        }
    }

    private static void assertTooBig(String heard) {
        assertTrue(heard.contains("<policy-violation "), heard);
        assertTrue(heard.contains("<stanza-too-big xmlns='urn:xmpp:errors'/>"), heard);
        assertTrue(heard.endsWith(CLOSE), heard);
    }

    @Test
    void noiseNeverDisturbsOthers() throws IOException {
        Random random = new Random(7395);
        try (RawClient calm = client().signIn("bob", "calm")) {
            for (int i = 0; i < 200; i++) {
                byte[] noise = new byte[1 + random.nextInt(300)];
                random.nextBytes(noise);
                if (random.nextBoolean()) {
                    noise[0] = (byte) (random.nextInt(11) | (random.nextBoolean() ? 0x80 : 0));
                    noise[noise.length / 2] |= (byte) 0x80;
                }
                try (RawClient stranger = new RawClient(wire().sendRaw(noise))) {
                    stranger.send("");
                } catch (IOException _) {
                    // It was closed before it had said all.
                }
            }
            calm.send("<message xmlns='jabber:client' to='bob@localhost/calm'><body>still here</body></message>");
            assertTrue(calm.readUntil("</message>").contains("still here"));
        }
    }

    // --- who is there ---

    @Test
    void whoAnswersNoPingIsGone() throws Exception {
        WebSocketWire wire = wire();
        try (RawClient web = new RawClient(wire).signIn("alice", "web")) {
            Session session = running.server().sessions().find(Jid.parse("alice@localhost/web"));
            time.forward(Duration.ofSeconds(50));
            assertEquals(WebSocketWire.PING, wire.next().opcode());
            wire.send(WebSocketWire.PONG, true, "");
            web.send("<iq xmlns='jabber:client' type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            wire.next(); // the answer: so the pong has been heard
            time.forward(Duration.ofSeconds(50));
            assertEquals(WebSocketWire.PING, wire.next().opcode());
            assertFalse(session.awaitGone(Duration.ZERO));
            time.forward(Duration.ofSeconds(50));
            assertTrue(session.awaitGone(Duration.ofMinutes(1)));
        }
    }

    @Test
    void whoLeavesWithoutAWordIsGoneAndWhatWasForThemIsKept() throws Exception {
        WebSocketWire wire = wire();
        Session session;
        try (RawClient _ = new RawClient(wire).signIn("alice", "web")) {
            session = running.server().sessions().find(Jid.parse("alice@localhost/web"));
            wire.send(WebSocketWire.CLOSE, true, new byte[] {3, (byte) 233});
            assertEquals(1000, wire.next().closeCode());
        }
        assertTrue(session.awaitGone(Duration.ofMinutes(1)));
    }

    @Test
    void whoReadsLateGetsEverythingInOrderAndWhoNeverReadsIsLetGo() throws Exception {
        String large = "x".repeat(64 * 1024);
        try (RawClient tcp = new RawClient(running.plainPort()).signIn("bob", "quick");
                RawClient web = client().signIn("alice", "slow")) {
            for (int i = 0; i < 150; i++) {
                tcp.send("<message to='alice@localhost/slow' type='chat'><body>" + large + "</body><subject>" + i
                        + "</subject></message>");
            }
            // Answered only when all of it has been routed.
            tcp.send("<iq type='get' id='routed' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
            tcp.readUntil("routed");
            String heard = web.readMuchUntil("<subject>149</subject>");
            for (int i = 0; i < 150; i++) {
                assertTrue(heard.contains("<subject>" + i + "</subject>"), "missing " + i);
            }
            Session session = running.server().sessions().find(Jid.parse("alice@localhost/slow"));
            for (int i = 0; i < 2_000 && !session.awaitGone(Duration.ZERO); i++) {
                tcp.send("<message to='alice@localhost/slow' type='chat'><body>" + large + "</body></message>"
                        + "<iq type='get' id='r" + i + "' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>");
                tcp.readUntil("id='r" + i + "'");
            }
            assertTrue(session.awaitGone(Duration.ofMinutes(1)), "a client that does not read costs ever more");
        }
    }

    @Test
    void everybodyIsToldWhenTheServerStops() throws IOException {
        try (RawClient web = client().signIn("alice", "web")) {
            running.server().close();
            String heard = web.readToEnd();
            assertTrue(heard.contains("<system-shutdown ") && heard.endsWith(CLOSE), heard);
        }
    }

    // --- who may come in ---

    @ParameterizedTest
    @ValueSource(strings = {
        "http://localhost:8080", "https://example.org", "https://chat.example.org", "https://web.example.com",
        "HTTPS://web.example.com", "capacitor://localhost"
    })
    void pagesOfOurOwnHostsAndListedOnesMayConnect(String origin) throws IOException {
        String answer = WebSocketWire.open(port(), Map.of("Origin", origin)).answer();
        assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "https://evil.test", "null", "file://", "https://example.org.evil.test", "http://web.example.com",
        "https://web.example.com:8443", "ftp://example.org", "https://", "https://user@evil.test#example.org"
    })
    void pagesFromElsewhereMayNot(String origin) throws IOException {
        String answer = WebSocketWire.open(port(), Map.of("Origin", origin)).answer();
        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Upgrade | 'h2c' | 426",
        "Connection | close | 426",
        "Sec-WebSocket-Version | 8 | 426",
        "Sec-WebSocket-Key | short | 400",
        "Sec-WebSocket-Protocol | chat | 400",
        "Sec-WebSocket-Protocol | '' | 400",
        "Content-Length | 5 | 400",
    })
    void whatIsNoOpeningOfAWebSocketIsToldSo(String header, String value, int status) throws IOException {
        try (RawClient raw = new RawClient(port())) {
            StringBuilder request = new StringBuilder("GET /ws HTTP/1.1\r\n");
            Map<String, String> headers = new TreeMap<>(Map.of(
                    "Host", "localhost",
                    "Connection", "Upgrade",
                    "Upgrade", "websocket",
                    "Sec-WebSocket-Version", "13",
                    "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Protocol", "xmpp"));
            headers.put(header, value);
            headers.forEach((name, content) -> request.append(name + ": " + content + "\r\n"));
            String body = header.equals("Content-Length") ? "hello" : "";
            String answer = raw.send(request + "\r\n" + body).readUntil("\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        }
    }

    @Test
    void behindATrustedProxyTheClientsOwnAddressAndEncryptionCount() throws IOException {
        try (RawClient near = new RawClient(WebSocketWire.open(
                port(), Map.of("X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https")))) {
            near.signIn("alice", "proxied");
            Session session = running.server().sessions().find(Jid.parse("alice@localhost/proxied"));
            assertEquals("192.0.2.7", session.info().address().getAddress().getHostAddress());
            assertEquals("websocket", session.info().transport());
            assertTrue(session.info().secure());
        }
        try (RawClient clear = new RawClient(WebSocketWire.open(
                port(), Map.of("X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "http")))) {
            clear.send(OPEN);
            clear.readUntil("/>");
            assertEquals("<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>", clear.readUntil("/>"));
            clear.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biws</auth>");
            assertTrue(clear.readUntil("</failure>").contains("<encryption-required/>"));
        }
    }

    @Test
    void overTlsSignInCanBeBound() throws IOException {
        int port = URI.create(running.server().httpsUrl().orElseThrow()).getPort();
        try (RawClient web = new RawClient(WebSocketWire.openEncrypted(port))) {
            assertTrue(web.features("localhost").contains("<mechanism>SCRAM-SHA-256-PLUS</mechanism>"));
        }
    }

    // --- host-meta ---

    @Test
    void hostMetaTellsPagesFromEverywhereWhereToConnect() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String base = running.server().httpUrl();
            HttpResponse<String> xml = get(http, base + "/.well-known/host-meta", "http");
            assertEquals("*", xml.headers().firstValue("Access-Control-Allow-Origin").orElseThrow());
            assertTrue(xml.headers().firstValue("Content-Type").orElseThrow().startsWith("application/xrd+xml"));
            String place = base.substring("http://".length());
            assertTrue(
                    xml.body().contains("<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>"
                            + "<Link rel='urn:xmpp:alt-connections:websocket' href='ws://" + place + "/ws'/></XRD>"),
                    xml.body());
            HttpResponse<String> json = get(http, base + "/.well-known/host-meta.json", "https");
            assertEquals("*", json.headers().firstValue("Access-Control-Allow-Origin").orElseThrow());
            assertTrue(json.body().contains("\"wss://" + place + "/ws\""), json.body());
            assertTrue(json.body().contains("\"urn:xmpp:alt-connections:websocket\""), json.body());
        }
    }

    private static HttpResponse<String> get(HttpClient http, String url, String proto) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(url)).header("X-Forwarded-Proto", proto).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    // --- a client that others have written ---

    @Test
    void theJdksOwnClientIsServed() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StringBuilder begun = new StringBuilder();
        try (HttpClient http = HttpClient.newHttpClient()) {
            WebSocket socket = http.newWebSocketBuilder()
                    .subprotocols("xmpp")
                    .buildAsync(URI.create("ws://localhost:" + port() + "/ws"), new WebSocket.Listener() {
                        @Override
                        public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                            begun.append(text); // a message may come in pieces
                            if (last) {
                                heard.add(begun.toString());
                                begun.setLength(0);
                            }
                            from.request(1);
                            return null;
                        }

                        @Override
                        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                            heard.add("closed " + code);
                            return null;
                        }
                    })
                    .get(1, TimeUnit.MINUTES);
            assertEquals("xmpp", socket.getSubprotocol());
            socket.sendText(OPEN, true).get(1, TimeUnit.MINUTES);
            assertTrue(heard.poll(1, TimeUnit.MINUTES).startsWith("<open "));
            assertTrue(heard.poll(1, TimeUnit.MINUTES).startsWith("<stream:features "));
            socket.sendText(CLOSE, true).get(1, TimeUnit.MINUTES);
            assertEquals(CLOSE, heard.poll(1, TimeUnit.MINUTES));
            assertEquals("closed 1000", heard.poll(1, TimeUnit.MINUTES));
        }
    }
}
