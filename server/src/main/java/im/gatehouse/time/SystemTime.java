package im.gatehouse.time;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's own time, with timers on one hashed wheel that ticks every 100 ms. */
public final class SystemTime implements Time, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SystemTime.class);

    private final HashedWheelTimer wheel =
            new HashedWheelTimer(new DefaultThreadFactory("timer", true), 100, TimeUnit.MILLISECONDS);

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Timeout timeout = wheel.newTimeout(_ -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return timeout::cancel;
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        Repeating repeating = new Repeating(period, task);
        repeating.arm();
        return repeating;
    }

    @Override
    public void close() {
        wheel.stop();
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            log.warn("A timed task failed", e);
        }
    }

    private final class Repeating implements Timer {
        private final Duration period;
        private final Runnable task;
        private volatile boolean cancelled;

        Repeating(Duration period, Runnable task) {
            this.period = period;
            this.task = task;
        }

        void arm() {
            wheel.newTimeout(_ -> tick(), period.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void tick() {
            if (!cancelled) {
                SystemTime.run(task);
                arm();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
