package im.gatehouse.modules.roster;

import im.gatehouse.jid.Jid;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does one thing at a time for an account, whoever asks: what is stored, what is remembered and what clients are told
 * change in the same order. Blocks, so call it on virtual threads. Whoever holds one account asks for no other, and
 * routes no stanza, so that nobody waits in a circle.
 */
public final class AccountLocks {
    /** Accounts share a lock now and then, which costs a little waiting; 1,024 of them take 100 KB. */
    private static final int LOCKS = 1_024;

    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    public AccountLocks() {
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Does something for an account and answers its result. */
    public <T extends @Nullable Object> T with(Jid account, Supplier<T> work) {
        int hash = account.bare().hashCode();
        ReentrantLock lock = locks[(hash ^ hash >>> 16) & LOCKS - 1];
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("An account is held already");
        }
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
