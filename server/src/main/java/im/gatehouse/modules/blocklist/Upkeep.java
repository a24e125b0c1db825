package im.gatehouse.modules.blocklist;

import im.gatehouse.module.AdminException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what has to be done on the blocklist as time goes by: when a block begins, sessions end; what has expired is
 * cleared away; and what another program has written into the table is seen after a minute.
 *
 * <p>Safe from any thread. The work is done on virtual threads.
 */
final class Upkeep implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Upkeep.class);

    /** Between two looks at the tables. */
    static final Duration ROUND = Duration.ofMinutes(1);

    /** Looks again after so long, since a wall clock may be set. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    /** What is done when it is time. All of it may block and throw. */
    interface Tasks {
        /** When the next block begins after a moment; null when none does. */
        @Nullable Instant nextStart(Instant after);

        /** Blocks have begun. */
        void begin();

        /** A change was stored, and what follows it could not be done then. */
        void catchUp();

        /** Once in a while: see what others changed, clear away what is over. */
        void tidy();
    }

    private final Time time;
    private final Tasks tasks;
    private final Time.Timer rounds;
    private final AtomicBoolean busy = new AtomicBoolean();
    private Time.@Nullable Timer next;

    /** When that timer will have blocks begin; null when it will only look. */
    private @Nullable Instant awaited;

    private boolean closed;

    private volatile boolean owed;

    /** All blocks that begin until then have ended the sessions that they match. */
    private volatile Instant begunUntil;

    Upkeep(Time time, Tasks tasks) {
        this.time = time;
        this.tasks = tasks;
        this.begunUntil = time.now();
        this.rounds = time.every(ROUND, this::round);
    }

    /** What follows a stored change could not be done: a later round does it. */
    void owe() {
        owed = true;
    }

    /** Looks when the next block begins, and will be there then. Blocks on the database. */
    void look() {
        Instant start = tasks.nextStart(begunUntil);
        if (start == null) {
            return;
        }
        Duration left = Duration.between(time.now(), start);
        boolean soon = left.compareTo(LONGEST_WAIT) <= 0;
        boolean late = !left.isPositive();
        Duration delay = late ? Duration.ZERO : soon ? left : LONGEST_WAIT;
        synchronized (this) {
            if (closed || awaited != null && !start.isBefore(awaited) && !late) {
                return; // a slower look does not take away what a faster one has found
            }
            if (next != null) {
                next.cancel();
            }
            awaited = soon ? start : null;
            next = time.after(delay, () -> inBackground(soon ? this::begin : this::look));
        }
    }

    /** When it fails, the next round finds the same blocks again. */
    private void begin() {
        synchronized (this) {
            awaited = null;
        }
        Instant now = time.now();
        try {
            tasks.begin();
        } catch (AdminException e) {
            log.warn("Blocks have begun: {}", e.getMessage());
        }
        begunUntil = now;
        look();
    }

    private void round() {
        if (busy.compareAndSet(false, true)) {
            inBackground(() -> {
                try {
                    if (owed) {
                        tasks.catchUp();
                        owed = false;
                    }
                    look();
                    tasks.tidy();
                } finally {
                    busy.set(false);
                }
            });
        }
    }

    private static void inBackground(Runnable work) {
        Thread.ofVirtual().name("mod_blocklist").start(() -> {
            try {
                work.run();
            } catch (StorageException | AdminException e) {
                log.warn("The upkeep of the blocklist is put off: {}", e.getMessage());
            }
        });
    }

    @Override
    public synchronized void close() {
        closed = true;
        rounds.cancel();
        if (next != null) {
            next.cancel();
        }
    }
}
