package im.gatehouse.stream;

import im.gatehouse.stanza.StreamError;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every client's stream, whether it has a session or not, so that the server can say goodbye to all and then wait until
 * what could not be delivered is stored. Safe from any thread.
 */
public final class OpenStreams implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OpenStreams.class);

    private final Set<ClientStream> streams = ConcurrentHashMap.newKeySet();
    private final Duration patience;

    /** Counted down when none is left; made by whoever waits. */
    private volatile CountDownLatch empty = new CountDownLatch(0);

    /**
     * @param patience how long the end waits at most for what is still under way
     */
    public OpenStreams(Duration patience) {
        this.patience = patience;
    }

    /** Adds a stream that has just been made. */
    public ClientStream add(ClientStream stream) {
        streams.add(stream);
        stream.whenOver(() -> over(stream));
        return stream;
    }

    private void over(ClientStream stream) {
        streams.remove(stream);
        if (streams.isEmpty()) {
            empty.countDown();
        }
    }

    /** How many there are. */
    public int count() {
        return streams.size();
    }

    /**
     * Tells everybody that the stream ends, and waits until all have gone. Blocks.
     *
     * @param most how long clients may take to hear it
     */
    public void farewell(StreamError error, Duration most) {
        streams.forEach(stream -> stream.farewell(error));
        await(most);
    }

    /** Waits until all streams are over, for their connections are closed. Blocks. */
    @Override
    public void close() {
        if (!await(patience)) {
            log.warn("{} connections did not come to their end in time; what they left may be lost", count());
        }
    }

    private boolean await(Duration most) {
        CountDownLatch none = new CountDownLatch(1);
        empty = none;
        try {
            return streams.isEmpty() || none.await(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
