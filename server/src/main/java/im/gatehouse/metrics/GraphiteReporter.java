package im.gatehouse.metrics;

import im.gatehouse.time.Time;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all figures that have dotted names to a Graphite server, again and again, by its plain-text protocol over TCP.
 *
 * <p>Each report is a connection of its own on a virtual thread. A server that cannot be reached is warned of once,
 * until it is back; one that does not read has its connection closed at the next report. So at most one report is
 * under way, and none is kept for later.
 */
public final class GraphiteReporter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GraphiteReporter.class);
    private static final int CONNECT_MILLIS = 5000;

    private final Metrics metrics;
    private final Time time;
    private final String host;
    private final int port;
    private final String prefix;
    private final Time.Timer timer;

    /** The report that is under way. Guarded by this. */
    private @Nullable Socket socket;

    /** Whether the last report failed. Guarded by this. */
    private boolean failing;

    /** Guarded by this. */
    private boolean closed;

    /**
     * Begins to report, the first time after one interval.
     *
     * @param host a name or address, looked up for each report
     * @param prefix put before each name with a dot between; may be empty
     * @param interval more than zero
     */
    public GraphiteReporter(Metrics metrics, Time time, String host, int port, String prefix, Duration interval) {
        this.metrics = metrics;
        this.time = time;
        this.host = host;
        this.port = port;
        this.prefix = prefix.isEmpty() ? "" : prefix + ".";
        this.timer = time.every(interval, this::report);
    }

    /** Stops reporting and breaks off a report that is under way. */
    @Override
    public void close() {
        timer.cancel();
        synchronized (this) {
            closed = true;
            breakOff();
        }
    }

    /** Waits until no report is under way. */
    synchronized void awaitIdle() throws InterruptedException {
        while (socket != null) {
            wait();
        }
    }

    private synchronized void report() {
        if (closed) {
            return;
        }
        if (socket != null) {
            breakOff();
            return;
        }
        Socket fresh = new Socket();
        socket = fresh;
        Thread.ofVirtual().name("graphite").start(() -> run(fresh));
    }

    private void run(Socket connection) {
        IOException failure = null;
        try (connection) {
            connection.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            Writer writer =
                    new BufferedWriter(new OutputStreamWriter(connection.getOutputStream(), StandardCharsets.UTF_8));
            write(writer);
            writer.flush();
        } catch (IOException e) {
            failure = e;
        } finally {
            done(connection, failure);
        }
    }

    private void write(Writer writer) throws IOException {
        long second = time.now().getEpochSecond();
        for (Map.Entry<List<String>, Reading> entry : metrics.dotted().entrySet()) {
            String name = prefix + String.join(".", entry.getKey());
            for (Map.Entry<String, Number> value : entry.getValue().values().entrySet()) {
                if (!Double.isNaN(value.getValue().doubleValue())) {
                    String path = (name + "." + value.getKey()).replaceAll("[\\s\\p{Cntrl}]", "_");
                    writer.write(path + " " + value.getValue() + " " + second + "\n");
                }
            }
        }
    }

    private synchronized void done(Socket connection, @Nullable IOException failure) {
        if (socket == connection) {
            socket = null;
            notifyAll();
        }
        if (failure != null && !failing && !closed) {
            log.warn("Figures cannot be sent to Graphite at {}:{}: {}", host, port, failure.toString());
        } else if (failure == null && failing) {
            log.info("Figures are sent to Graphite at {}:{} again", host, port);
        }
        failing = failure != null;
    }

    private synchronized void breakOff() {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                log.debug("A connection to Graphite could not be closed", e);
            }
        }
    }
}
