package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import im.gatehouse.account.Registered;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleException;
import im.gatehouse.modules.Client;
import im.gatehouse.modules.Stand;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class VisitorsTest {
    private static final String BOXFORD = "2.125.160.217";
    private static final String BHUTAN = "67.43.156.1";
    private static final String JAPAN = "2001:218::1";
    private static final String PATTERNS =
            """
            [modules.mod_monthly_visitors.client_patterns]
            "^zom" = "IOS"
            "^Conversations%..*" = "ANDROID"
            """;

    private final MovableTime time = new MovableTime(Instant.parse("2018-05-20T12:00:00Z"));

    @TempDir
    private Path folder;

    @BeforeEach
    void writePlaces() throws IOException {
        MmdbWriter.cities()
                .place("2.125.160.216/29", "GB", "ENG", 2655045)
                .place("67.43.156.0/24", "BT", "", 0)
                .place("2001:218::/32", "JP", "13", 1850147)
                .writeTo(folder.resolve("places.mmdb"));
    }

    private String table(String... keys) {
        return """
                [modules.mod_monthly_visitors]
                mmdb_path = '%s'
                %s
                """
                        .formatted(folder.resolve("places.mmdb"), String.join("\n", keys))
                + PATTERNS;
    }

    private Stand stand(Database database, String... keys) {
        Stand stand = Stand.start(new PatientVisitors(), database, time, table(keys));
        stand.register("alice@localhost", "bob@localhost");
        return stand;
    }

    /** Logs in, and out again. */
    private static void logIn(Stand stand, String address, String ip) {
        Client client = stand.client(address, ip);
        assertEquals(Optional.empty(), client.logIn());
        client.leave();
    }

    /** What is stored of a month, after the module has stopped and so has counted all. */
    private static Map<String, Long> stored(Database database, String month) {
        Map<String, Long> figures = new TreeMap<>();
        database.read(db -> new VisitorsStore().figures(db, "localhost", month))
                .forEach(figure -> figures.put(figure.cell(), figure.total()));
        return figures;
    }

    private static int markers(Database database) {
        return database.read(db -> db.fetchCount(db.selectOne().from("visitors_marker")));
    }

    @EveryDatabase
    void aUserIsCountedByPlaceAndClientOnceAMonth(Database database) {
        try (Stand stand = stand(database)) {
            logIn(stand, "alice@localhost/zom12x", BOXFORD);
            logIn(stand, "alice@localhost/Conversations.abc", BHUTAN);
        }
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
        try (Stand again = Stand.start(new PatientVisitors(), database, time, table())) {
            logIn(again, "alice@localhost/Conversations.abc", BHUTAN);
        }
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void whatIsNotKnownOfAPlaceIsAQuestionMark(Database database) {
        try (Stand stand = stand(database)) {
            logIn(stand, "alice@localhost/x", BHUTAN);
        }
        assertEquals(Map.of("geo-BT-?-?", 1L, "client-?", 1L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void anIpv6AddressIsCountedAndLoggedIn(Database database) {
        try (Stand stand = stand(database)) {
            logIn(stand, "alice@localhost/Conversations.1", JAPAN);
        }
        assertEquals(Map.of("geo-JP-13-1850147", 1L, "client-ANDROID", 1L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void addressesThatArePrivateUnlistedOrAbsentAreNowhereAndLoggedIn(Database database) {
        try (Stand stand = stand(database)) {
            stand.register("carol@localhost");
            logIn(stand, "alice@localhost/x", "10.0.0.1");
            logIn(stand, "bob@localhost/x", "2001:db8::1");
            Client carol = stand.client("carol@localhost/x", null);
            assertEquals(Optional.empty(), carol.logIn());
        }
        assertEquals(Map.of("geo-?-?-?", 3L, "client-?", 3L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void withRecordCountryOthersLeaveNoTraceAndCountOnceTheyComeFromThere(Database database) {
        try (Stand stand = stand(database, "record_country = \"gb\"")) {
            logIn(stand, "alice@localhost/zom", BHUTAN);
            logIn(stand, "bob@localhost/zom", "10.0.0.1");
        }
        assertEquals(Map.of(), stored(database, "2018-05"));
        assertEquals(0, markers(database));
        try (Stand stand = Stand.start(new PatientVisitors(), database, time, table("record_country = \"gb\""))) {
            logIn(stand, "alice@localhost/zom", BOXFORD);
        }
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void aMonthEndsAtMidnightInTheConfiguredZone(Database database) {
        try (Stand stand = stand(database, "timezone = \"Europe/Berlin\"")) {
            time.setWallClock(Instant.parse("2018-05-31T21:59:59Z"));
            logIn(stand, "alice@localhost/zom", BOXFORD);
            time.setWallClock(Instant.parse("2018-05-31T22:00:00Z"));
            logIn(stand, "alice@localhost/zom", BHUTAN);
        }
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
        assertEquals(Map.of("geo-BT-?-?", 1L, "client-IOS", 1L), stored(database, "2018-06"));
        assertEquals(1, markers(database));
    }

    /** Sets the clock, starts a server, has somebody log in, and stops it when that is counted. */
    private void logInAt(Database database, String moment, String address) {
        time.setWallClock(Instant.parse(moment));
        try (Stand stand = Stand.start(new PatientVisitors(), database, time, table())) {
            Jid account = Jid.parse(address).bare();
            if (!stand.accounts().exists(account)) {
                stand.register(account.toString());
            }
            logIn(stand, address, BOXFORD);
        }
    }

    @EveryDatabase
    void aClockThatIsSetBackCountsNobodyTwiceAndOneThatWasFarAheadIsPutRight(Database database) {
        logInAt(database, "2018-05-20T12:00:00Z", "alice@localhost/zom");
        logInAt(database, "2018-06-01T00:00:00Z", "alice@localhost/zom");
        logInAt(database, "2018-05-31T23:59:00Z", "alice@localhost/zom");
        logInAt(database, "2040-01-01T00:00:00Z", "bob@localhost/zom");
        logInAt(database, "2018-06-01T00:00:00Z", "bob@localhost/zom");
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
        assertEquals(Map.of("geo-GB-ENG-2655045", 2L, "client-IOS", 2L), stored(database, "2018-06"));
    }

    @EveryDatabase
    void whatCannotBeStoredIsCountedAtTheNextLoginAndNoHalfOfIt(Database database) {
        try (Stand stand = stand(database)) {
            database.write(db -> db.execute("ALTER TABLE visitors_month RENAME TO away"));
            logIn(stand, "alice@localhost/zom", BOXFORD);
        }
        assertEquals(0, markers(database));
        database.write(db -> db.execute("ALTER TABLE away RENAME TO visitors_month"));
        try (Stand stand = Stand.start(new PatientVisitors(), database, time, table())) {
            logIn(stand, "alice@localhost/zom", BOXFORD);
        }
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
    }

    /** And the server, when it stops, waits until it is counted. */
    @EveryDatabase
    void aLoginDoesNotWaitForASlowDatabase(Database database) throws InterruptedException {
        try (Stand stand = Stand.start(new VisitorsModule(), database, time, table())) {
            stand.register("alice@localhost");
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            Thread slow = Thread.startVirtualThread(() -> database.write(db -> {
                busy.countDown();
                return awaited(release);
            }));
            busy.await();
            logIn(stand, "alice@localhost/zom", BOXFORD);
            release.countDown();
            slow.join();
        }
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void logInsGoOnWhileTheDatabaseHangsAndAreCountedAtTheNextOne(Database database) throws InterruptedException {
        int users = 12_000; // more than may wait
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        logInAt(database, "2018-05-20T12:00:00Z", "first@localhost/zom");
        try (Stand stand = stand(database)) {
            Registered.all(
                    stand.accounts(),
                    IntStream.range(0, users).mapToObj(user -> Jid.of("user" + user, "localhost")).toList());
            Thread slow = Thread.startVirtualThread(() -> database.write(db -> {
                db.execute("UPDATE visitors_month SET total = total WHERE total > 0");
                busy.countDown();
                return awaited(release);
            }));
            busy.await();
            long before = waits();
            for (int user = 0; user < users; user++) {
                logIn(stand, "user%d@localhost/zom".formatted(user), BOXFORD);
            }
            long waits = waits() - before;
            release.countDown();
            slow.join();
            assertTrue(waits < users / 100, "the logins waited " + waits + " times"); // and that for no database
        }
        for (int from = 0; from < users; from += 2_000) { // fewer than may wait
            try (Stand stand = Stand.start(new PatientVisitors(), database, time, table())) {
                for (int user = from; user < from + 2_000; user++) {
                    logIn(stand, "user%d@localhost/zom".formatted(user), BOXFORD);
                }
            }
        }
        assertEquals(
                Map.of("geo-GB-ENG-2655045", 1L + users, "client-IOS", 1L + users), stored(database, "2018-05"));
    }

    /** How often this thread has waited for anything so far, locks included: unlike time, the same on any machine. */
    private static long waits() {
        ThreadInfo info = ManagementFactory.getThreadMXBean()
                .getThreadInfo(Thread.currentThread().threadId());
        return info.getWaitedCount() + info.getBlockedCount();
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @EveryDatabase
    void whoTakesUpASessionAgainInAnotherMonthIsCountedWhereTheyAreThen(Database database) {
        time.setWallClock(Instant.parse("2018-05-31T23:59:00Z"));
        try (Stand stand = stand(database)) {
            Client phone = stand.client("alice@localhost/zom", BOXFORD);
            assertEquals(Optional.empty(), phone.logIn());
            assertEquals(new Sessions.Resumption.Resumed(), phone.comeBack(BHUTAN));
            time.setWallClock(Instant.parse("2018-06-01T00:00:00Z"));
            assertEquals(new Sessions.Resumption.Resumed(), phone.comeBack(BHUTAN));
            assertEquals(new Sessions.Resumption.Resumed(), phone.comeBack(BOXFORD));
        }
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
        assertEquals(Map.of("geo-BT-?-?", 1L, "client-IOS", 1L), stored(database, "2018-06"));
    }

    @EveryDatabase
    void whoSignsInAnonymouslyIsSomebodyElseEachTimeAndNotCounted(Database database) {
        try (Stand stand = stand(database)) {
            Client guest = stand.client("x7f3@localhost/zom", BOXFORD);
            assertEquals(Optional.empty(), guest.signIn("ANONYMOUS"));
            assertEquals(Optional.empty(), guest.open());
            logIn(stand, "alice@localhost/zom", BOXFORD);
        }
        assertEquals(Map.of("geo-GB-ENG-2655045", 1L, "client-IOS", 1L), stored(database, "2018-05"));
        assertEquals(1, markers(database));
    }

    @EveryDatabase
    void theMarkerGoesWithTheAccountAndTheFiguresStay(Database database) {
        try (Stand stand = stand(database)) {
            logIn(stand, "alice@localhost/zom", BOXFORD);
            logIn(stand, "bob@localhost/zom", BOXFORD);
        }
        try (Stand stand = Stand.start(new PatientVisitors(), database, time, table())) {
            stand.accounts().remove(Jid.parse("alice@localhost"));
        }
        assertEquals(1, markers(database));
        try (Stand stand = Stand.start(new PatientVisitors(), database, time, table())) {
            stand.accounts().removeDomain("localhost");
        }
        assertEquals(0, markers(database));
        assertEquals(Map.of("geo-GB-ENG-2655045", 2L, "client-IOS", 2L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void aReloadTakesOtherPatternsAndAnotherFile(Database database) throws IOException {
        MmdbWriter.cities().place("2.125.160.216/29", "FR", "", 0).writeTo(folder.resolve("other.mmdb"));
        try (Stand stand = stand(database)) {
            stand.reload(table().replace("places.mmdb", "other.mmdb").replace("IOS", "APPLE"));
            logIn(stand, "alice@localhost/zom", BOXFORD);
            assertThrows(
                    ModuleException.class, () -> stand.reload(table().replace("places.mmdb", "missing.mmdb")));
            logIn(stand, "bob@localhost/zom", BOXFORD);
        }
        assertEquals(Map.of("geo-FR-?-?", 2L, "client-APPLE", 2L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void aMissingOrBrokenFileRefusesTheStartWithItsPathAndTheReason(Database database) throws IOException {
        Path file = folder.resolve("places.mmdb");
        Files.write(file, new byte[] {1, 2, 3});
        String broken = String.valueOf(
                assertThrows(ModuleException.class, () -> stand(database)).getMessage());
        assertTrue(broken.startsWith(
                "modules.mod_monthly_visitors.mmdb_path: the file of places cannot be used: " + file + ": it is no"));
        Files.delete(file);
        String missing = String.valueOf(
                assertThrows(ModuleException.class, () -> stand(database)).getMessage());
        assertTrue(missing.endsWith(file + ": there is no such file"), missing);
    }

    private static final List<String> SECRETS = List.of("alice", "bob", "Secret", "2.125", "2001:218", "2001:db8");

    @EveryDatabase
    void nothingPersonalIsLoggedMeasuredOrStoredBesideTheMarker(Database database) {
        stand(database).close();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> seen = new ListAppender<>();
        seen.start();
        Level before = root.getLevel();
        root.setLevel(Level.TRACE);
        root.addAppender(seen);
        String metrics;
        try (Stand stand = Stand.start(new PatientVisitors(), database, time, table())) {
            logIn(stand, "alice@localhost/zomSecretResource", BOXFORD);
            logIn(stand, "bob@localhost/zom", "2001:db8::1");
            logIn(stand, "bob@localhost/zom", JAPAN);
        }
        try (Stand stand = Stand.start(new PatientVisitors(), database, time, table())) {
            database.write(db -> db.execute("ALTER TABLE visitors_marker RENAME TO away"));
            time.setWallClock(Instant.parse("2018-06-20T12:00:00Z"));
            logIn(stand, "alice@localhost/zomSecretResource", BOXFORD);
            time.forward(Duration.ofMinutes(2));
            metrics = stand.metrics().prometheus() + stand.metrics().dotted();
        } finally {
            root.detachAppender(seen);
            root.setLevel(before);
        }
        database.write(db -> db.execute("ALTER TABLE away RENAME TO visitors_marker"));
        assertFalse(seen.list.isEmpty());
        for (ILoggingEvent event : List.copyOf(seen.list)) {
            assertNothingPersonal(
                    event.getLoggerName() + event.getFormattedMessage() + told(event.getThrowableProxy()));
        }
        assertNothingPersonal(metrics);
        assertNothingPersonal(tablesBesideTheMarkers(database));
        assertEquals(
                Map.of("geo-GB-ENG-2655045", 1L, "geo-?-?-?", 1L, "client-IOS", 2L), stored(database, "2018-05"));
    }

    private static String told(@Nullable IThrowableProxy error) {
        return error == null ? "" : ThrowableProxyUtil.asString(error);
    }

    private static void assertNothingPersonal(String text) {
        for (String secret : SECRETS) {
            assertFalse(text.contains(secret), () -> secret + " is in: " + text);
        }
    }

    private static String tablesBesideTheMarkers(Database database) {
        return database.read(db -> {
            StringBuilder all = new StringBuilder();
            for (String table : List.of("visitors_month", "visitors_key", "visitors_seen", "visitors_drawn",
                    "visitors_noisy", "last_activity", "offline_messages", "blocklist")) {
                all.append(db.fetch("SELECT * FROM " + table).formatCSV());
            }
            return all.toString();
        });
    }

    // --- reports ---

    private static Object report(Stand stand, String month, String... format) {
        return format.length == 0
                ? stand.call("VisitorsAdminQuery.report", "domain", "localhost", "month", month)
                : stand.call("VisitorsAdminQuery.report", "domain", "localhost", "month", month, "format", format[0]);
    }

    @EveryDatabase
    void aClosedMonthIsReportedWithBothSumsEqual(Database database) {
        try (Stand stand = stand(database)) {
            stand.register("carol@localhost");
            logIn(stand, "alice@localhost/zom", BOXFORD);
            logIn(stand, "bob@localhost/zom", BHUTAN);
            logIn(stand, "carol@localhost/x", BOXFORD);
        }
        time.setWallClock(Instant.parse("2018-06-01T00:01:59Z"));
        try (Stand stand = Stand.start(new PatientVisitors(), database, time, table())) {
            assertTrue(
                    stand.refusal("VisitorsAdminQuery.report", "domain", "localhost", "month", "2018-05")
                            .startsWith("month_not_released"),
                    "a login of the last second may still be on its way into the figures");
            time.setWallClock(Instant.parse("2018-06-01T00:02:00Z"));
            assertEquals(List.of("2018-05"), stand.call("VisitorsAdminQuery.months", "domain", "localhost"));
            assertEquals(List.of(), stand.call("VisitorsAdminQuery.months", "domain", "example.org"));
            assertEquals(
                    new VisitorsAdmin.Report(
                            "localhost",
                            "2018-05",
                            3L,
                            List.of(
                                    new VisitorsAdmin.PlaceCount("geo-GB-ENG-2655045", "GB", "ENG", "2655045", 2),
                                    new VisitorsAdmin.PlaceCount("geo-BT-?-?", "BT", "?", "?", 1)),
                            0,
                            List.of(
                                    new VisitorsAdmin.ClientCount("client-IOS", "IOS", 2),
                                    new VisitorsAdmin.ClientCount("client-?", "?", 1)),
                            "exact",
                            null,
                            null,
                            null,
                            null,
                            null,
                            null),
                    report(stand, "2018-05"));
            String lua = ((VisitorsAdmin.Report) report(stand, "2018-05", "lua")).text();
            assertEquals(
                    """
                    return {
                        ["2018-05"] = {
                            ["geo-GB-ENG-2655045"] = 2;
                            ["geo-BT-?-?"] = 1;
                            ["client-IOS"] = 2;
                            ["client-?"] = 1;
                        };
                    };
                    """,
                    lua);
            assertEquals(
                    Long.valueOf(0), ((VisitorsAdmin.Report) report(stand, "2017-01")).users());
        }
    }

    @EveryDatabase
    void theRunningMonthIsNotReleasedUnlessTheOperatorWantsIt(Database database) throws InterruptedException {
        String report = "VisitorsAdminQuery.report";
        try (Stand stand = stand(database)) {
            logIn(stand, "alice@localhost/zom", BOXFORD);
            assertEquals(List.of(), stand.call("VisitorsAdminQuery.months", "domain", "localhost"));
            assertTrue(stand.refusal(report, "domain", "localhost", "month", "2018-05").startsWith("month_not_rel"));
            assertTrue(stand.refusal(report, "domain", "localhost", "month", "2018-06").startsWith("month_in_future"));
            for (String impossible : List.of("2018-13", "2018-5", "May", "", "2018-05-01", "2018-00")) {
                assertTrue(stand.refusal(report, "domain", "localhost", "month", impossible)
                        .startsWith("invalid_month"));
            }
            assertEquals(
                    "domain_not_found: Domain does not exist {domain=nowhere}",
                    stand.refusal(report, "domain", "nowhere", "month", "2018-04"));
        }
        try (Stand stand = Stand.start(
                new PatientVisitors(), database, time, table("release_running_month = true"))) {
            assertEquals(List.of("2018-05"), stand.call("VisitorsAdminQuery.months", "domain", "localhost"));
            assertEquals(1, ((VisitorsAdmin.Report) report(stand, "2018-05")).users());
        }
    }

    @EveryDatabase
    void patternsAndAddressesCanBeTried(Database database) {
        try (Stand stand = stand(database, "record_country = \"GB\"")) {
            assertEquals(
                    new VisitorsAdmin.TestedResource("ANDROID", "client-ANDROID", "^Conversations%..*", List.of()),
                    stand.call("VisitorsAdminQuery.testPattern", "resource", "Conversations.x"));
            assertEquals(
                    new VisitorsAdmin.TestedResource("?", "client-?", null, List.of()),
                    stand.call("VisitorsAdminQuery.testPattern", "resource", "ConversationsX"));
            assertEquals(
                    new VisitorsAdmin.TestedAddress("GB", "ENG", "2655045", "geo-GB-ENG-2655045", true),
                    stand.call("VisitorsAdminQuery.lookup", "ip", BOXFORD));
            assertEquals(
                    new VisitorsAdmin.TestedAddress("BT", "?", "?", "geo-BT-?-?", false),
                    stand.call("VisitorsAdminQuery.lookup", "ip", BHUTAN));
            for (String none : List.of("localhost", "1.2.3", "", "1.2.3.4/8", "1.2.3.256", "::g")) {
                assertTrue(stand.refusal("VisitorsAdminQuery.lookup", "ip", none).startsWith("invalid_address"), none);
            }
        }
        assertEquals(0, markers(database));
    }

    @EveryDatabase
    void aNewFileOfPlacesIsTakenWhileItRuns(Database database) throws IOException, InterruptedException {
        try (Stand stand = stand(database)) {
            Path fresh = folder.resolve("fresh");
            MmdbWriter.cities().place("2.125.160.216/29", "FR", "", 0).writeTo(fresh);
            Files.move(fresh, folder.resolve("places.mmdb"), StandardCopyOption.REPLACE_EXISTING);
            String country = "GB";
            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (country.equals("GB") && System.nanoTime() - deadline < 0) {
                time.forward(Duration.ofSeconds(5)); // the file is read on a thread of its own
                Thread.yield();
                Object answer = stand.call("VisitorsAdminQuery.lookup", "ip", BOXFORD);
                country = answer instanceof VisitorsAdmin.TestedAddress found ? found.country() : "none";
            }
            assertEquals("FR", country);
        }
    }
}
