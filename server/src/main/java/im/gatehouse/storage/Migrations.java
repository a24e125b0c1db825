package im.gatehouse.storage;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.sql.Connection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jooq.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the tables up to date with the scripts under {@code db/migration}, each of which is portable thanks to the
 * placeholders of {@link Dialect}.
 *
 * <p>A script makes one table with {@code CREATE TABLE IF NOT EXISTS} and its indexes with
 * {@code CREATE INDEX ${ifNotExists}}, or adds one column with {@code ALTER TABLE … ${addColumn}}, since MariaDB and
 * MySQL cannot undo half a script: what was cut off runs again at the next start. Scripts of different modules do not
 * depend on each other, so that one with a lower number may come later. A table to which much is added, and whose key
 * is what it is looked up by, is {@code ${clustered}}: its rows lie in the order of the key.
 */
record Migrations(Dialect dialect, boolean mysql, Configuration statements, Faults faults) {
    private static final Logger log = LoggerFactory.getLogger(Migrations.class);
    private static final String HISTORY = "flyway_schema_history";

    /** Runs the scripts that have not run yet; a second server that starts meanwhile waits. */
    void run(Connector connector, Connection connection) {
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .loggers(FlywayLog.class.getName())
                .dataSource(new ConnectorDataSource(connector))
                .locations("classpath:db/migration")
                .table(HISTORY)
                .placeholders(placeholders())
                .outOfOrder(true)
                .load();
        List<MigrationInfo> known = Arrays.asList(flyway.info().all());
        refuseNewer(known);
        if (known.stream().anyMatch(info -> info.getState().isFailed())) {
            forgetFailed(connection);
        }
        int applied = flyway.migrate().migrationsExecuted;
        if (applied > 0) {
            log.info("The tables of {} were brought up to date, migrations: {}", faults.place(), applied);
        }
    }

    private Map<String, String> placeholders() {
        Map<String, String> all = new HashMap<>(dialect.placeholders());
        all.put("clustered", dialect == Dialect.SQLITE ? "WITHOUT ROWID" : "");
        all.put("ifNotExists", mysql ? "" : "IF NOT EXISTS");
        all.put("addColumn", mysql || dialect == Dialect.SQLITE ? "ADD COLUMN" : "ADD COLUMN IF NOT EXISTS");
        return all;
    }

    private void refuseNewer(List<MigrationInfo> known) {
        known.stream()
                .filter(info -> info.getState() == MigrationState.FUTURE_SUCCESS
                        || info.getState() == MigrationState.FUTURE_FAILED)
                .findFirst()
                .ifPresent(info -> {
                    throw new StorageException("The database " + faults.place() + " belongs to a newer version of "
                            + "Gatehouse (migration " + info.getVersion() + "). Start that version, or restore the "
                            + "backup made before the upgrade.");
                });
    }

    /** Only MariaDB and MySQL keep a note of a script that failed halfway; without it the script runs again. */
    private void forgetFailed(Connection connection) {
        statements
                .derive(connection)
                .dsl()
                .deleteFrom(table(name(HISTORY)))
                .where(field(name("success"), Boolean.class).isFalse())
                .execute();
    }
}
