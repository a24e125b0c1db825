package im.gatehouse.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only an embedded database can suffer. */
class SqliteDatabaseTest {
    /** So many wait that it would take longer if each group of them were told by itself after three seconds. */
    private static final int WAITING = 9_000;

    private static final Duration BOUND = Duration.ofSeconds(45);

    @TempDir
    Path folder;

    private StorageSettings settings(String file) {
        return new StorageSettings("jdbc:sqlite:" + folder.resolve(file), null, null, 2);
    }

    @Test
    void aLockedFileIsToldInSecondsToAllWhoWaitAndRecoversByItself() throws SQLException {
        try (Database database = Database.open(settings("locked.db"))) {
            Things.store(database, "before");
            try (Connection other = DriverManager.getConnection(settings("locked.db").url());
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");

                List<CompletableFuture<?>> waiting = new ArrayList<>();
                for (int i = 0; i < WAITING; i++) {
                    String name = "waiting" + i;
                    waiting.add(database.append(db -> Things.put(db, name)));
                }
                assertTimeoutPreemptively(BOUND, () -> waiting.forEach(SqliteDatabaseTest::assertLocked));
                assertEquals(List.of("before"), Things.all(database));

                statement.execute("ROLLBACK");
            }

            Things.store(database, "after");
            assertEquals(List.of("after", "before"), Things.all(database));
        }
    }

    private static void assertLocked(CompletableFuture<?> future) {
        Throwable cause = assertThrows(CompletionException.class, future::join).getCause();
        assertInstanceOf(StorageException.class, cause);
        assertTrue(cause.getMessage().contains("is locked"), cause.getMessage());
    }

    @Test
    void aFullDiskIsToldAndRecoversByItself() {
        try (Database database = Database.open(settings("full.db"))) {
            database.write(db -> db.execute("PRAGMA max_page_count = 200"));
            String large = "x".repeat(1_000_000);

            StorageException thrown = assertThrows(StorageException.class, () -> database.write(db -> {
                Things.put(db, "large", large);
                return large;
            }));

            assertTrue(thrown.getMessage().contains("full"), thrown.getMessage());
            Things.store(database, "small");
            assertEquals(List.of("small"), Things.all(database));
            database.write(db -> db.execute("PRAGMA max_page_count = 100000"));
            Things.store(database, "another");
        }
    }

    @Test
    void aFileThatBecomesReadOnlyIsTold() {
        try (Database database = Database.open(settings("readonly.db"))) {
            database.write(db -> db.execute("PRAGMA query_only = ON"));

            StorageException thrown = assertThrows(StorageException.class, () -> Things.store(database, "alice"));

            assertTrue(thrown.getMessage().contains("cannot be written"), thrown.getMessage());
            database.write(db -> db.execute("PRAGMA query_only = OFF"));
            Things.store(database, "alice");
        }
    }

    @Test
    void aUnitThatLosesTheTransactionTakesNobodyForStored() {
        try (Database database = Database.open(settings("lost.db"))) {
            CompletableFuture<?> before = database.append(db -> Things.put(db, "before"));
            CompletableFuture<?> loses = database.append(db -> db.execute("ROLLBACK"));
            CompletableFuture<?> after = database.append(db -> Things.put(db, "after"));

            assertThrows(CompletionException.class, loses::join);
            List<String> stored = new ArrayList<>();
            addIfStored(stored, after, "after");
            addIfStored(stored, before, "before");
            assertEquals(stored, Things.all(database));
            Things.store(database, "alice");
        }
    }

    private static void addIfStored(List<String> stored, CompletableFuture<?> future, String name) {
        if (!future.handle((_, failure) -> failure != null).join()) {
            stored.add(name);
        }
    }

    @Test
    void aReadCannotWrite() {
        try (Database database = Database.open(settings("read.db"))) {
            assertThrows(
                    StorageException.class,
                    () -> database.read(db -> {
                        Things.put(db, "alice");
                        return "";
                    }));
            assertEquals(List.of(), Things.all(database));
        }
    }

    @Test
    void theFileAndItsFolderAreMadeForTheirOwnerAlone() throws Exception {
        StorageSettings settings = settings("new/folder/gatehouse.db");

        Database.open(settings).close();

        Path file = folder.resolve("new/folder/gatehouse.db");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
    }

    @Test
    void aFileThatIsMovedAwayIsToldAndFoundAgainWhenItIsBack() throws Exception {
        Path file = folder.resolve("moved.db");
        try (Database database = Database.open(settings("moved.db"))) {
            Things.store(database, "alice");
            Files.move(file, folder.resolve("elsewhere.db"));

            assertMoved(assertThrows(StorageException.class, () -> Things.store(database, "bob")));
            assertTrue(Files.notExists(file));
            Files.createFile(file);
            assertMoved(assertThrows(StorageException.class, () -> Things.store(database, "bob")));

            Files.move(folder.resolve("elsewhere.db"), file, StandardCopyOption.REPLACE_EXISTING);
            Things.store(database, "carol");
            assertEquals(List.of("alice", "carol"), Things.all(database));
        }
    }

    private static void assertMoved(StorageException thrown) {
        assertTrue(thrown.getMessage().contains("was moved, deleted or replaced"), thrown.getMessage());
    }

    @Test
    void aFileThatIsNoDatabaseIsNamed() throws Exception {
        Files.writeString(folder.resolve("other.db"), "This is a letter and no database.".repeat(100));

        assertRefused(settings("other.db"), "other.db is damaged or no SQLite database");
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() {
        assertRefused(new StorageSettings("jdbc:sqlite:/proc/gatehouse/x.db", null, null, 2), "/proc/gatehouse/x.db");
    }

    @Test
    void aUrlWithoutAFileOrOfAnUnknownDatabaseIsRefused() {
        assertRefused(new StorageSettings("jdbc:sqlite::memory:", null, null, 2), "names no file");
        assertRefused(new StorageSettings("jdbc:oracle:thin:@x?password=pw", null, null, 2), "\"jdbc:oracle:thin:@x\"");
    }

    private static void assertRefused(StorageSettings settings, String words) {
        StorageException thrown = assertThrows(StorageException.class, () -> Database.open(settings));
        assertTrue(thrown.getMessage().contains(words), thrown.getMessage());
        assertEquals(1, thrown.getMessage().lines().count(), thrown.getMessage());
    }
}
