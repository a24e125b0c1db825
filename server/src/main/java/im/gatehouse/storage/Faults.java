package im.gatehouse.storage;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/**
 * Tells an operator in one line what is wrong with the database and what to do, whatever driver complained.
 *
 * @param place the database as logs may name it
 * @param file the SQLite file, null for a server
 */
record Faults(String place, @Nullable Path file) {
    private static final int MARIADB_LOCK_WAIT_TIMEOUT = 1205;
    private static final int MARIADB_DEADLOCK = 1213;
    private static final int MARIADB_ACCESS_DENIED = 1045;
    private static final int MARIADB_DATABASE_DENIED = 1044;
    private static final int MARIADB_UNKNOWN_DATABASE = 1049;
    private static final int MARIADB_TOO_MANY_CONNECTIONS = 1040;
    private static final int MARIADB_DISK_FULL = 1021;
    private static final int MARIADB_TABLE_FULL = 1114;
    private static final int MARIADB_READ_ONLY = 1290;
    private static final int MARIADB_SHUTTING_DOWN = 1053;

    /** A failure in the words of {@link StorageException}; one that is such a failure already is returned as it is. */
    StorageException explain(Throwable thrown) {
        if (thrown instanceof StorageException explained) {
            return explained;
        }
        SQLException sql = sqlCause(thrown);
        if (sql instanceof SQLiteException sqlite) {
            return new StorageException(sqliteMessage(sqlite), thrown);
        }
        if (sql != null) {
            return new StorageException(serverMessage(sql), withoutValues(thrown, sql));
        }
        if (thrown instanceof FileSystemException e) {
            return new StorageException(
                    "The database file " + file + " cannot be made (" + reason(e) + "). Let the server's user "
                            + "create files in that folder, or name another one in the configuration.",
                    thrown);
        }
        return new StorageException("The database " + place + " failed: " + oneLine(thrown) + ".", thrown);
    }

    /** Whether the same work may succeed at once, because others were in its way: a deadlock or a conflict. */
    static boolean isConflict(Throwable thrown) {
        SQLException sql = sqlCause(thrown);
        return sql != null
                && !(sql instanceof SQLiteException)
                && (stateOf(sql).equals("40001")
                        || stateOf(sql).equals("40P01")
                        || sql.getErrorCode() == MARIADB_DEADLOCK);
    }

    /** Whether the connection broke, so that another one may do. */
    static boolean isBrokenConnection(Throwable thrown) {
        SQLException sql = sqlCause(thrown);
        return sql != null
                && !(thrown instanceof SQLTransientConnectionException) // the pool has tried for long already
                && !(sql instanceof SQLiteException)
                && (stateOf(sql).startsWith("08")
                        || stateOf(sql).startsWith("57P0")
                        || sql.getErrorCode() == MARIADB_SHUTTING_DOWN
                        || sql instanceof SQLNonTransientConnectionException);
    }

    private String sqliteMessage(SQLiteException e) {
        return switch (primary(e)) {
            case 5, 6 -> // BUSY, LOCKED
                "The database file " + file + " is locked by another program. Close it: another Gatehouse, a backup or "
                        + "a database browser. The server goes on by itself then.";
            case 8 -> // READONLY
                "The database file " + file + " cannot be written. Let the server's user write the file and its "
                        + "folder, and see that the disk is not mounted read-only.";
            case 13 -> // FULL
                "The disk of the database file " + file + " is full. Make room; the server goes on by itself then.";
            case 14 -> // CANTOPEN
                "The database file " + file + " cannot be opened. See that it exists, and let the server's user "
                        + "write the file and its folder.";
            case 10 -> // IOERR
                "The disk failed at the database file " + file + " (" + e.getResultCode()
                        + "). See the system's log, and whether the disk is full or gone.";
            case 11, 26 -> // CORRUPT, NOTADB
                "The file " + file + " is damaged or no SQLite database. Restore it from a backup, or name another "
                        + "file in the configuration.";
            case 19 -> // CONSTRAINT
                "The database refused a row (" + e.getResultCode() + "). This is an error in the program: please "
                        + "report it.";
            default -> "The database file " + file + " failed: " + oneLine(e) + ".";
        };
    }

    /** SQLite's extended codes carry the primary one in their low byte. */
    private static int primary(SQLiteException e) {
        return e.getResultCode().code & 0xff;
    }

    private String serverMessage(SQLException e) {
        String state = stateOf(e);
        int code = e.getErrorCode();
        if (state.startsWith("28") || code == MARIADB_ACCESS_DENIED) {
            return "The database " + place + " refused the user or the password. Correct them in the configuration.";
        }
        if (state.equals("3D000") || code == MARIADB_UNKNOWN_DATABASE) {
            return "There is no database " + place + " on that server. Create it, or correct its name in the "
                    + "configuration.";
        }
        if (state.equals("42501") || code == MARIADB_DATABASE_DENIED) {
            return "The user of the database " + place + " may not do this. Grant all rights on it to that user.";
        }
        if (state.equals("53300") || code == MARIADB_TOO_MANY_CONNECTIONS) {
            return "The database " + place + " takes no more connections. Raise its limit or lower the pool's size.";
        }
        if (state.equals("53100") || code == MARIADB_DISK_FULL || code == MARIADB_TABLE_FULL) {
            return "The disk of the database " + place + " is full. Make room; the server goes on by itself then.";
        }
        if (state.equals("25006") || code == MARIADB_READ_ONLY) {
            return "The database " + place + " is read-only, as a replica is. Name the one that can be written.";
        }
        if (e instanceof SQLTransientConnectionException || isBrokenConnection(e)) {
            return "The database " + place + " does not answer. See that it runs and that host and port are right; a "
                    + "running server goes on by itself once it does.";
        }
        if (isConflict(e) || state.equals("55P03") || code == MARIADB_LOCK_WAIT_TIMEOUT) {
            return "The database " + place + " is too busy: other changes were in the way again and again. Try later.";
        }
        return hidesValues(state)
                ? "The database " + place + " refused a value (SQL state " + state + "). This is an error in the "
                        + "program: please report it."
                : "The database " + place + " failed: " + oneLine(e) + ".";
    }

    /** Drivers print the value itself when it is refused, so that their words may not be kept. */
    private static Throwable withoutValues(Throwable thrown, SQLException sql) {
        if (!hidesValues(stateOf(sql))) {
            return thrown;
        }
        SQLException silent = new SQLException("The driver's words are left out", stateOf(sql), sql.getErrorCode());
        silent.setStackTrace(thrown.getStackTrace());
        return silent;
    }

    /** States 22 (bad value) and 23 (constraint). */
    private static boolean hidesValues(String state) {
        return state.startsWith("22") || state.startsWith("23");
    }

    private static String reason(FileSystemException e) {
        return e.getReason() != null ? e.getReason() : e.getClass().getSimpleName();
    }

    private static String stateOf(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }

    /** The innermost complaint of the driver: pools and libraries wrap it. */
    private static @Nullable SQLException sqlCause(Throwable thrown) {
        SQLException found = null;
        int depth = 0;
        for (Throwable at = thrown; at != null && depth < 20; at = at.getCause(), depth++) {
            if (at instanceof SQLException sql && (found == null || !stateOf(sql).isEmpty())) {
                found = sql;
            }
            if (at instanceof SQLiteException) {
                return (SQLException) at;
            }
        }
        return found;
    }

    private static String oneLine(Throwable thrown) {
        String message = thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        return message.strip().lines().findFirst().orElse("").strip();
    }
}
