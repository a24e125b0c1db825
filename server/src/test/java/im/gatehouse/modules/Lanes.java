package im.gatehouse.modules;

import im.gatehouse.session.Lane;
import java.time.Duration;

/** Waits for lanes. */
public final class Lanes {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Lanes() {}

    /**
     * Waits until a lane has nothing to do any more. Whoever hears the answer to the last thing that it did may be
     * earlier: it is idle a moment later, and until then takes what it is offered for another thread.
     */
    public static void awaitIdle(Lane lane) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!lane.isIdle()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("A lane is stuck");
            }
            Thread.yield();
        }
    }
}
