package im.gatehouse.storage;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to an embedded database over one connection, which is opened again after every failure: only so does the
 * server go on by itself when a file was away or read-only for a while.
 */
final class SqliteTransactions implements Transactions {
    private static final Logger log = LoggerFactory.getLogger(SqliteTransactions.class);

    private final SqliteFile file;
    private final @Nullable Object identity;
    private @Nullable Connection writer;

    SqliteTransactions(SqliteFile file) {
        this.file = file;
        this.identity = file.identity();
    }

    @Override
    public Connection begin() throws SQLException {
        if (!Objects.equals(identity, file.identity())) {
            throw file.gone();
        }
        Connection connection = writer == null ? file.openForWriting() : writer;
        writer = connection;
        try {
            execute(connection, "BEGIN IMMEDIATE"); // a lock taken later could be refused without waiting
            return connection;
        } catch (SQLException e) {
            abandon(connection);
            throw e;
        }
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    @Override
    public void end(Connection connection) {
        // It is kept for the next group.
    }

    @Override
    public void abandon(Connection connection) {
        writer = null;
        try (connection) {
            execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            log.debug("The transaction was gone already: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        Connection connection = writer;
        if (connection != null) {
            writer = null;
            try (connection) {
                execute(connection, "PRAGMA optimize");
            } catch (SQLException e) {
                log.debug("The database file was not tidied up: {}", e.getMessage());
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
