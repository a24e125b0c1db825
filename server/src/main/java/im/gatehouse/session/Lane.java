package im.gatehouse.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles things one after another, in the order in which they were offered: the stanzas of one session, the events of
 * one room.
 *
 * <p>An idle lane handles a thing at once on the thread that offers it, so that what needs no storage costs no hop
 * between threads. Work that may block is put last with {@link #blocking}: it runs on a virtual thread, and whatever is
 * offered meanwhile waits and is then handled there in turn.
 *
 * <p>Any thread may offer. Whatever a lane's tasks touch is confined to the lane and needs no lock. A task that throws
 * is logged; the next goes on.
 */
public final class Lane {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /** A thread that runs others' work for this many tasks on end hands the rest to a virtual thread. */
    private static final int PATIENCE = 256;

    private final int bound;
    private final AtomicInteger pending = new AtomicInteger();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** Called when the lane has nothing left to do. Set before the first offer. */
    private volatile @Nullable Runnable whenIdle;

    /** What the running task left for a virtual thread. Touched by the lane's running thread alone. */
    private @Nullable List<Runnable> deferred;

    /** What tasks left to be stored behind them, null while nobody asks. Touched by the lane's running thread alone. */
    private @Nullable List<CompletionStage<?>> owed;

    /**
     * @param bound how many things may wait, at least 1
     */
    public Lane(int bound) {
        this.bound = bound;
    }

    /** Sets what runs, on the lane's thread of the moment, each time nothing is left to do. */
    public void whenIdle(Runnable task) {
        whenIdle = task;
    }

    /**
     * Handles something now, or after all that waits already.
     *
     * @return false when the lane is full: the task was not taken, and the caller must say so to whoever asked
     */
    public boolean offer(Runnable task) {
        if (pending.get() > bound) {
            return false;
        }
        add(task);
        return true;
    }

    /** Handles something even when the lane is full: for what must not be lost, such as the end of a session. */
    public void add(Runnable task) {
        // Counted first: were it added first, another's task could be run in the place of one that was counted, and
        // the lane would seem idle, and be overtaken, while that one still waits.
        if (pending.getAndIncrement() == 0) {
            run(task);
        } else {
            waiting.add(task);
        }
    }

    /** Whether nothing is being handled and nothing waits. */
    public boolean isIdle() {
        return pending.get() == 0;
    }

    /** How many things are being handled or wait. */
    public int size() {
        return pending.get();
    }

    /**
     * Does what may block as the rest of the present task: on a virtual thread, the lane's later tasks waiting. Call it
     * last. On a virtual thread it runs here and now.
     */
    public void blocking(Runnable task) {
        if (Thread.currentThread().isVirtual()) {
            task.run();
            return;
        }
        if (deferred == null) {
            deferred = new ArrayList<>(1);
        }
        deferred.add(task);
    }

    /**
     * Does something when the present task is done with all that it put off by {@link #blocking}: at once when it put
     * off nothing. Call it last, in the lane.
     */
    public void last(Runnable task) {
        List<Runnable> rest = deferred;
        if (rest == null) {
            task.run();
        } else {
            rest.add(task);
        }
    }

    /**
     * Notes that what the present task handled is not yet stored for good: it has joined a commit that is on its way.
     * The task may end, and the next run, before that commit; but whoever tells the client that its stanza is in good
     * hands (XEP-0198 section 4) waits for it. Nothing is noted before the first {@link #takeOwed}. Call it in the
     * lane.
     *
     * @param stored is completed when the commit is done, on any thread; exceptionally when it failed, and then whoever
     *     owed it has answered the stanza with an error, for a stanza that was refused counts as handled, too
     */
    public void owe(CompletionStage<?> stored) {
        List<CompletionStage<?>> noted = owed;
        if (noted != null) {
            noted.add(stored);
        }
    }

    /**
     * What has been owed since the last call, in order; whoever asks once asks after every task. Call it in the lane.
     */
    public List<CompletionStage<?>> takeOwed() {
        List<CompletionStage<?>> taken = owed;
        if (taken != null && taken.isEmpty()) {
            return List.of();
        }
        owed = new ArrayList<>(2);
        return taken == null ? List.of() : taken;
    }

    private void run(Runnable first) {
        Runnable task = first;
        for (int done = 1; ; done++) {
            attempt(task);
            List<Runnable> rest = deferred;
            if (rest != null) {
                deferred = null;
                Thread.startVirtualThread(() -> runOnVirtualThread(rest));
                return;
            }
            if (pending.decrementAndGet() == 0) {
                idle();
                return;
            }
            task = next();
            if (done == PATIENCE && !Thread.currentThread().isVirtual()) {
                Runnable resumed = task;
                Thread.startVirtualThread(() -> run(resumed));
                return;
            }
        }
    }

    private void runOnVirtualThread(List<Runnable> rest) {
        rest.forEach(Lane::attempt);
        if (pending.decrementAndGet() == 0) {
            idle();
        } else {
            run(next());
        }
    }

    private void idle() {
        Runnable task = whenIdle;
        if (task != null) {
            attempt(task);
        }
    }

    /** The next task. It is there or about to be: whoever counted it adds it next. */
    private Runnable next() {
        Runnable task = waiting.poll();
        while (task == null) {
            Thread.onSpinWait();
            task = waiting.poll();
        }
        return task;
    }

    private static void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) { // even then: a lane that stood still would keep its session for ever
            log.warn("Something in a lane failed; the lane goes on", e);
        }
    }
}
