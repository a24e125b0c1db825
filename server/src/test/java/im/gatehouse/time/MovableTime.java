package im.gatehouse.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that stands still until a test moves it. Tasks that fall due run on the thread that moves it, in order. */
public final class MovableTime implements Time {
    private record Due(long nanos, long order, Runnable task) {}

    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
    private Instant now;
    private long nanos;
    private long order;

    public MovableTime() {
        this(Instant.parse("2026-11-21T12:00:00Z"));
    }

    public MovableTime(Instant now) {
        this.now = now;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        Due entry = new Due(nanos + delay.toNanos(), order++, task);
        due.add(entry);
        return () -> cancel(entry);
    }

    @Override
    public Timer every(Duration period, Runnable task) {
        return new Timer() {
            private boolean cancelled;
            private Timer next = after(period, this::tick);

            private void tick() {
                task.run();
                again();
            }

            private synchronized void again() {
                if (!cancelled) {
                    next = after(period, this::tick);
                }
            }

            @Override
            public synchronized void cancel() {
                cancelled = true;
                next.cancel();
            }
        };
    }

    private synchronized void cancel(Due entry) {
        due.remove(entry);
    }

    /** Moves both clocks forward and runs what falls due on the way, each task at its own moment. */
    public void forward(Duration by) {
        long target;
        synchronized (this) {
            target = nanos + by.toNanos();
        }
        for (Due next = takeDue(target); next != null; next = takeDue(target)) {
            next.task.run();
        }
    }

    /** Sets the wall clock; the monotonic one and the timers do not notice. */
    public synchronized void setWallClock(Instant instant) {
        now = instant;
    }

    private synchronized Due takeDue(long target) {
        Due first = due.peek();
        boolean any = first != null && first.nanos <= target;
        long reached = any ? Math.max(nanos, first.nanos) : target;
        now = now.plusNanos(reached - nanos);
        nanos = reached;
        return any ? due.poll() : null;
    }
}
