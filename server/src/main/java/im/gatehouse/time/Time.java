package im.gatehouse.time;

import java.time.Duration;
import java.time.Instant;

/**
 * All that the server knows of time. Code asks this and never the system, so that a test can move the hands.
 *
 * <p>Safe from any thread.
 */
public interface Time {
    /** The wall clock, for dates that people see and that are stored. It may jump. */
    Instant now();

    /** Nanoseconds that only ever grow, from an arbitrary start: for deadlines, timers and buckets. */
    long nanos();

    /**
     * Runs something once, later. The task must be short and never block: it runs on a timer thread (in tests, on the
     * thread that moves the clock).
     */
    Timer after(Duration delay, Runnable task);

    /** Runs something again and again, the first time after one period. The same rules as for {@link #after}. */
    Timer every(Duration period, Runnable task);

    /** A task that has been put off. */
    @FunctionalInterface
    interface Timer {
        /** Takes the task back; without effect when it has run. */
        void cancel();
    }
}
