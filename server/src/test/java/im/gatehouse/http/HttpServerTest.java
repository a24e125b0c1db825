package im.gatehouse.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.AddressRange;
import im.gatehouse.time.MovableTime;
import im.gatehouse.transport.Loops;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    private static final int MOST_BYTES = 100_000;

    private final Loops loops = new Loops(1);
    private final MovableTime time = new MovableTime();
    private final HttpRouter router = new HttpRouter();
    private final AtomicReference<List<AddressRange>> trusted = new AtomicReference<>(List.of());
    private final HttpServer server = new HttpServer(
            loops,
            time,
            router,
            new HttpTerms(
                    trusted::get, "chat.example"::equals, MOST_BYTES, 2, 100, Duration.ofSeconds(30)));
    private final HttpClient client = HttpClient.newHttpClient();
    private InetSocketAddress address = new InetSocketAddress(0);

    @BeforeEach
    void open() throws IOException {
        address = server.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        router.add("GET", "/hello", _ -> HttpResponse.plain(200, "hello"));
        router.add("POST", "/echo", request -> HttpResponse.bytes(200, "text/plain", request.body()));
        router.add("GET", "/client", request ->
                HttpResponse.plain(200, request.client().getHostAddress() + " " + request.secure()));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        loops.close();
    }

    @Test
    void aRouteAnswersAndEveryAnswerForbidsABrowserToDoAnythingWithIt() throws Exception {
        var response = get("/hello");

        assertEquals(200, response.statusCode());
        assertEquals("hello\n", response.body());
        assertEquals("nosniff", header(response, "X-Content-Type-Options"));
        assertEquals("default-src 'none'; frame-ancestors 'none'", header(response, "Content-Security-Policy"));
        assertEquals("no-store", header(response, "Cache-Control"));
    }

    @Test
    void whatIsNotThereIs404AndAnotherMethodIs405WithThoseThatAre() throws Exception {
        assertEquals(404, get("/nothing").statusCode());
        assertEquals(404, get("/hello/below").statusCode());
        var wrong = send(request("/hello").DELETE());
        assertEquals(405, wrong.statusCode());
        assertEquals("GET, HEAD, OPTIONS", header(wrong, "Allow"));
    }

    @Test
    void headIsAnsweredAsGetWithoutABodyAndOptionsWithTheMethods() throws Exception {
        var head = send(request("/hello").method("HEAD", BodyPublishers.noBody()));
        assertEquals(200, head.statusCode());
        assertEquals("6", header(head, "Content-Length"));
        assertEquals("", head.body());
        var options = send(request("/echo").method("OPTIONS", BodyPublishers.noBody()));
        assertEquals(204, options.statusCode());
        assertEquals("OPTIONS, POST", header(options, "Allow"));
    }

    @Test
    void thePathThatEndsWithASlashStandsForAllBelowItAndTheLongestWins() throws Exception {
        router.add("GET", "/files/", request -> HttpResponse.plain(200, request.path()));
        router.add("GET", "/files/one", _ -> HttpResponse.plain(200, "the one"));

        assertEquals("/files/a b\n", get("/files/a%20b").body());
        assertEquals("the one\n", get("/files/one").body());
    }

    @Test
    void aRouteThatIsTakenAwayIsGone() throws Exception {
        Runnable undo = router.add("GET", "/later", _ -> HttpResponse.empty(204));
        assertEquals(204, get("/later").statusCode());
        undo.run();
        assertEquals(404, get("/later").statusCode());
    }

    @Test
    void aBodyComesBackAsItWas() throws Exception {
        String body = "x".repeat(MOST_BYTES);
        assertEquals(body, send(request("/echo").POST(BodyPublishers.ofString(body))).body());
    }

    @Test
    void aBodyThatIsTooLargeIs413WhetherItsLengthIsToldOrNot() throws Exception {
        byte[] large = new byte[MOST_BYTES + 1];
        assertEquals(413, send(request("/echo").POST(BodyPublishers.ofByteArray(large))).statusCode());
        var untold = BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(large));
        assertEquals(413, send(request("/echo").POST(untold)).statusCode());
    }

    @Test
    void aHandlerThatFailsIs500WithoutItsReason() throws Exception {
        router.add("GET", "/broken", _ -> {
            throw new IllegalStateException("the secret reason");
        });

        var response = get("/broken");

        assertEquals(500, response.statusCode());
        assertFalse(response.body().contains("secret"));
        assertEquals(200, get("/hello").statusCode());
    }

    @Test
    void aBodyThatFlowsArrivesBitByBit() throws Exception {
        CountDownLatch seen = new CountDownLatch(1);
        router.add("GET", "/flow", _ -> HttpResponse.flowing(200, "text/plain", out -> {
            out.write("first\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            await(seen);
            out.write("second\n".getBytes(StandardCharsets.UTF_8));
        }));

        var response = client.send(request("/flow").build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertEquals("first\n", new String(body.readNBytes(6), StandardCharsets.UTF_8));
            seen.countDown();
            assertEquals("second\n", new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void anHttp10ClientGetsAFlowingBodyThatEndsWithTheConnection() throws Exception {
        router.add("GET", "/flow", _ -> HttpResponse.flowing(200, "text/plain", out -> out.write('x')));

        String answer = raw("GET /flow HTTP/1.0\r\n\r\n");

        assertTrue(answer.endsWith("\r\n\r\nx"), answer);
        assertFalse(answer.contains("chunked"), answer);
    }

    @Test
    void requestsInOnePacketAreAnsweredInTheirOrder() throws Exception {
        String one = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\none";
        String two = "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nConnection: close\r\n\r\ntwo";

        String answers = raw(one + two);

        assertTrue(answers.indexOf("one") > 0 && answers.indexOf("one") < answers.indexOf("two"), answers);
    }

    @Test
    void whatIsNoHttpIs400() throws Exception {
        assertTrue(raw("HELLO\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(raw("GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(raw("GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                .startsWith("HTTP/1.1 400 "));
        String line = "x".repeat(9_000);
        assertTrue(raw("GET /" + line + " HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 414 "));
        assertTrue(raw("GET / HTTP/1.1\r\nA: " + line + line + "\r\n\r\n").startsWith("HTTP/1.1 431 "));
    }

    @Test
    void aNameThatIsNotTheServersIsRefusedUnlessTheRouteIsForAnyHost() throws Exception {
        StatusRoutes.add(router, () -> true, "text/plain", () -> "figures");

        assertTrue(asHost("/hello", "chat.example:5280").startsWith("HTTP/1.1 200 "));
        assertTrue(asHost("/hello", "web.chat.example").startsWith("HTTP/1.1 200 "));
        assertTrue(asHost("/hello", "achat.example").startsWith("HTTP/1.1 421 "));
        assertTrue(asHost("/hello", "LOCALHOST").startsWith("HTTP/1.1 200 "));
        assertTrue(asHost("/hello", "[::1]:5280").startsWith("HTTP/1.1 200 "));
        assertTrue(asHost("/hello", "10.1.2.3").startsWith("HTTP/1.1 200 "));
        assertTrue(asHost("/hello", "evil.example").startsWith("HTTP/1.1 421 "));
        assertTrue(asHost("/metrics", "gatehouse.monitoring").startsWith("HTTP/1.1 200 "));
    }

    @Test
    void livenessAnswersAtOnceAndReadinessOnlyWhenClientsAreServed() throws Exception {
        AtomicReference<Boolean> ready = new AtomicReference<>(false);
        StatusRoutes.add(router, ready::get, "text/plain; version=0.0.4", () -> "a_count 1\n");

        assertEquals(200, get("/health/live").statusCode());
        assertEquals(503, get("/health/ready").statusCode());
        ready.set(true);
        assertEquals(200, get("/health/ready").statusCode());
        assertEquals("a_count 1\n", get("/metrics").body());
        assertEquals("text/plain; version=0.0.4", header(get("/metrics"), "Content-Type"));
    }

    @Test
    void anUntrustedClientCannotSayThatItAsksForAnother() throws Exception {
        var response = send(request("/client").header("X-Forwarded-For", "203.0.113.9"));
        assertEquals("127.0.0.1 false\n", response.body());
    }

    @Test
    void theClientOfATrustedProxyIsTheLastAddressThatNoTrustedProxyHas() throws Exception {
        trusted.set(List.of(AddressRange.parse("127.0.0.0/8"), AddressRange.parse("10.0.0.0/8")));

        assertEquals("203.0.113.9 false\n", forwarded("203.0.113.9"));
        assertEquals("203.0.113.9 false\n", forwarded("198.51.100.1, 203.0.113.9, 10.1.1.1"));
        assertEquals("10.1.1.1 false\n", forwarded("203.0.113.9, nonsense, 10.1.1.1"));
        assertEquals("2001:db8:0:0:0:0:0:1 false\n", forwarded("2001:db8::1"));
        var secure = send(request("/client").header("X-Forwarded-For", "203.0.113.9").header("X-Forwarded-Proto", "https"));
        assertEquals("203.0.113.9 true\n", secure.body());
    }

    @Test
    void tooManyRequestsAtOnceAreToldToComeAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        router.add("GET", "/slow", _ -> {
            begun.countDown();
            await(end);
            return HttpResponse.plain(200, "done");
        });
        var first = client.sendAsync(request("/slow").build(), BodyHandlers.ofString());
        var second = client.sendAsync(request("/slow").build(), BodyHandlers.ofString());
        assertTrue(begun.await(1, TimeUnit.MINUTES));

        assertEquals(503, get("/hello").statusCode());

        end.countDown();
        assertEquals(200, first.get(1, TimeUnit.MINUTES).statusCode());
        assertEquals(200, second.get(1, TimeUnit.MINUTES).statusCode());
        int status = 503;
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        // An answer is there a moment before its request is over.
        while (status == 503 && System.nanoTime() < deadline) {
            status = get("/hello").statusCode();
        }
        assertEquals(200, status);
    }

    @Test
    void aClientThatDoesNotFinishItsRequestIsHungUpOn() throws Exception {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Le".getBytes());
            socket.setSoTimeout(20);
            assertTrue(endsWhileTimePasses(socket));
        }
    }

    @Test
    void closingLetsARequestComeToItsEnd() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        router.add("GET", "/slow", _ -> {
            begun.countDown();
            await(end);
            return HttpResponse.plain(200, "done");
        });
        var answer = client.sendAsync(request("/slow").build(), BodyHandlers.ofString());
        assertTrue(begun.await(1, TimeUnit.MINUTES));

        Thread closing = Thread.startVirtualThread(server::close);
        awaitDeaf();
        end.countDown();

        assertEquals("done\n", answer.get(1, TimeUnit.MINUTES).body());
        assertTrue(closing.join(Duration.ofMinutes(1)));
    }

    @Test
    void aRouteMayTakeTheConnectionOverForWebSocket() throws Exception {
        router.takeOver("GET", "/socket", (pipeline, head, peer) -> pipeline
                .addLast(new WebSocketServerProtocolHandler("/socket"))
                .addLast(new SimpleChannelInboundHandler<TextWebSocketFrame>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
                        context.writeAndFlush(new TextWebSocketFrame("you said " + frame.text()));
                    }
                }));
        CompletableFuture<String> heard = new CompletableFuture<>();

        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + address.getPort() + "/socket"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        heard.complete(text.toString());
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .get(1, TimeUnit.MINUTES);
        socket.sendText("hello", true);

        assertEquals("you said hello", heard.get(1, TimeUnit.MINUTES));
        socket.abort();
    }

    // ---- how it is asked ----

    private java.net.http.HttpRequest.Builder request(String path) {
        return java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
    }

    private java.net.http.HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    private java.net.http.HttpResponse<String> send(java.net.http.HttpRequest.Builder request) throws Exception {
        return client.send(request.version(HttpClient.Version.HTTP_1_1).build(), BodyHandlers.ofString());
    }

    private String forwarded(String chain) throws Exception {
        return send(request("/client").header("X-Forwarded-For", chain)).body();
    }

    private static String header(java.net.http.HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private String asHost(String path, String host) throws IOException {
        return raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    /** Sends bytes and reads all until the server hangs up. */
    private String raw(String text) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Waits until the server takes no connections any more. */
    private void awaitDeaf() throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < deadline) {
            try (Socket _ = new Socket(address.getAddress(), address.getPort())) {
                Thread.yield();
            } catch (ConnectException e) {
                return;
            }
        }
        throw new AssertionError("the server goes on listening");
    }

    private boolean endsWhileTimePasses(Socket socket) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < deadline) {
            time.forward(Duration.ofSeconds(31));
            try {
                return socket.getInputStream().read() < 0;
            } catch (SocketTimeoutException e) {
                // The server has not heard of the connection yet.
            }
        }
        return false;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
