package im.gatehouse.storage;

import java.sql.Connection;
import java.sql.SQLException;

/** Gives a group of units the connection on which it becomes one transaction. Used by one thread. */
sealed interface Transactions permits SqliteTransactions, ServerTransactions {
    /** Opens a transaction, or throws a {@link StorageException} when it must not be done. */
    Connection begin() throws SQLException;

    /** Makes it durable. */
    void commit(Connection connection) throws SQLException;

    /** Gives the connection back after a commit. */
    void end(Connection connection);

    /** Undoes what is not committed and gives the connection back or, if it may be broken, throws it away. */
    void abandon(Connection connection);

    /** Nothing more will come. */
    void close();
}
