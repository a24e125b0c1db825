package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Client;
import im.gatehouse.modules.Stand;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class LuaArchiveTest {
    private static final String IMPORT = "VisitorsAdminMutation.importLua";
    private static final String EXPORT = "VisitorsAdminMutation.exportLua";
    private static final String DOCUMENTED =
            """
            -- monthly-visitors.dat
            return {
              ["2018-05"] = {
                ["geo-DE-HE-2925533"] = 2;
                ["geo-AT-9-2761369"] = 1;
                ["geo-US-TX-5525577"] = 1;
                ["geo-CN-?-?"] = 1;
                ["client-ANDROID"] = 2;
                ["client-?"] = 1;
                ["client-IOS"] = 2;
              };
            };
            """;

    private final MovableTime time = new MovableTime(Instant.parse("2018-06-20T12:00:00Z"));

    @TempDir
    private Path folder;

    private Path old;

    @BeforeEach
    void writeFiles() throws IOException {
        MmdbWriter.cities().place("67.43.156.0/24", "BT", "", 0).writeTo(folder.resolve("places.mmdb"));
        old = Files.createDirectories(folder.resolve("old"));
        Files.createDirectory(old.resolve("monthly-visitors"));
        Files.writeString(old.resolve("monthly-visitors.dat"), DOCUMENTED);
        user("alice", "2018-05");
        user("j%2eobrien", "2018-05");
        user("stranger", "2018-05");
    }

    private void user(String file, String month) throws IOException {
        Files.writeString(
                old.resolve("monthly-visitors").resolve(file + ".dat"),
                "return {\n  [\"last-recorded\"] = \"" + month + "\";\n};\n");
    }

    private Stand stand(Database database, String... keys) {
        String table = "[modules.mod_monthly_visitors]\nmmdb_path = '%s'\nkey_folder = '%s'\n%s\n"
                .formatted(folder.resolve("places.mmdb"), folder.resolve("keys"), String.join("\n", keys));
        return Stand.start(new PatientVisitors(), database, time, table);
    }

    private static Object importFrom(Stand stand, Path file) {
        return stand.call(IMPORT, "domain", "localhost", "filename", file.toString());
    }

    private static String importRefused(Stand stand, Path file) {
        return stand.refusal(IMPORT, "domain", "localhost", "filename", file.toString());
    }

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
    void whatTheReferenceStoredIsTakenOverAndWrittenAgain(Database database) throws Exception {
        try (Stand stand = stand(database)) {
            stand.register("alice@localhost", "bob@localhost");
            stand.accounts().create(Jid.of("j.obrien", "localhost"), "secret");
            assertEquals(
                    new LuaArchive.Imported(1, 2, 1, List.of()),
                    importFrom(stand, old.resolve("monthly-visitors.dat")));
            assertEquals(7, stored(database, "2018-05").size());
            assertEquals(2L, stored(database, "2018-05").get("geo-DE-HE-2925533"));
            assertEquals(2, markers(database));

            Path fresh = folder.resolve("fresh");
            assertEquals(
                    new LuaArchive.Exported(fresh.toString(), 1, 2, 0),
                    stand.call(EXPORT, "domain", "localhost", "folder", fresh.toString()));
            assertEquals(
                    LuaData.parse(DOCUMENTED.getBytes()),
                    LuaData.parse(Files.readAllBytes(fresh.resolve("monthly-visitors.dat"))));
            assertEquals(
                    "return {\n    [\"last-recorded\"] = \"2018-05\";\n};\n",
                    Files.readString(fresh.resolve("monthly-visitors/j%2eobrien.dat")));
            try (Stream<Path> files = Files.list(fresh.resolve("monthly-visitors"))) {
                assertEquals(2, files.count());
            }
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(fresh.resolve("monthly-visitors.dat"))));
            assertTrue(stand.refusal(EXPORT, "domain", "localhost", "folder", fresh.toString())
                    .startsWith("file_exists"));

            // And what was written can be taken over.
            assertEquals(
                    new LuaArchive.Imported(1, 2, 0, List.of()),
                    stand.call(IMPORT, "domain", "localhost", "filename", fresh.toString(), "replace", true));
            assertEquals(7, stored(database, "2018-05").size());
        }
    }

    @EveryDatabase
    void whoWasCountedElsewhereThisMonthIsNotCountedAgain(Database database) throws IOException {
        Files.writeString(
                old.resolve("monthly-visitors.dat"),
                "return { [\"2018-06\"] = { [\"geo-BT-?-?\"] = 1, [\"client-?\"] = 1 } }");
        user("alice", "2018-06");
        for (String dedup : List.of("marker", "ephemeral")) {
            try (Stand stand = stand(database, "dedup = \"" + dedup + "\"")) {
                if (dedup.equals("marker")) {
                    stand.register("alice@localhost", "bob@localhost");
                }
                stand.call(IMPORT, "domain", "localhost", "filename", old.toString(), "replace", true);
                for (String user : List.of("alice", "bob")) {
                    Client client = stand.client(user + "@localhost/x", "67.43.156.1");
                    assertEquals(Optional.empty(), client.logIn());
                    client.leave();
                }
            }
            long expected = dedup.equals("marker") ? 2 : 1; // the second import took bob's away, who stays counted
            assertEquals(Map.of("geo-BT-?-?", expected, "client-?", expected), stored(database, "2018-06"));
        }
    }

    @EveryDatabase
    void figuresThatDoNotAddUpAreEvenedOut(Database database) throws IOException {
        Files.writeString(
                old.resolve("monthly-visitors.dat"),
                """
                return {
                    ["2018-04"] = { ["geo-BT-?-?"] = 3.0, ["client-A"] = 1, ["client-?"] = 1 },
                    ["2018-05"] = { ["client-A"] = 5 },
                }
                """);
        try (Stand stand = stand(database)) {
            assertEquals(
                    new LuaArchive.Imported(2, 0, 3, List.of("2018-04", "2018-05")), importFrom(stand, old));
        }
        assertEquals(Map.of("geo-BT-?-?", 3L, "client-A", 1L, "client-?", 2L), stored(database, "2018-04"));
        assertEquals(Map.of("geo-?-?-?", 5L, "client-A", 5L), stored(database, "2018-05"));
    }

    @EveryDatabase
    void aBrokenFileLeavesNothingHalfImported(Database database) throws IOException {
        try (Stand stand = stand(database)) {
            stand.register("alice@localhost", "stranger@localhost");
            for (String broken : List.of(
                    DOCUMENTED.substring(0, 200),
                    DOCUMENTED.replace("= 2;", "= -2;"),
                    DOCUMENTED.replace("= 2;", "= 1.5;"),
                    DOCUMENTED.replace("= 2;", "= \"2\";"),
                    DOCUMENTED.replace("= 2;", "= 2e300;"),
                    DOCUMENTED.replace("geo-CN-?-?", "geo-CN-?"),
                    DOCUMENTED.replace("geo-CN-?-?", "other"),
                    DOCUMENTED.replace("client-IOS", "client-" + "x".repeat(300)),
                    DOCUMENTED.replace("2018-05", "2018-13"),
                    DOCUMENTED.replace("2018-05", "May"),
                    "os.execute('x')")) {
                Files.writeString(old.resolve("monthly-visitors.dat"), broken);
                String refusal = importRefused(stand, old);
                assertTrue(refusal.startsWith("invalid_file: " + old.resolve("monthly-visitors.dat")), refusal);
            }
            Files.writeString(
                    old.resolve("monthly-visitors.dat"), DOCUMENTED.replace("};\n};", "}; [\"2018-07\"] = {}; };"));
            assertTrue(importRefused(stand, old).startsWith("month_in_future"));
            Files.writeString(old.resolve("monthly-visitors.dat"), DOCUMENTED);
            user("stranger", "2018-13");
            assertTrue(importRefused(stand, old).startsWith(
                    "invalid_file: " + old.resolve("monthly-visitors/stranger.dat")));
            assertTrue(importRefused(stand, folder.resolve("nowhere")).startsWith("invalid_file"));
            Path endless = Files.createDirectory(folder.resolve("endless"));
            Files.createSymbolicLink(endless.resolve("monthly-visitors.dat"), Path.of("/dev/zero"));
            assertTrue(importRefused(stand, endless).contains("it is no file"));
            assertTrue(stand.refusal(IMPORT, "domain", "nowhere", "filename", "x").startsWith("domain_not_found"));
            assertEquals(Map.of(), stored(database, "2018-05"));
            assertEquals(0, markers(database));

            // The second of two months has figures already: nor is the first one taken.
            user("stranger", "2018-05");
            importFrom(stand, old);
            Files.writeString(
                    old.resolve("monthly-visitors.dat"),
                    DOCUMENTED.replace("return {", "return { [\"2018-04\"] = { [\"client-A\"] = 1 };"));
            assertTrue(importRefused(stand, old).startsWith("month_has_figures"));
            assertEquals(Map.of(), stored(database, "2018-04"));
        }
    }

    @EveryDatabase
    void whatIsOlderThanTheOperatorKeepsItIsDeletedAgain(Database database) throws IOException {
        Files.writeString(old.resolve("monthly-visitors.dat"), DOCUMENTED.replace("2018-05", "2018-02"));
        user("alice", "2018-02");
        addMonth(database, "2018-01");
        try (Stand stand = stand(database, "retention_months = 1")) {
            stand.register("alice@localhost");
            awaitEmpty(database, "2018-01"); // what was due at the start is done
            importFrom(stand, old);
            awaitEmpty(database, "2018-02");
        }
        assertEquals(0, markers(database));
    }

    private static void addMonth(Database database, String month) {
        database.write(db -> {
            new VisitorsStore().addFigures(db, "localhost", month, List.of(
                    new VisitorsStore.Figure("geo-?-?-?", 1), new VisitorsStore.Figure("client-?", 1)));
            return true;
        });
    }

    private static void awaitEmpty(Database database, String month) {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (!stored(database, month).isEmpty()) {
            assertTrue(System.nanoTime() - deadline < 0, "waited in vain");
            Thread.yield();
        }
    }

    @EveryDatabase
    void onlyWhatMayBeReadIsWritten(Database database) throws Exception {
        database.write(db -> {
            VisitorsStore store = new VisitorsStore();
            for (String month : List.of("2018-05", "2018-06")) {
                store.addFigures(db, "localhost", month, List.of(
                        new VisitorsStore.Figure("geo-?-?-?", 1), new VisitorsStore.Figure("client-?", 1)));
            }
            store.importMarker(db, Jid.parse("alice@localhost"), "2018-05");
            store.importMarker(db, Jid.parse("bob@localhost"), "2018-06");
            store.importMarker(db, Jid.of("\u00e9".repeat(100), "localhost"), "2018-05"); // too long for a file's name
            return true;
        });
        Path fresh = folder.resolve("fresh");
        try (Stand stand = stand(database)) {
            assertEquals(
                    new LuaArchive.Exported(fresh.toString(), 1, 1, 1),
                    stand.call(EXPORT, "domain", "localhost", "folder", fresh.toString()));
        }
        try (Stand stand = stand(database, "release = \"k\"")) {
            assertTrue(stand.refusal(EXPORT, "domain", "localhost", "folder", folder.resolve("more").toString())
                    .startsWith("not_released"));
        }
    }
}
