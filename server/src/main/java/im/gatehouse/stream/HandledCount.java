package im.gatehouse.stream;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;

/**
 * Counts the stanzas of one client that are in good hands (XEP-0198 section 4): handled, they and all before them, and
 * what they owe stored. Stanzas are counted in the session's lane; commits end on any thread.
 *
 * <p>A request for the count is answered when all that came before it is stored. So a client that asks behind a message
 * learns from one answer that the message is safe.
 */
final class HandledCount {
    /** A stanza that waits for its commit, and the requests that want to know of it. */
    private static final class Owing {
        private final long number;
        private boolean stored;
        private int requests;

        private Owing(long number) {
            this.number = number;
        }
    }

    private static final CompletableFuture<Void> NOTHING_OWED = CompletableFuture.completedFuture(null);

    private final LongConsumer answer;

    /** In order. Guarded by this. */
    private final Deque<Owing> owing = new ArrayDeque<>(1);

    /** How many stanzas have been handled, stored or not. Guarded by this. */
    private long handled;

    /** Completed when nothing is owed. Guarded by this. */
    private CompletableFuture<Void> settled = NOTHING_OWED;

    /**
     * @param handled how many were counted already
     * @param answer tells the client a count; must be quick and must not block
     */
    HandledCount(long handled, LongConsumer answer) {
        this.handled = handled;
        this.answer = answer;
    }

    /**
     * A stanza, and all that it put off, has been handled. Call it in the lane.
     *
     * @param owed what is still to be stored; a commit that fails counts as done, for its stanza was refused
     */
    void handled(List<CompletionStage<?>> owed) {
        if (owed.isEmpty()) {
            count();
            return;
        }
        Owing debt = owe();
        CompletableFuture.allOf(owed.stream()
                        .map(CompletionStage::toCompletableFuture)
                        .toArray(CompletableFuture<?>[]::new))
                .whenComplete((_, _) -> stored(debt));
    }

    private synchronized void count() {
        handled++;
    }

    private synchronized Owing owe() {
        if (owing.isEmpty()) {
            settled = new CompletableFuture<>();
        }
        Owing debt = new Owing(++handled);
        owing.add(debt);
        return debt;
    }

    private void stored(Owing debt) {
        int answers = 0;
        long count;
        CompletableFuture<Void> done = null;
        synchronized (this) {
            debt.stored = true;
            for (Owing first = owing.peek(); first != null && first.stored; first = owing.peek()) {
                answers += first.requests;
                owing.remove();
            }
            count = inGoodHands();
            if (owing.isEmpty()) {
                done = settled;
            }
        }
        for (int i = 0; i < answers; i++) {
            answer.accept(count);
        }
        if (done != null) {
            done.complete(null);
        }
    }

    /**
     * The client asks for the count: it is answered at once, or when what came before is stored. Call it in the lane.
     */
    void asked() {
        long count;
        synchronized (this) {
            if (!owing.isEmpty()) {
                owing.getLast().requests++;
                return;
            }
            count = handled;
        }
        answer.accept(count);
    }

    /** How many stanzas are in good hands. */
    synchronized long inGoodHands() {
        Owing first = owing.peek();
        return first == null ? handled : first.number - 1;
    }

    /**
     * Waits until all that was handled is stored. Blocks; call it in the lane, for what comes meanwhile is not waited
     * for.
     *
     * @return false when it was not after that time
     */
    boolean awaitSettled(Duration most) {
        CompletableFuture<Void> end;
        synchronized (this) {
            end = settled;
        }
        try {
            end.get(most.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException _) {
            return false;
        }
    }
}
