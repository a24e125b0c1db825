package im.gatehouse.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Keeps a line in the log from being written again and again: it is written at once, and then at most once in a period,
 * with how often the thing has happened since the line before.
 *
 * <p>Safe from any thread; nothing blocks.
 */
public final class Seldom {
    private final Time time;
    private final long period;
    private final AtomicLong unsaid = new AtomicLong();

    /** When the next line may be written, on the monotonic clock. */
    private final AtomicLong next;

    /**
     * @param period at least so long between two lines
     */
    public Seldom(Time time, Duration period) {
        this.time = time;
        this.period = period.toNanos();
        this.next = new AtomicLong(time.nanos());
    }

    /** It happened once; see {@link #happened(long, LongConsumer)}. */
    public void happened(LongConsumer say) {
        happened(1, say);
    }

    /**
     * It happened some times.
     *
     * @param say writes the line if it is due; told how often it happened since the last line, this time included
     */
    public void happened(long times, LongConsumer say) {
        unsaid.addAndGet(times);
        long due = next.get();
        long now = time.nanos();
        if (now - due >= 0 && next.compareAndSet(due, now + period)) {
            say.accept(unsaid.getAndSet(0));
        }
    }
}
