package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import im.gatehouse.time.SeenTime;
import im.gatehouse.time.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Months that are deleted while somebody reads them, and so draws their noise. */
class VisitorsPruneTest {
    private final MovableTime time = new MovableTime(Instant.parse("2018-06-20T12:00:00Z"));
    private final Metrics metrics = new Metrics(time, false);

    @TempDir
    private Path folder;

    /** Does something at one of the looks which the thread of the test has at the time. */
    private static final class Looks {
        private final Thread watched = Thread.currentThread();
        private int left;
        private @Nullable Runnable task;

        void at(int number, Runnable task) {
            this.left = number;
            this.task = task;
        }

        boolean areOver() {
            return left <= 0;
        }

        Instant look(Instant now) {
            if (Thread.currentThread() == watched && --left == 0 && task != null) {
                task.run();
            }
            return now;
        }
    }

    @BeforeEach
    void writePlaces() throws IOException {
        MmdbWriter.cities().place("67.43.156.0/24", "BT", "", 0).writeTo(folder.resolve("places.mmdb"));
    }

    @AfterEach
    void closeMetrics() {
        metrics.close();
    }

    private Accounts accounts(Database database) {
        ScramSettings scram = new ScramSettings(ScramSettings.LEAST_ITERATIONS);
        return new Accounts(database, scram, Set.of("localhost"), time, new byte[32]);
    }

    private Visitors visitors(Accounts accounts, Database database, Time time) throws GeoFileException {
        ConfigFile file = ConfigFile.parse(
                "mmdb_path = \"places.mmdb\"\nrelease = \"dp\"\n", folder.resolve("gatehouse.toml"));
        return new Visitors(VisitorsConfig.read(file.root()), accounts, database, time, folder);
    }

    private Upkeep upkeep(Visitors visitors, Release release, Database database) {
        return new Upkeep(visitors, release, new VisitorsGauges(metrics), Set.of(), database, time);
    }

    private static void store(Database database, String month) {
        database.write(db -> {
            new VisitorsStore()
                    .addFigures(
                            db, "localhost", month, List.of(new Figure("geo-BT-?-?", 50), new Figure("client-?", 50)));
            return true;
        });
    }

    private static boolean isNothingLeft(Database database) {
        return Stream.of("visitors_month", "visitors_drawn", "visitors_noisy")
                .allMatch(table -> database.read(db -> db.fetchCount(db.selectOne().from(table))) == 0);
    }

    @EveryDatabase
    void aMonthThatIsDeletedWhileSomebodyIsAboutToReadItGetsNoNoise(Database database) throws Exception {
        Looks looks = new Looks();
        try (Accounts accounts = accounts(database);
                Visitors visitors = visitors(accounts, database, new SeenTime(time, looks::look))) {
            Release release = new Release(visitors, database);
            try (Upkeep upkeep = upkeep(visitors, release, database)) {
                int look = 0;
                do {
                    store(database, "2018-04");
                    looks.at(++look, () -> upkeep.removeMonths("localhost", "2018-06"));
                    release.report("localhost", "2018-04", false);
                    assertTrue(!looks.areOver() || isNothingLeft(database), "deleted at look " + look);
                } while (looks.areOver());
                assertTrue(look > 3, "a reader looks at the clock before and after it has looked for the month");
            }
        }
    }

    @EveryDatabase
    void theNoiseOfAMonthGoesWithItAlsoWhenItIsBeingDrawn(Database database) throws Exception {
        deleteWhileNoiseIsDrawn(database, "2018-02");
    }

    @EveryDatabase
    void theNoiseOfAMonthWithoutVisitorsGoesWithThoseBeforeItAlsoWhenItIsBeingDrawn(Database database)
            throws Exception {
        deleteWhileNoiseIsDrawn(database, "2018-03");
    }

    private void deleteWhileNoiseIsDrawn(Database database, String month) throws Exception {
        store(database, "2018-02");
        store(database, "2018-04");
        AtomicReference<@Nullable Runnable> task = new AtomicReference<>();
        RandomGenerator chance = RandomGenerator.of("L64X128MixRandom");
        RandomGenerator random = () -> {
            Runnable once = task.getAndSet(null);
            if (once != null) {
                once.run();
            }
            return chance.nextLong();
        };
        AtomicReference<@Nullable Thread> deleting = new AtomicReference<>();
        try (Accounts accounts = accounts(database);
                Visitors visitors = visitors(accounts, database, time)) {
            Release release = new Release(visitors, database, random);
            try (Upkeep upkeep = upkeep(visitors, release, database)) {
                task.set(() -> {
                    Thread thread = Thread.startVirtualThread(() -> upkeep.removeMonths("localhost", "2018-06"));
                    deleting.set(thread);
                    awaitStandstill(thread);
                });
                release.report("localhost", month, false);
                Thread thread = deleting.get();
                assertTrue(thread != null, "noise was drawn");
                thread.join();
            }
        }
        assertTrue(isNothingLeft(database));
    }

    /** Waits until a thread has ended or can do no more, which is when it was found waiting many times in a row. */
    private static void awaitStandstill(Thread thread) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        int still = 0;
        while (thread.isAlive() && still < 10_000) {
            boolean waits = thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING;
            still = waits ? still + 1 : 0;
            assertTrue(System.nanoTime() - deadline < 0, "waited in vain");
            Thread.yield();
        }
    }
}
