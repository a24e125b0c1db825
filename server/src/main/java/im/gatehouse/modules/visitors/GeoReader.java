package im.gatehouse.modules.visitors;

import im.gatehouse.time.Time;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says where in the world an address is, from the operator's MaxMind DB file of cities. When the file changes it is
 * read again; a new one that is broken is reported, and the old one stays in use.
 *
 * <p>Safe from any thread; a lookup waits for nothing and never throws.
 */
public final class GeoReader implements AutoCloseable {
    /** How often the file is looked after: with the time to read it, a new one is in use within five seconds. */
    public static final Duration CHECK_PERIOD = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(GeoReader.class);

    private final Path path;
    private final Time.Timer timer;

    /** Held while the file is read again, so that a slow disk never has two readings at once. */
    private final ReentrantLock reading = new ReentrantLock();

    /** What was seen last, usable or not; null when there was no file. Changed only under {@link #reading}. */
    private GeoFile.@Nullable Signature seen;

    private volatile GeoFile current;
    private volatile @Nullable String problem;

    private GeoReader(Path path, GeoFile.Signature seen, GeoFile current, Time time, Executor background) {
        this.path = path;
        this.seen = seen;
        this.current = current;
        this.timer = time.every(CHECK_PERIOD, () -> background.execute(this::check));
    }

    /**
     * Reads the file and keeps watch over it.
     *
     * @param background runs what blocks, namely reading; an executor of virtual threads
     * @throws GeoFileException when the file is missing, broken or of another kind; the message has path and reason
     */
    public static GeoReader open(Path path, Time time, Executor background) throws GeoFileException {
        // Looked at before it is read: if it changes meanwhile, the next check notices.
        GeoFile.Signature signature = GeoFile.signature(path);
        return new GeoReader(path, signature, GeoFile.read(path), time, background);
    }

    /**
     * Looks an address up. IPv4 addresses wrapped in IPv6 ones count as IPv4; private ones are nowhere.
     *
     * @param address the client's own address, null when it is not known
     */
    public Place lookup(@Nullable InetAddress address) {
        return address == null ? Place.UNKNOWN : current.lookup(address);
    }

    /** What is wrong with the file as it is now, while an older state of it is in use; empty when all is well. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void check() {
        if (!reading.tryLock()) {
            return;
        }
        try {
            readIfChanged();
        } finally {
            reading.unlock();
        }
    }

    private void readIfChanged() {
        GeoFile.Signature before = seen;
        seen = null; // so that a file which goes away and comes back is read again
        try {
            seen = GeoFile.signature(path);
            if (!seen.equals(before)) {
                // The old state is not closed: lookups may still be in it, and it is nothing but memory.
                current = GeoFile.read(path);
                problem = null;
                log.info("The file of places {} has changed and was read again", path);
            }
        } catch (GeoFileException e) {
            report(String.valueOf(e.getMessage()));
        }
    }

    private void report(String reason) {
        if (!reason.equals(problem)) {
            problem = reason;
            log.warn("The file of places cannot be used and the one read before stays in use: {}", reason);
        }
    }

    /** Ends the watch. Lookups go on working. */
    @Override
    public void close() {
        timer.cancel();
    }
}
