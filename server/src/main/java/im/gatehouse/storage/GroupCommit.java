package im.gatehouse.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what many callers want to store at the same time with one wait for the disk. One thread takes what has
 * gathered while the last group was being committed, runs it in one transaction, each unit in a savepoint of its own,
 * and commits. Every caller is told only after the commit.
 *
 * <p>Units run in the order in which they came. A unit that fails is undone alone. When the transaction itself is lost
 * (disk full, file locked, server gone) all of its units fail, and so do those that already waited, so that an outage
 * never makes a queue of timeouts.
 */
final class GroupCommit {
    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    /** Units waiting at most. */
    static final int QUEUE = 10_000;

    /** How long a caller waits for a place in the queue, and then for its unit to begin, in milliseconds. */
    private static final long PATIENCE_MILLIS = 3_000;

    /** Units in one transaction at most; more would make the first of them wait for no gain. */
    private static final int GROUP = 500;

    /** How often a group is run when others are in its way. */
    private static final int ATTEMPTS = 4;

    private final BlockingQueue<Unit<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final Unit<@Nullable Void> end = new Unit<>(_ -> null);
    private final Transactions transactions;
    private final Configuration statements;
    private final Faults faults;
    private final Thread thread;

    /** Set before {@link #end} is queued: nothing is accepted any more. */
    private volatile boolean closing;

    /** Set by the thread when it has met {@link #end}. */
    private volatile boolean endSeen;

    /** Set by the thread as its last act: nobody takes from the queue any more. */
    private volatile boolean finished;

    /** Only of the thread: a commit has been sent, and a broken connection no longer means that nothing is stored. */
    private boolean committing;

    GroupCommit(Transactions transactions, Configuration statements, Faults faults, ThreadFactory threads) {
        this.transactions = transactions;
        this.statements = statements;
        this.faults = faults;
        this.thread = threads.newThread(() -> ScopedValue.where(Database.INSIDE, true).run(this::run));
        thread.start();
    }

    /** Queues a unit, waiting for a place if need be; a unit that finds none is refused. */
    void submit(Unit<?> unit) {
        if (closing || !offered(unit)) {
            refuse(unit, closing ? closed() : busy());
        } else if (finished) {
            refuseQueued(closed());
        }
    }

    /** Waits for a unit that was submitted. */
    <T extends @Nullable Object> T await(Unit<T> unit) {
        return unit.await(2 * PATIENCE_MILLIS, this::busy);
    }

    private boolean offered(Unit<?> unit) {
        try {
            return queue.offer(unit, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Commits what waits, and returns when that is done; an interrupt cuts the wait short. */
    void close() {
        boolean first = !closing;
        closing = true;
        try {
            if (first) {
                queue.put(end);
            }
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Unit<?>> group = new ArrayList<>(GROUP);
        while (!endSeen) {
            group.clear();
            gather(group);
            if (!group.isEmpty()) {
                commitGuarded(group);
            }
        }
        transactions.close();
        finished = true;
        refuseQueued(closed());
    }

    /** Waits for a unit and takes with it those that wait behind it. */
    private void gather(List<Unit<?>> group) {
        List<Unit<?>> taken = new ArrayList<>(GROUP);
        try {
            taken.add(queue.take());
        } catch (InterruptedException e) {
            log.debug("Nobody interrupts the thread that commits; going on");
            return;
        }
        queue.drainTo(taken, GROUP - 1);
        for (Unit<?> unit : taken) {
            if (unit == end) {
                endSeen = true;
            } else if (unit.claim()) {
                group.add(unit);
            }
        }
    }

    /** The boundary: whatever goes wrong in a group, the thread lives on for the next one. */
    private void commitGuarded(List<Unit<?>> group) {
        try {
            commit(group);
        } catch (RuntimeException | Error e) {
            log.error("Writing to the database failed in an unforeseen way", e);
            StorageException cause = faults.explain(e);
            group.forEach(unit -> unit.refuse(cause));
        }
    }

    private void commit(List<Unit<?>> group) {
        for (int attempt = 1; ; attempt++) {
            try {
                runInTransaction(group);
                group.forEach(Unit::settle);
                return;
            } catch (SQLException | DataAccessException | StorageException e) {
                if (attempt == ATTEMPTS || !mayRunAgain(e)) {
                    StorageException cause = faults.explain(e);
                    refuseQueued(cause); // first, since whoever is told may try again at once
                    group.forEach(unit -> unit.refuse(cause));
                    return;
                }
            }
        }
    }

    private boolean mayRunAgain(Throwable e) {
        return Faults.isConflict(e) || !committing && Faults.isBrokenConnection(e);
    }

    private void runInTransaction(List<Unit<?>> group) throws SQLException {
        committing = false;
        Connection connection = transactions.begin();
        boolean committed = false;
        try {
            DSLContext db = statements.derive(connection).dsl();
            try (Statement control = connection.createStatement()) {
                for (Unit<?> unit : group) {
                    runInSavepoint(control, db, unit);
                }
            }
            committing = true;
            transactions.commit(connection);
            committed = true;
        } finally {
            if (committed) {
                transactions.end(connection);
            } else {
                transactions.abandon(connection);
            }
        }
    }

    /**
     * A savepoint even around a lone unit: where a database undoes the transaction by itself, the release fails and
     * nobody is told that something was stored.
     */
    private void runInSavepoint(Statement control, DSLContext db, Unit<?> unit) throws SQLException {
        control.execute("SAVEPOINT unit");
        try {
            unit.run(db);
        } catch (RuntimeException | Error e) {
            if (mayRunAgain(e)) {
                throw e;
            }
            undo(control, e);
            unit.failed(e instanceof DataAccessException ? faults.explain(e) : e);
        }
        control.execute("RELEASE SAVEPOINT unit");
    }

    private static void undo(Statement control, Throwable cause) throws SQLException {
        try {
            control.execute("ROLLBACK TO SAVEPOINT unit");
        } catch (SQLException lost) {
            if (cause instanceof DataAccessException e) {
                throw e; // it lost the transaction, and says why
            }
            throw lost;
        }
    }

    private void refuseQueued(StorageException cause) {
        for (Unit<?> unit = queue.poll(); unit != null; unit = queue.poll()) {
            if (unit == end) {
                endSeen = true;
            } else {
                refuse(unit, cause);
            }
        }
    }

    private static void refuse(Unit<?> unit, StorageException cause) {
        if (unit.claim()) {
            unit.refuse(cause);
        }
    }

    private StorageException closed() {
        return new StorageException("The database " + faults.place() + " has been closed.");
    }

    private StorageException busy() {
        return new StorageException("The database " + faults.place() + " is too slow: " + QUEUE
                + " changes wait, or one waited for seconds. See to the load of its disk.");
    }
}
