package im.gatehouse.time;

import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/**
 * Another's time, but that the wall clock is looked at through something: which may show it otherwise, or do something
 * at that moment.
 */
public record SeenTime(Time time, UnaryOperator<Instant> look) implements Time {
    @Override
    public Instant now() {
        return look.apply(time.now());
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        return time.after(delay, task);
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        return time.every(period, task);
    }
}
