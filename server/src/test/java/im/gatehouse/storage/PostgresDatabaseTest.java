package im.gatehouse.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a database server can suffer. */
class PostgresDatabaseTest {
    /** Less than two calls would take with the pool's own idea of how long one waits. */
    private static final Duration BOUND = Duration.ofSeconds(50);

    @TempDir
    Path folder;

    @Test
    void aServerThatGoesAwayIsToldInSecondsAndIsFoundAgain() throws IOException {
        EmbeddedPostgres first = start(builder -> builder);
        int port = first.getPort();
        StorageSettings settings = new StorageSettings(first.getJdbcUrl("postgres", "postgres"), null, null, 2);
        try (Database database = Database.open(settings)) {
            Things.store(database, "before");
            first.close();
            awaitGone(port);

            assertTimeoutPreemptively(BOUND, () -> {
                assertAway(assertThrows(StorageException.class, () -> Things.store(database, "meanwhile")));
                assertAway(assertThrows(StorageException.class, () -> Things.all(database)));
            });

            try (EmbeddedPostgres again = start(builder -> builder.setPort(port))) {
                assertEquals(port, again.getPort());
                storeAsSoonAsItAnswers(database, "after");
                database.append(db -> Things.put(db, "appended")).join();
                assertEquals(List.of("after", "appended", "before"), Things.all(database));
            }
        }
    }

    private EmbeddedPostgres start(UnaryOperator<EmbeddedPostgres.Builder> more) throws IOException {
        return Databases.startPostgres(
                builder -> more.apply(builder.setDataDirectory(folder).setCleanDataDirectory(false)));
    }

    /** The library waits five seconds for a server's end, and goes on without it. */
    private static void awaitGone(int port) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (System.nanoTime() < deadline) {
            try (Socket _ = new Socket("localhost", port)) {
                Thread.yield();
            } catch (ConnectException e) {
                return;
            }
        }
        throw new AssertionError("PostgreSQL goes on");
    }

    /** The pool tries again every three seconds, which is as long as one call waits. */
    private static void storeAsSoonAsItAnswers(Database database, String name) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            try {
                Things.store(database, name);
                return;
            } catch (StorageException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
            }
        }
    }

    private static void assertAway(StorageException thrown) {
        assertTrue(thrown.getMessage().contains("does not answer"), thrown.getMessage());
    }

    @Test
    void aServerThatIsNotThereIsNamedWithoutThePassword() {
        StorageSettings settings =
                new StorageSettings("jdbc:postgresql://127.0.0.1:1/gatehouse?password=secret", "me", "secret", 2);

        StorageException thrown = assertThrows(StorageException.class, () -> Database.open(settings));

        assertAway(thrown);
        assertTrue(thrown.getMessage().contains("jdbc:postgresql://127.0.0.1:1/gatehouse does"), thrown.getMessage());
    }

    @EveryDatabase
    void twoUnitsThatLockEachOtherOutBothSucceedInTheEnd(Database database) throws Exception {
        if (database.toString().equals("SQLite")) {
            return; // it has one writer, and so no deadlocks
        }
        Things.store(database, "a");
        Things.store(database, "b");
        CountDownLatch bothHaveOne = new CountDownLatch(2);

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> one = threads.submit(() -> lockBoth(database, "a", "b", bothHaveOne));
            Future<?> other = threads.submit(() -> lockBoth(database, "b", "a", bothHaveOne));
            one.get();
            other.get();
        }

        assertEquals(2, Things.count(database, Things.TABLE, Things.CREATED_AT.eq(5L)));
    }

    private static int lockBoth(Database database, String first, String second, CountDownLatch bothHaveOne) {
        return database.write(db -> {
            int changed = addTwo(db, first);
            bothHaveOne.countDown();
            await(bothHaveOne);
            return changed + addTwo(db, second);
        });
    }

    private static int addTwo(DSLContext db, String name) {
        return db.update(Things.TABLE)
                .set(Things.CREATED_AT, Things.CREATED_AT.plus(2L))
                .where(Things.LUSER.eq(name))
                .execute();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
