package im.gatehouse.storage;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens connections outside any pool. */
@FunctionalInterface
interface Connector {
    Connection open() throws SQLException;
}
