package im.gatehouse.modules.pubsub;

import im.gatehouse.session.Lane;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one thing at a time for a node, and tells of the things in the order in which they were done, after the node is
 * free for the next. Blocks, so call it on virtual threads; safe from any number of them.
 */
final class Turns {
    private static final Logger log = LoggerFactory.getLogger(Turns.class);

    /** Nodes share a turn now and then, which costs a little waiting. */
    private static final int TURNS = 1_024;

    /** A node whose events wait so many deep is changed no further until some of them have been told. */
    private static final int MOST_WAITING = 2_048;

    private final Turn[] turns = new Turn[TURNS];

    Turns() {
        for (int i = 0; i < TURNS; i++) {
            turns[i] = new Turn();
        }
    }

    /** Somebody's turn; used by the thread whose turn it is. */
    static final class Turn {
        private final ReentrantLock lock = new ReentrantLock();
        private final Queue<Consumer<Lane>> untold = new ConcurrentLinkedQueue<>();
        private final AtomicInteger waiting = new AtomicInteger();
        private final Lane telling = new Lane(1);

        /** Has something told after the turn, in a lane, after everything that was to be told before it. */
        void tell(Consumer<Lane> what) {
            waiting.incrementAndGet();
            untold.add(what);
        }

        private void flush() {
            if (!untold.isEmpty()) {
                telling.add(this::tellAll);
            }
        }

        private void tellAll() {
            for (Consumer<Lane> next = untold.poll(); next != null; next = untold.poll()) {
                try {
                    next.accept(telling);
                } catch (RuntimeException e) {
                    log.warn("An event could not be told; the next goes on", e);
                } finally {
                    waiting.decrementAndGet();
                }
            }
        }
    }

    /**
     * Does something in its turn, and answers its result.
     *
     * @throws StanzaException {@code resource-constraint} when too much of what was done has not been told yet
     */
    <T extends @Nullable Object> T take(Object key, Function<Turn, T> work) {
        int hash = key.hashCode();
        Turn turn = turns[(hash ^ hash >>> 16) & TURNS - 1];
        if (turn.lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("A turn within a turn");
        }
        turn.lock.lock();
        try {
            if (turn.waiting.get() > MOST_WAITING) {
                throw new StanzaException(Condition.RESOURCE_CONSTRAINT, "The node is too busy");
            }
            return work.apply(turn);
        } finally {
            turn.lock.unlock();
            turn.flush();
        }
    }
}
