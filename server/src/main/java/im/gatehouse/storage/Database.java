package im.gatehouse.storage;

import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what must survive: one SQLite file, or a PostgreSQL, MariaDB or MySQL server. When a call has returned, or a
 * future has completed, what it stored is on disk.
 *
 * <p>All of it blocks, so call it on virtual threads: a Netty thread is refused with an {@link IllegalStateException}.
 * A unit of work talks only to the {@link DSLContext} that it is given, and only while it runs: nothing lazy may leave
 * it, it may not open transactions, and a call of the database from within a unit is refused with an
 * {@link IllegalStateException}. It has no effects elsewhere, since it may run again after a deadlock or a broken
 * connection.
 *
 * <p>What a unit throws itself undoes its work and reaches the caller as it is. What the database throws reaches the
 * caller as a {@link StorageException}, after some seconds at most when the database is locked, full, read-only or
 * away; as soon as it is back, calls succeed again.
 *
 * <p>Names in statements are written quoted and in lower case on every dialect. A delete or update without a condition
 * is refused; a condition that is always true says that it is meant.
 */
public final class Database implements AutoCloseable {
    /** Bound while the current thread is within a unit of work, or is the thread that commits. */
    static final ScopedValue<Boolean> INSIDE = ScopedValue.newInstance();

    private final Dialect dialect;
    private final Engine engine;

    private Database(Dialect dialect, Engine engine) {
        this.dialect = dialect;
        this.engine = engine;
    }

    /**
     * Opens the database, makes the file if the URL names one that does not exist, and brings its tables up to date.
     *
     * @throws StorageException when it cannot be reached, entered or written, or belongs to a newer version
     */
    public static Database open(StorageSettings settings) {
        refuseEventLoop();
        Dialect dialect = Dialect.of(settings);
        Engine engine =
                dialect == Dialect.SQLITE ? SqliteEngine.open(settings) : ServerEngine.open(dialect, settings);
        return new Database(dialect, engine);
    }

    /**
     * Reads. Each statement sees what was committed when it began; several statements are not one snapshot.
     *
     * @param work only reads; may run more than once
     * @throws StorageException when the database fails
     */
    public <T extends @Nullable Object> T read(Function<DSLContext, T> work) {
        refuseWrongThread();
        return engine.read(work);
    }

    /**
     * Changes something in one transaction, and returns when it is on disk.
     *
     * @param work may run more than once; only the last run counts
     * @throws StorageException when the database fails; nothing is stored
     */
    public <T extends @Nullable Object> T write(Function<DSLContext, T> work) {
        refuseWrongThread();
        return engine.write(work);
    }

    /**
     * Adds rows in a transaction shared with others, which is much cheaper than a {@link #write} each. Units run in
     * the order in which they were appended; the failure of one undoes that one only.
     *
     * <p>At most 10,000 units wait. When so many do, this call waits up to three seconds for a place, and then the
     * future fails.
     *
     * @param work may run more than once; only the last run counts
     * @return completes when the rows are on disk, in the order of the calls, or with the exception that {@link #write}
     *     would have thrown. It completes on the thread that commits for everybody: a dependent stage must be quick,
     *     must not call the database, and moves to another executor for anything more.
     */
    public CompletableFuture<@Nullable Void> append(Consumer<DSLContext> work) {
        refuseWrongThread();
        return engine.append(work);
    }

    /** Commits what waits, then lets go of the file or the server. Later calls fail with a {@link StorageException}. */
    @Override
    public void close() {
        engine.close();
    }

    /** The name of the kind of database: SQLite, PostgreSQL, or MariaDB (which MySQL is spoken to as, too). */
    @Override
    public String toString() {
        return dialect.label();
    }

    private static void refuseWrongThread() {
        refuseEventLoop();
        if (INSIDE.isBound()) {
            throw new IllegalStateException("The database is called from within a unit of work: "
                    + "use the context that the unit was given, or call it before or afterwards");
        }
    }

    /** Netty's event loops and timers are such threads, and none of them may wait for a disk. */
    private static void refuseEventLoop() {
        if (Thread.currentThread() instanceof FastThreadLocalThread thread) {
            throw new IllegalStateException("The database is called on the event loop thread " + thread.getName()
                    + ", which may not block: move the work to a virtual thread");
        }
    }
}
