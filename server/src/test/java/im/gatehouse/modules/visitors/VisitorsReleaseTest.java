package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.Stand;
import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class VisitorsReleaseTest {
    private static final String MONTHS = "VisitorsAdminQuery.months";
    private static final String REPORT = "VisitorsAdminQuery.report";
    private static final String PRUNE = "VisitorsAdminMutation.prune";

    private final MovableTime time = new MovableTime(Instant.parse("2018-06-01T00:02:00Z"));

    @TempDir
    private Path folder;

    @BeforeEach
    void writePlaces() throws IOException {
        MmdbWriter.cities().place("67.43.156.0/24", "BT", "", 0).writeTo(folder.resolve("places.mmdb"));
    }

    private Stand stand(Database database, String... keys) {
        String table = "[modules.mod_monthly_visitors]\nmmdb_path = '%s'\n%s\n"
                .formatted(folder.resolve("places.mmdb"), String.join("\n", keys));
        return Stand.start(
                new VisitorsModule(), database, time, table + "client_patterns = { a = \"IOS\", b = \"ANDROID\" }\n");
    }

    private static void store(Database database, String month, Object... cellsAndTotals) {
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < cellsAndTotals.length; i += 2) {
            figures.add(new Figure((String) cellsAndTotals[i], (Integer) cellsAndTotals[i + 1]));
        }
        store(database, "localhost", month, figures);
    }

    private static void store(Database database, String domain, String month, List<Figure> figures) {
        database.write(db -> {
            new VisitorsStore().addFigures(db, domain, month, figures);
            return true;
        });
    }

    private static VisitorsAdmin.Report report(Stand stand, String month, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("domain", "localhost", "month", month));
        arguments.addAll(List.of(more));
        return (VisitorsAdmin.Report) stand.call(REPORT, arguments.toArray());
    }

    /**
     * The metrics, once they show what is expected; they are made on a thread of the module's. However often that is
     * waited for, the month stays the same.
     */
    private String metricsWith(Stand stand, String line) {
        Instant now = time.now();
        awaitTrue(() -> {
            time.forward(Duration.ofMinutes(1));
            time.setWallClock(now);
            return stand.metrics().prometheus().contains(line);
        });
        return stand.metrics().prometheus();
    }

    private static void awaitTrue(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "waited in vain");
            Thread.yield();
        }
    }

    @EveryDatabase
    void withKNobodyLearnsOfTheOneFromBhutan(Database database) {
        store(database, "2018-04", "geo-GB-?-?", 9, "client-IOS", 9);
        store(database, "2018-05", "geo-GB-?-?", 12, "geo-BT-?-?", 1, "client-IOS", 12, "client-ANDROID", 1);
        try (Stand stand = stand(database, "release = \"k\"")) {
            VisitorsAdmin.Report report = report(stand, "2018-05");
            assertEquals(Long.valueOf(13), report.users());
            assertEquals("k", report.release());
            assertEquals(Integer.valueOf(10), report.k());
            assertEquals(List.of("geo-?-?-?"), report.places().stream().map(p -> p.cell()).toList());
            assertEquals(List.of("client-?"), report.clients().stream().map(c -> c.cell()).toList());
            String metrics = metricsWith(
                    stand, "mod_monthly_visitors_uniques{host_type=\"localhost\",month=\"2018-05\"} 13");
            StringBuilder published = new StringBuilder(metrics).append(report).append(stand.metrics().dotted());
            for (String format : List.of("table", "csv", "lua")) {
                published.append(report(stand, "2018-05", "format", format).text());
            }
            assertFalse(published.toString().contains("BT"));
            assertFalse(published.toString().contains("ANDROID"));
            assertFalse(published.toString().contains("12"), published.toString());

            // Nor whether a few came in April, or none.
            assertEquals(List.of("2018-05"), stand.call(MONTHS, "domain", "localhost"));
            VisitorsAdmin.Report few = report(stand, "2018-04");
            VisitorsAdmin.Report none = report(stand, "2018-03");
            assertNull(few.users());
            assertEquals(few.toString().replace("2018-04", "2018-03"), none.toString());
            assertFalse(metrics.contains("2018-04"));
        }
    }

    private static final List<String> PLACES = List.of(
            "geo-GB-ENG-1", "geo-GB-ENG-2", "geo-GB-ENG-?", "geo-GB-?-?", "geo-DE-HE-5", "geo-DE-HE-6", "geo-DE-BY-7",
            "geo-DE-?-?", "geo-BT-?-?", "geo-?-?-?");
    private static final List<String> CLIENTS = List.of("client-IOS", "client-ANDROID", "client-?");

    /** Users who came from somewhere each, with some client; more often few than many. */
    private static List<Figure> someMonth(RandomGenerator random) {
        Map<String, Long> cells = new TreeMap<>();
        for (String place : PLACES) {
            int users = random.nextInt(3) == 0 ? random.nextInt(40) : random.nextInt(6);
            for (int user = 0; user < users; user++) {
                cells.merge(place, 1L, Long::sum);
                cells.merge(CLIENTS.get(random.nextInt(random.nextInt(1, 4))), 1L, Long::sum);
            }
        }
        return cells.entrySet().stream().map(cell -> new Figure(cell.getKey(), cell.getValue())).toList();
    }

    private static List<Figure> figures(VisitorsAdmin.Report report) {
        List<Figure> figures = new ArrayList<>();
        report.places().forEach(place -> figures.add(new Figure(place.cell(), place.users())));
        report.clients().forEach(client -> figures.add(new Figure(client.cell(), client.users())));
        return figures;
    }

    /** All that anybody is told of a domain, without its name. */
    private static String allThatIsPublished(Stand stand, String domain, List<String> months) {
        StringBuilder all = new StringBuilder();
        for (boolean shared : List.of(true, false)) {
            all.append(stand.call(MONTHS, "domain", domain, "shared", shared));
            for (String month : months) {
                for (String format : List.of("table", "csv", "lua")) {
                    all.append(stand.call(
                            REPORT, "domain", domain, "month", month, "shared", shared, "format", format));
                }
            }
        }
        stand.metrics().prometheus().lines()
                .filter(line -> line.startsWith("mod_monthly_visitors") && line.contains(domain))
                .sorted()
                .forEach(all::append);
        return all.toString().replace(domain, "DOMAIN");
    }

    /** Whether the metrics have every month that is told to others. */
    private static boolean areAllShown(Stand stand, String domain) {
        long shown = stand.metrics().prometheus().lines()
                .filter(line -> line.startsWith("mod_monthly_visitors_uniques{") && line.contains(domain))
                .count();
        return shown == ((List<?>) stand.call(MONTHS, "domain", domain, "shared", true)).size();
    }

    /**
     * Whoever wants to find out what is hidden has the procedure, the reports in all formats, the list of months and
     * the metrics. None of them differs from those of a domain in which nobody is hidden: one whose exact figures are
     * what is published of the first.
     */
    @EveryDatabase
    void allThatIsPublishedWouldBeTheSameHadNothingBeenHidden(Database database) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(2018);
        List<String> months = IntStream.range(0, 30)
                .mapToObj(i -> YearMonth.of(2010, 1).plusMonths(i).toString())
                .toList();
        try (Stand stand = stand(database, "release = \"k\"")) {
            int hidden = 0;
            for (String month : months) {
                List<Figure> exact = someMonth(random);
                store(database, "localhost", month, exact);
                List<Figure> published = figures(report(stand, month));
                store(database, "example.org", month, published);
                hidden += (int) exact.stream().filter(figure -> !published.contains(figure)).count();
            }
            assertTrue(hidden > 100, "only " + hidden + " cells were hidden");
            // It deletes nothing, but has the metrics made anew, which were first made while some months were not stored.
            stand.call(PRUNE, "domain", "localhost", "before", "2009-01");
            awaitTrue(() -> Stream.of("localhost", "example.org").allMatch(domain -> areAllShown(stand, domain)));
            assertEquals(
                    allThatIsPublished(stand, "localhost", months),
                    allThatIsPublished(stand, "example.org", months));
        }
    }

    @EveryDatabase
    void exactFiguresAreForAdministratorsAndOthersGetGroups(Database database) {
        store(database, "2018-04", "geo-GB-?-?", 9, "client-IOS", 9);
        store(database, "2018-05", "geo-GB-?-?", 12, "geo-BT-?-?", 1, "client-IOS", 13);
        try (Stand stand = stand(database)) {
            assertEquals(2, report(stand, "2018-05").places().size());
            assertEquals("exact", report(stand, "2018-05").release());
            assertEquals(List.of("2018-04", "2018-05"), stand.call(MONTHS, "domain", "localhost"));
            VisitorsAdmin.Report shared = report(stand, "2018-05", "shared", true);
            assertEquals(List.of("geo-?-?-?"), shared.places().stream().map(p -> p.cell()).toList());
            assertEquals(List.of("2018-05"), stand.call(MONTHS, "domain", "localhost", "shared", true));
            String metrics = metricsWith(
                    stand, "mod_monthly_visitors_uniques{host_type=\"localhost\",month=\"2018-05\"} 13");
            assertFalse(metrics.contains("2018-04"));
        }
    }

    @EveryDatabase
    void theRunningMonthIsNeverInTheMetrics(Database database) {
        store(database, "2018-05", "geo-GB-?-?", 12, "client-IOS", 12);
        store(database, "2018-06", "geo-GB-?-?", 12, "client-IOS", 12);
        try (Stand stand = stand(database, "release_running_month = true")) {
            assertEquals(Long.valueOf(12), report(stand, "2018-06").users());
            String metrics = metricsWith(stand, "month=\"2018-05\"} 12");
            assertFalse(metrics.contains("2018-06"));
        }
    }

    @EveryDatabase
    void noiseIsDrawnOnceForAMonthAndStored(Database database) {
        store(database, "2018-03", "geo-GB-?-?", 5_000, "geo-BT-?-?", 1, "client-IOS", 5_001);
        store(database, "2018-05", "geo-GB-?-?", 5_000, "client-IOS", 4_000, "client-OLD", 1_000);
        String drawn;
        try (Stand stand = stand(database, "release = \"dp\"")) {
            VisitorsAdmin.Report report = report(stand, "2018-03");
            drawn = report.toString();
            assertEquals(drawn, report(stand, "2018-03").toString());
            assertEquals(List.of("geo-GB-?-?"), report.places().stream().map(p -> p.cell()).toList());
            assertEquals(
                    Set.of("client-IOS", "client-ANDROID", "client-?"),
                    new HashSet<>(report.clients().stream().map(c -> c.cell()).toList()));
            assertTrue(Math.abs(report.users() - 5_001) < 100);
            long clients = report.clients().stream().mapToLong(c -> c.users()).sum();
            assertEquals(Long.valueOf(clients), report.users());
            assertTrue(report.clients().stream().allMatch(c -> c.users() >= 0));
            assertEquals(Double.valueOf(1), report.epsilon());
            assertEquals(Double.valueOf(1e-6), report.delta());
            assertEquals(Double.valueOf(12), report.yearlyEpsilon());
            assertTrue(Math.abs(report.yearlyDelta() - 12e-6) < 1e-15);
            assertTrue(report(stand, "2018-03", "format", "table").text().contains("a year of months: epsilon = 12.0"));
            assertFalse(report(stand, "2018-05").toString().contains("OLD"));

            // That nobody came in April does not show.
            assertEquals(List.of("2018-03", "2018-04", "2018-05"), stand.call(MONTHS, "domain", "localhost"));
            assertTrue(stand.refusal(REPORT, "domain", "localhost", "month", "2018-06").startsWith("month_not_rel"));
            metricsWith(stand, "month=\"2018-03\"} " + report.users());
        }
        try (Stand stand = stand(database, "release = \"dp\"", "epsilon = 0.1")) {
            assertEquals(drawn, report(stand, "2018-03").toString(), "another budget does not draw again");
        }
    }

    @EveryDatabase
    void twoServersAgreeOnTheNoise(StorageSettings settings) throws Exception {
        try (Database one = Database.open(settings);
                Database two = Database.open(settings)) {
            store(one, "2018-05", "geo-GB-?-?", 5_000, "client-IOS", 5_000);
            try (Stand first = stand(one, "release = \"dp\"");
                    Stand second = stand(two, "release = \"dp\"");
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Callable<String>> readers = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    Stand stand = i % 2 == 0 ? first : second;
                    readers.add(() -> report(stand, "2018-05").toString());
                }
                Set<String> answers = new HashSet<>();
                for (var answer : threads.invokeAll(readers)) {
                    answers.add(answer.get());
                }
                assertEquals(1, answers.size(), answers.toString());
            }
        }
    }

    // --- deleting ---

    private static void mark(Database database, String... localsAndMonths) {
        database.write(db -> {
            for (int i = 0; i < localsAndMonths.length; i += 2) {
                new VisitorsStore().importMarker(
                        db, im.gatehouse.jid.Jid.of(localsAndMonths[i], "localhost"), localsAndMonths[i + 1]);
            }
            return true;
        });
    }

    private static int markers(Database database) {
        return database.read(db -> db.fetchCount(db.selectOne().from("visitors_marker")));
    }

    @EveryDatabase
    void pruneDeletesFiguresNoiseAndMarkersBeforeAMonth(Database database) {
        store(database, "2018-03", "geo-GB-?-?", 12, "client-IOS", 12);
        store(database, "2018-04", "geo-GB-?-?", 12, "client-IOS", 12);
        store(database, "2018-05", "geo-GB-?-?", 12, "client-IOS", 12);
        mark(database, "alice", "2018-03", "bob", "2018-04", "carol", "2018-05");
        try (Stand stand = stand(database, "release = \"dp\"", "epsilon = 10")) {
            report(stand, "2018-03");
            metricsWith(stand, "month=\"2018-04\"");
            assertEquals(
                    new VisitorsAdmin.Pruned(2, null), stand.call(PRUNE, "domain", "localhost", "before", "2018-05"));
            assertEquals(List.of("2018-05"), stand.call(MONTHS, "domain", "localhost"));
            assertEquals(
                    new VisitorsAdmin.Pruned(0, null), stand.call(PRUNE, "domain", "example.org", "before", "2018-06"));
            awaitTrue(() -> !stand.metrics().prometheus().contains("2018-04"));
            for (String bad : List.of("2018-13", "May", "")) {
                assertTrue(stand.refusal(PRUNE, "domain", "localhost", "before", bad).startsWith("invalid_month"));
            }
            assertTrue(stand.refusal(PRUNE, "domain", "localhost", "before", "2018-07").startsWith("month_in_future"));
        }
        assertEquals(1, markers(database));
        int noisy = database.read(
                db -> db.fetchCount(db.selectOne().from("visitors_noisy").where("month < '2018-05'")));
        assertEquals(0, noisy);
    }

    @EveryDatabase
    void withKPruneTellsNeitherHowManyStayedAwayNorOfMonthsThatAreNotTold(Database database) {
        store(database, "2018-03", "geo-GB-?-?", 9, "client-IOS", 9);
        store(database, "2018-04", "geo-GB-?-?", 12, "client-IOS", 12);
        mark(database, "alice", "2018-03", "bob", "2018-04", "carol", "2018-05");
        try (Stand stand = stand(database, "release = \"k\"")) {
            assertEquals(
                    new VisitorsAdmin.Pruned(1, null), stand.call(PRUNE, "domain", "localhost", "before", "2018-05"));
        }
        assertEquals(1, markers(database));
    }

    @EveryDatabase
    void monthsOlderThanTheOperatorKeepsThemAreDeletedAggregateAndMarkerAlike(Database database) {
        store(database, "2018-03", "geo-GB-?-?", 12, "client-IOS", 12);
        store(database, "2018-04", "geo-GB-?-?", 12, "client-IOS", 12);
        mark(database, "alice", "2018-03", "bob", "2018-04");
        try (Stand stand = stand(database, "retention_months = 2")) {
            awaitTrue(() -> markers(database) == 1);
            awaitTrue(() -> List.of("2018-04").equals(stand.call(MONTHS, "domain", "localhost")));
            time.setWallClock(Instant.parse("2018-07-01T00:01:00Z"));
            time.forward(Duration.ofMinutes(1));
            awaitTrue(() -> markers(database) == 0);
            awaitTrue(() -> List.of().equals(stand.call(MONTHS, "domain", "localhost")));
        }
    }

    @EveryDatabase
    void manyMarkersAreSweptPageByPage(Database database) {
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            users.add("user" + i);
            users.add(i % 5 == 0 ? "2018-05" : "2018-02");
        }
        mark(database, users.toArray(String[]::new));
        try (Stand stand = stand(database)) {
            assertEquals(
                    new VisitorsAdmin.Pruned(0, 2_000L), stand.call(PRUNE, "domain", "localhost", "before", "2018-05"));
        }
        assertEquals(500, markers(database));
    }

    // --- a great month ---

    @Test
    @Timeout(600)
    void aMonthOfAMillionPlacesIsReportedInBoundedTime() {
        StorageSettings settings = new StorageSettings("jdbc:sqlite:" + folder.resolve("great.db"), null, null, 2);
        try (Database database = Database.open(settings)) {
            database.write(db -> db.execute(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
                    INSERT INTO visitors_month (host, month, cell, total)
                    SELECT 'localhost', '2018-05', 'geo-GB-ENG-' || i, 1 FROM n
                    """));
            store(database, "2018-05", "client-IOS", 1_000_000);
            try (Stand stand = stand(database)) {
                VisitorsAdmin.Report report = report(stand, "2018-05");
                assertEquals(Long.valueOf(1_000_000), report.users());
                assertEquals(10_000, report.places().size());
                assertEquals(990_000, report.placesLeftOut());
                VisitorsAdmin.Report text = report(stand, "2018-05", "format", "csv", "limit", 20);
                assertEquals(20, text.places().size());
                assertEquals(1_000_002, text.text().lines().count());
                assertEquals(
                        List.of("geo-GB-ENG-?"),
                        report(stand, "2018-05", "shared", true).places().stream().map(p -> p.cell()).toList());
                assertEquals(
                        new VisitorsAdmin.Pruned(1, 0L), stand.call(PRUNE, "domain", "localhost", "before", "2018-06"));
            }
        }
    }
}
