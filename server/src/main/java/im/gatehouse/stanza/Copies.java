package im.gatehouse.stanza;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a message that several sessions of its receiver were given from coming twice: only when all of them gave it
 * back has nobody got it. Safe from any thread.
 */
public final class Copies {
    private final AtomicInteger outstanding;

    /**
     * @param number how many sessions are given the message, at least 2
     */
    public Copies(int number) {
        outstanding = new AtomicInteger(number);
    }

    /** Takes a copy back. True for the last one: then all have come back. */
    public boolean isLastToComeBack() {
        return outstanding.decrementAndGet() == 0;
    }

    /** How many have not come back. */
    public int outstanding() {
        return outstanding.get();
    }
}
