package im.gatehouse.stanza;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a message that several sessions of its receiver were given, as it is or as a copy (XEP-0280), from coming
 * twice: only when all of them gave it back has nobody got it. Safe from any thread.
 */
public final class Copies implements Handover {
    private final AtomicInteger outstanding;

    /**
     * @param number how many sessions are given the message, at least 1
     */
    public Copies(int number) {
        outstanding = new AtomicInteger(number);
    }

    /** Copies of which one has arrived already: whatever comes back, the message goes nowhere. */
    public static Copies ofOneThatArrived() {
        return new Copies(Integer.MAX_VALUE);
    }

    /** Takes a copy back. True for the last one: then all have come back. */
    @Override
    public boolean comesBack() {
        return outstanding.decrementAndGet() == 0;
    }

    @Override
    public void arrived() {
        // it never comes back, so the others do not come back as the last
    }

    /** How many have not come back. */
    public int outstanding() {
        return outstanding.get();
    }
}
