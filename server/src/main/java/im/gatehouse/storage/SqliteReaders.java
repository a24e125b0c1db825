package im.gatehouse.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an embedded database on a few threads of its own, each with its own connection.
 *
 * <p>Not on the caller's thread, because the driver waits for the disk in native code, where a virtual thread keeps its
 * carrier: two slow queries on a machine with two cores would stop every virtual thread of the server. Handing a query
 * over costs some microseconds, and the limit on connections comes for free.
 */
final class SqliteReaders {
    private static final Logger log = LoggerFactory.getLogger(SqliteReaders.class);

    /** Queries waiting at most. */
    private static final int QUEUE = 10_000;

    /** How long a caller waits for a place in the queue, and then for its query to begin, in milliseconds. */
    private static final long PATIENCE_MILLIS = 3_000;

    private final BlockingQueue<Unit<?>> queue = new ArrayBlockingQueue<>(QUEUE);

    /** Ends the thread that takes it. */
    private final Unit<@Nullable Void> end = new Unit<>(_ -> null);

    private final List<Thread> threads = new ArrayList<>();
    private final SqliteFile file;
    private final Configuration statements;
    private final Faults faults;
    private volatile boolean closing;

    SqliteReaders(SqliteFile file, int size, Configuration statements, Faults faults) {
        this.file = file;
        this.statements = statements;
        this.faults = faults;
        for (int i = 1; i <= size; i++) {
            threads.add(Thread.ofPlatform().daemon().name("storage-reader-" + i).start(new Reader()));
        }
    }

    <T extends @Nullable Object> T read(Function<DSLContext, T> work) {
        Unit<T> unit = new Unit<>(work);
        try {
            if (closing || !queue.offer(unit, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw closing ? closed() : busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException("The wait for the database was interrupted; nothing was read.", e);
        }
        return unit.await(2 * PATIENCE_MILLIS, () -> closing ? closed() : busy());
    }

    /** Answers what waits, and returns when that is done; an interrupt cuts the wait short. */
    void close() {
        boolean first = !closing;
        closing = true;
        try {
            for (int i = 0; first && i < threads.size(); i++) {
                queue.put(end); // each thread takes one and no more
            }
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Unit<?> unit = queue.poll(); unit != null; unit = queue.poll()) {
            if (unit.claim()) {
                unit.refuse(closed());
            }
        }
    }

    private StorageException closed() {
        return new StorageException("The database " + faults.place() + " has been closed.");
    }

    private StorageException busy() {
        return new StorageException("The database " + faults.place() + " is too slow: " + QUEUE
                + " queries wait, or one waited for seconds. See to the load of its disk.");
    }

    private final class Reader implements Runnable {
        /** Null until it is needed, and after a failure. */
        private @Nullable Connection connection;

        private @Nullable DSLContext db;

        @Override
        public void run() {
            ScopedValue.where(Database.INSIDE, true).run(this::answerAll);
        }

        private void answerAll() {
            for (Unit<?> unit = next(); unit != end; unit = next()) {
                if (unit.claim()) {
                    answer(unit);
                }
            }
            disconnect();
        }

        private Unit<?> next() {
            while (true) {
                try {
                    return queue.take();
                } catch (InterruptedException e) {
                    log.debug("Nobody interrupts a thread that reads; going on");
                }
            }
        }

        private void answer(Unit<?> unit) {
            try {
                unit.run(connected());
                unit.settle();
            } catch (SQLException | DataAccessException e) {
                disconnect();
                unit.refuse(faults.explain(e));
            } catch (RuntimeException | Error e) {
                unit.failed(e);
                unit.settle();
            }
        }

        private DSLContext connected() throws SQLException {
            DSLContext open = db;
            if (open == null) {
                Connection opened = file.openForReading();
                connection = opened;
                open = statements.derive(opened).dsl();
                db = open;
            }
            return open;
        }

        private void disconnect() {
            Connection open = connection;
            connection = null;
            db = null;
            if (open != null) {
                try {
                    open.close();
                } catch (SQLException e) {
                    log.debug("A reader's connection did not close: {}", e.getMessage());
                }
            }
        }
    }
}
