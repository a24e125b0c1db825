package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.account.Registered;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleException;
import im.gatehouse.modules.Client;
import im.gatehouse.modules.Stand;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EphemeralTest {
    private static final String EPHEMERAL = "dedup = \"ephemeral\"";

    private final MovableTime time = new MovableTime(Instant.parse("2018-05-20T12:00:00Z"));

    @TempDir
    private Path folder;

    @BeforeEach
    void writePlaces() throws IOException {
        MmdbWriter.cities().place("67.43.156.0/24", "BT", "", 0).writeTo(folder.resolve("places.mmdb"));
    }

    private Stand stand(Database database, String... keys) {
        return standIn("keys", database, keys);
    }

    private Stand standIn(String keyFolder, Database database, String... keys) {
        String table = "[modules.mod_monthly_visitors]\nmmdb_path = '%s'\nkey_folder = '%s'\n%s\n"
                .formatted(folder.resolve("places.mmdb"), folder.resolve(keyFolder), String.join("\n", keys));
        return Stand.start(new PatientVisitors(), database, time, table);
    }

    /** Makes accounts, of those who have none. */
    private static void register(Stand stand, String... users) {
        Registered.all(
                stand.accounts(),
                Stream.of(users)
                        .map(user -> Jid.of(user, "localhost"))
                        .distinct()
                        .filter(account -> !stand.accounts().exists(account))
                        .toList());
    }

    private static void logIn(Stand stand, String... users) {
        register(stand, users);
        for (String user : users) {
            Client client = stand.client(user + "@localhost/zom", "67.43.156.1");
            assertEquals(Optional.empty(), client.logIn());
            client.leave();
        }
    }

    /** What is stored of a month; the server must have stopped. */
    private static Map<String, Long> stored(Database database, String month) {
        Map<String, Long> figures = new TreeMap<>();
        database.read(db -> new VisitorsStore().figures(db, "localhost", month))
                .forEach(figure -> figures.put(figure.cell(), figure.total()));
        return figures;
    }

    private static Map<String, Long> users(long users) {
        return Map.of("geo-BT-?-?", users, "client-?", users);
    }

    private static int rows(Database database, String table) {
        return database.read(db -> db.fetchCount(db.selectOne().from(table)));
    }

    private List<String> keys() {
        try (Stream<Path> files = Files.list(folder.resolve("keys"))) {
            return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @EveryDatabase
    void usersAreCountedOnceAndLeaveOnlyADigestUnderAKeyOutsideTheDatabase(Database database) throws IOException {
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice", "bob", "alice");
        }
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice", "bob", "carol");
        }
        assertEquals(users(3), stored(database, "2018-05"));
        assertEquals(0, rows(database, "visitors_marker"));
        assertEquals(3, rows(database, "visitors_seen"));
        assertEquals(List.of("visitors-2018-05.key"), keys());
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("keys/visitors-2018-05.key"))));
    }

    @EveryDatabase
    void setAndKeyAreDestroyedWhenTheMonthIsOver(Database database) throws IOException {
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice");
            awaitSeen(database, 1);
            time.setWallClock(Instant.parse("2018-06-01T00:00:00Z"));
            logIn(stand, "alice");
            awaitSeen(database, 2);
            time.forward(Duration.ofMinutes(1));
            awaitDestroyed(database, 1);
        }
        assertEquals(List.of("visitors-2018-06.key"), keys());
        assertEquals(1, rows(database, "visitors_seen"));
        assertEquals(users(1), stored(database, "2018-05"));
        assertEquals(users(1), stored(database, "2018-06"));
    }

    private static void awaitSeen(Database database, int users) {
        await(() -> rows(database, "visitors_seen") >= users);
    }

    /** Waits until so many keys remain, and as many users seen under them: a thread of the module's sees to that. */
    private void awaitDestroyed(Database database, int remaining) {
        await(() -> keys().size() == remaining && rows(database, "visitors_seen") == remaining);
    }

    private static void await(BooleanSupplier state) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!state.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "waited in vain");
            Thread.yield();
        }
    }

    @EveryDatabase
    void setAndKeyAreDestroyedAlsoWhenTheServerWasOffAtTheMonthsEnd(Database database) throws IOException {
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice", "bob");
        }
        // Another file of the kind, cut off while it was made.
        Files.write(folder.resolve("keys/visitors-2018-05.key.1f"), new byte[7]);
        time.setWallClock(Instant.parse("2018-08-03T00:00:00Z"));
        try (Stand _ = stand(database, EPHEMERAL)) {
            awaitDestroyed(database, 0);
        }
        assertEquals(List.of(), keys());
        assertEquals(0, rows(database, "visitors_seen"));
        assertEquals(users(2), stored(database, "2018-05"));
    }

    @EveryDatabase
    void theyAreDestroyedAlsoWhenTheOperatorHasGoneBackToMarkers(Database database) throws IOException {
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice");
        }
        time.setWallClock(Instant.parse("2018-06-03T00:00:00Z"));
        try (Stand _ = stand(database)) {
            awaitDestroyed(database, 0);
        }
        assertEquals(List.of(), keys());
        assertEquals(0, rows(database, "visitors_seen"));
    }

    @EveryDatabase
    void aClockThatIsSetBackOpensNoMonthThatIsOver(Database database) throws IOException {
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice");
        }
        time.setWallClock(Instant.parse("2018-06-03T00:00:00Z"));
        try (Stand _ = stand(database, EPHEMERAL)) {
            awaitDestroyed(database, 0);
        }
        time.setWallClock(Instant.parse("2018-05-30T00:00:00Z"));
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice", "bob");
        }
        assertEquals(users(1), stored(database, "2018-05"));
        assertEquals(List.of(), keys());
    }

    @EveryDatabase
    void withoutItsKeyAMonthCountsNobodyRatherThanEverybodyTwice(Database database) throws IOException {
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice");
        }
        Files.delete(folder.resolve("keys/visitors-2018-05.key"));
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice", "bob");
        }
        assertEquals(users(1), stored(database, "2018-05"));
        Files.write(folder.resolve("keys/visitors-2018-05.key"), new byte[MonthKey.BYTES]);
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice", "bob");
        }
        assertEquals(users(1), stored(database, "2018-05"));
    }

    @EveryDatabase
    void serversThatShareTheKeysCountTogetherAndOthersCountNobody(StorageSettings settings) throws Exception {
        try (Database one = Database.open(settings);
                Database two = Database.open(settings)) {
            try (Stand first = stand(one, EPHEMERAL);
                    Stand second = stand(two, EPHEMERAL)) {
                register(first, IntStream.range(0, 200).mapToObj(i -> "user" + i).toArray(String[]::new));
                for (Thread thread : List.of(
                        Thread.startVirtualThread(() -> logMany(first)),
                        Thread.startVirtualThread(() -> logMany(second)))) {
                    thread.join();
                }
            }
            try (Stand elsewhere = standIn("elsewhere", two, EPHEMERAL)) {
                logIn(elsewhere, "somebody");
            }
            assertEquals(users(200), stored(one, "2018-05"));
            assertEquals(200, rows(one, "visitors_seen"));
        }
    }

    private static void logMany(Stand stand) {
        for (int i = 0; i < 200; i++) {
            logIn(stand, "user" + i);
        }
    }

    @EveryDatabase
    void aMonthThatAnotherServerHasClosedCountsNobodyMore(Database database) {
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice");
            awaitSeen(database, 1);
            database.write(db -> new SeenStore().closeKey(db, "2018-05", "destroyed"));
            logIn(stand, "bob");
        }
        assertEquals(users(1), stored(database, "2018-05"));
        assertEquals(0, rows(database, "visitors_seen"));
    }

    @EveryDatabase
    void changingFromOneKindToTheOtherWithinAMonthCountsNobodyTwice(Database database) {
        try (Stand stand = stand(database)) {
            logIn(stand, "alice");
        }
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice", "bob");
        }
        assertEquals(users(2), stored(database, "2018-05"));
        try (Stand stand = stand(database)) {
            logIn(stand, "alice", "bob", "carol");
        }
        assertEquals(users(3), stored(database, "2018-05"));
    }

    @EveryDatabase
    void markersOfPastMonthsGoWhenTheOperatorWantsNoneToRemain(Database database) {
        try (Stand stand = stand(database)) {
            logIn(stand, "alice", "bob");
        }
        time.setWallClock(Instant.parse("2018-06-03T00:00:00Z"));
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice");
            await(() -> rows(database, "visitors_marker") == 0);
        }
        assertEquals(0, rows(database, "visitors_marker"));
        assertEquals(users(1), stored(database, "2018-06"));
    }

    @EveryDatabase
    void theDigestGoesWithTheAccountAndAllOfThemWithTheDomain(Database database) {
        try (Stand stand = stand(database, EPHEMERAL)) {
            logIn(stand, "alice", "bob", "carol");
        }
        assertEquals(3, rows(database, "visitors_seen"));
        try (Stand stand = stand(database, EPHEMERAL)) {
            stand.accounts().remove(Jid.parse("alice@localhost"));
        }
        assertEquals(2, rows(database, "visitors_seen"));
        try (Stand stand = stand(database, EPHEMERAL)) {
            stand.accounts().removeDomain("localhost");
        }
        assertEquals(0, rows(database, "visitors_seen"));
        assertEquals(users(3), stored(database, "2018-05"));
    }

    @Test
    void noPageAndNoJournalOfTheDatabaseTellsWhoCame() throws IOException {
        assertTrue(bytesAfterLogin("marker").contains("localhostalice2018-05"), "a marker lies there like this");
        assertFalse(bytesAfterLogin("ephemeral").contains("localhostalice2018-05"));
    }

    /** What a database and its journal hold after Alice has come. */
    private String bytesAfterLogin(String dedup) throws IOException {
        Path file = folder.resolve(dedup + ".db");
        StringBuilder bytes = new StringBuilder();
        try (Database database = Database.open(new StorageSettings("jdbc:sqlite:" + file, null, null, 2))) {
            try (Stand stand = standIn(dedup, database, "dedup = '" + dedup + "'")) {
                logIn(stand, "alice");
            }
            for (Path part : List.of(file, folder.resolve(dedup + ".db-wal"))) {
                bytes.append(new String(Files.readAllBytes(part), StandardCharsets.ISO_8859_1));
            }
        }
        return bytes.toString();
    }

    /** The account's row must not be one that was written together with the digest. */
    @EveryDatabase
    void countingDoesNotTouchTheRowOfTheAccount(Database database) {
        boolean postgres = database.toString().equals("PostgreSQL");
        try (Stand stand = stand(database, EPHEMERAL)) {
            register(stand, "alice");
            String before = postgres ? version(database) : "";
            logIn(stand, "alice");
            awaitSeen(database, 1);
            assertEquals(before, postgres ? version(database) : "");
        }
        assertEquals(users(1), stored(database, "2018-05"));
    }

    private static String version(Database database) {
        return database.read(db -> db.fetch("SELECT xmin::text, xmax::text FROM accounts WHERE luser = 'alice'")
                .formatCSV());
    }

    @EveryDatabase
    void aFolderThatCannotBeMadeRefusesTheStart(Database database) throws IOException {
        Files.writeString(folder.resolve("keys"), "no folder");
        ModuleException error = assertThrows(ModuleException.class, () -> stand(database, EPHEMERAL));
        assertTrue(String.valueOf(error.getMessage()).startsWith("modules.mod_monthly_visitors.key_folder: "));
    }

    @Test
    void theSameUserHasAnotherDigestUnderAnotherKeyAndInAnotherMonth() {
        byte[] secret = new byte[MonthKey.BYTES];
        byte[] other = secret.clone();
        other[0] = 1;
        Jid alice = Jid.parse("alice@localhost");
        String digest = new MonthKey("2018-05", secret).digest(alice);
        assertEquals(32, digest.length());
        assertEquals(digest, new MonthKey("2018-05", secret).digest(Jid.parse("Alice@localhost/phone")));
        assertFalse(digest.equals(new MonthKey("2018-06", secret).digest(alice)));
        assertFalse(digest.equals(new MonthKey("2018-05", other).digest(alice)));
    }
}
