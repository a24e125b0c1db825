package im.gatehouse.storage;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a connection of the pool for each transaction of a group. */
final class ServerTransactions implements Transactions {
    private static final Logger log = LoggerFactory.getLogger(ServerTransactions.class);

    private final HikariDataSource pool;

    ServerTransactions(HikariDataSource pool) {
        this.pool = pool;
    }

    @Override
    public Connection begin() throws SQLException {
        Connection connection = pool.getConnection();
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            abandon(connection);
            throw e;
        }
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    @Override
    public void end(Connection connection) {
        try {
            connection.close(); // the pool sets it back to what it was
        } catch (SQLException e) {
            log.debug("A connection did not go back to the pool: {}", e.getMessage());
        }
    }

    @Override
    public void abandon(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            log.debug("The transaction was gone already: {}", e.getMessage());
        }
        end(connection);
    }

    @Override
    public void close() {
        // The pool belongs to the engine.
    }
}
