package im.gatehouse.storage;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work on its way to a thread of the database. Either that thread claims it and then runs it to its end,
 * or the caller claims it back because it waited too long, and then it never runs: its outcome is always known.
 *
 * @param <T> what it answers
 */
final class Unit<T extends @Nullable Object> {
    private final Function<DSLContext, T> work;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    private final AtomicBoolean claimed = new AtomicBoolean();

    /** Written and read by the thread that has claimed the unit. */
    private @Nullable T result;

    /** Written and read by the thread that has claimed the unit. */
    private @Nullable Throwable failure;

    Unit(Function<DSLContext, T> work) {
        this.work = work;
    }

    /** Work that answers nothing. */
    static Unit<@Nullable Void> of(Consumer<DSLContext> work) {
        return new Unit<>(db -> {
            work.accept(db);
            return null;
        });
    }

    CompletableFuture<T> done() {
        return done;
    }

    /** True for the first who asks. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** Does the work and keeps the answer until {@link #settle}. */
    void run(DSLContext db) {
        failure = null;
        result = work.apply(db);
    }

    /** Its own work has failed; {@link #settle} will say so. */
    void failed(Throwable cause) {
        failure = cause;
    }

    /** Tells the caller how it ended, now that it is sure. */
    void settle() {
        if (failure != null) {
            done.completeExceptionally(failure);
        } else {
            done.complete(result);
        }
    }

    /** Tells the caller that nothing was done. */
    void refuse(StorageException cause) {
        done.completeExceptionally(cause);
    }

    /**
     * Waits for the end. An interrupt takes back a unit that has not begun, and leaves alone one that has.
     *
     * @param patience how many milliseconds it may take until the unit begins
     * @param tooLate makes what is thrown when it has not begun by then
     */
    T await(long patience, Supplier<StorageException> tooLate) {
        try {
            return done.get(patience, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        } catch (TimeoutException e) {
            if (claim()) {
                throw tooLate.get();
            }
            return join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (claim()) {
                throw new StorageException("The wait for the database was interrupted; nothing was done.", e);
            }
            return join();
        }
    }

    /** Waits for a unit that is being run, however long it takes: only then is its outcome known. */
    private T join() {
        try {
            return done.join();
        } catch (CompletionException e) {
            throw rethrown(e.getCause());
        }
    }

    /** A failure of the database is shared by many callers: each throws one of its own, which shows its call. */
    private static RuntimeException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case Error error -> throw error;
            case StorageException shared -> new StorageException(String.valueOf(shared.getMessage()), shared);
            case RuntimeException own -> own;
            case null, default -> new IllegalStateException("A unit of work cannot throw a checked exception", cause);
        };
    }
}
