package im.gatehouse.storage;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TempStore;
import org.sqlite.SQLiteOpenMode;

/** The file of an embedded database and how it is opened. */
record SqliteFile(Path path) {
    /** How long a statement waits for another program that holds the file, in milliseconds. */
    private static final int BUSY_TIMEOUT_MILLIS = 3_000;

    /** How much of the file the writer keeps in memory, in KiB: the trees into which all owners' rows go at once. */
    private static final int WRITER_CACHE_KIB = 32 << 10;

    /** What the log is cut back to after it had to grow, in bytes. */
    private static final int JOURNAL_LIMIT = 64 << 20;

    /** Makes the file and its folder if there are none, for the server's user alone: it holds what is private. */
    void make() throws IOException {
        boolean posix = Files.getFileStore(existingParent()).supportsFileAttributeView("posix");
        Files.createDirectories(path.getParent(), onlyForUs(posix, "rwx------"));
        try {
            Files.createFile(path, onlyForUs(posix, "rw-------"));
        } catch (FileAlreadyExistsException e) {
            return; // it is to be used
        }
    }

    /**
     * What tells the file apart from another one in its place; null where the system has nothing of the kind.
     *
     * @throws StorageException when there is no file
     */
    @Nullable Object identity() {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            throw gone();
        }
    }

    /** SQLite itself goes on writing to a file that has lost its name, and the next start would not find it. */
    StorageException gone() {
        return new StorageException("The database file " + path + " was moved, deleted or replaced while the server "
                + "runs. Put the same file back, or restart the server.");
    }

    private Path existingParent() {
        Path at = path.getParent();
        while (!Files.exists(at)) {
            at = at.getParent();
        }
        return at;
    }

    private static FileAttribute<?>[] onlyForUs(boolean posix, String rights) {
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))}
                : new FileAttribute<?>[0];
    }

    /**
     * Opens the file for writing. A file that has vanished is an error: a new, empty one in its place would look as if
     * all accounts were gone.
     */
    Connection openForWriting() throws SQLException {
        SQLiteConfig config = config();
        config.setCacheSize(-WRITER_CACHE_KIB); // negative: in KiB instead of pages
        return config.createConnection(url());
    }

    /** Opens the file so that nothing can be written through the connection. */
    Connection openForReading() throws SQLException {
        Connection connection = config().createConnection(url());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only = ON");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private String url() {
        return "jdbc:sqlite:" + path;
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL); // a commit is on disk when it returns
        config.setJournalSizeLimit(JOURNAL_LIMIT);
        config.setTempStore(TempStore.MEMORY);
        config.enforceForeignKeys(true);
        return config;
    }
}
