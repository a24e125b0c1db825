package im.gatehouse.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(300)
class GraphiteReporterTest {
    private static final MetricSpec DENIED =
            MetricSpec.counter("mod_blocklist_denied", "count", List.of("host_type"), "Denied");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MovableTime time = new MovableTime();
    private final Metrics metrics = new Metrics(time, false);
    private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(GraphiteReporter.class);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
                logged.add(event.getLevel() + " " + event.getFormattedMessage());
            }
        }
    };

    @BeforeEach
    void listenToTheLog() {
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
    }

    @AfterEach
    void close() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        metrics.close();
    }

    private static ServerSocket server(int port) throws IOException {
        ServerSocket server = new ServerSocket();
        server.setReuseAddress(true);
        server.setReceiveBufferSize(8192);
        server.setSoTimeout(60_000);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return server;
    }

    /** Keeps a port for a {@link #server(int)}, so that nobody else takes it, and connects nobody. */
    private static Socket kept() throws IOException {
        Socket kept = new Socket();
        kept.setReuseAddress(true);
        kept.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return kept;
    }

    private static String report(ServerSocket server) throws IOException {
        try (Socket socket = server.accept()) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everyIntervalAllFiguresAreSent() throws IOException, InterruptedException {
        Counter denied = metrics.counter(DENIED, "my host");
        metrics.gauge(MetricSpec.gauge("none", "value", List.of(), "Unknown"), List.of(), () -> Double.NaN);
        metrics.gauge(MetricSpec.gauge("load", "value", List.of(), "Load"), List.of(), () -> 0.5);
        try (ServerSocket server = server(0);
                GraphiteReporter reporter = reporter(server.getLocalPort(), "gate")) {
            time.forward(Duration.ofSeconds(30));
            denied.increment(3);
            time.forward(Duration.ofSeconds(30));
            long second = time.now().getEpochSecond();
            assertEquals(
                    """
                    gate.global.load.value.value 0.5 %1$d
                    gate.my_host.mod_blocklist_denied.count.count 3 %1$d
                    gate.my_host.mod_blocklist_denied.count.one 3 %1$d
                    """
                            .formatted(second),
                    report(server));
            reporter.awaitIdle();
            time.forward(MINUTE);
            assertTrue(report(server).contains("count.one 0 " + (second + 60) + "\n"));
        }
    }

    @Test
    void aServerThatIsAwayIsWarnedOfOnceUntilItIsBack() throws IOException, InterruptedException {
        metrics.counter(DENIED, "h");
        try (Socket place = kept();
                GraphiteReporter reporter = reporter(place.getLocalPort(), "")) {
            int port = place.getLocalPort();
            time.forward(MINUTE);
            String warning = logged.poll(1, TimeUnit.MINUTES);
            assertTrue(String.valueOf(warning).startsWith("WARN Figures cannot be sent to Graphite"), warning);
            reporter.awaitIdle();
            time.forward(MINUTE);
            reporter.awaitIdle();
            assertNull(logged.poll());
            try (ServerSocket server = server(port)) {
                time.forward(MINUTE);
                assertTrue(report(server).startsWith("h.mod_blocklist_denied.count.count 0 "));
                assertEquals(
                        "INFO Figures are sent to Graphite at 127.0.0.1:" + port + " again",
                        logged.poll(1, TimeUnit.MINUTES));
            }
        }
    }

    @Test
    void aServerThatDoesNotReadHasItsConnectionClosedAtTheNextReport() throws IOException, InterruptedException {
        IntStream.range(0, 60_000).forEach(i -> metrics.counter(DENIED, "a-host-with-quite-a-long-name-" + i));
        try (ServerSocket server = server(0);
                GraphiteReporter reporter = reporter(server.getLocalPort(), "")) {
            time.forward(MINUTE);
            try (Socket _ = server.accept()) {
                time.forward(MINUTE);
                reporter.awaitIdle();
                assertTrue(String.valueOf(logged.poll(1, TimeUnit.MINUTES)).startsWith("WARN "));
            }
            time.forward(MINUTE);
            assertTrue(report(server).endsWith("\n"));
        }
    }

    @Test
    void aClosedReporterSendsNothingMore() throws IOException, InterruptedException {
        try (ServerSocket server = server(0)) {
            GraphiteReporter reporter = reporter(server.getLocalPort(), "");
            reporter.close();
            time.forward(MINUTE);
            reporter.awaitIdle(); // a report that had begun all the same would be there by now
            server.setSoTimeout(50);
            assertThrows(SocketTimeoutException.class, server::accept);
        }
    }

    private GraphiteReporter reporter(int port, String prefix) {
        return new GraphiteReporter(metrics, time, "127.0.0.1", port, prefix, MINUTE);
    }
}
