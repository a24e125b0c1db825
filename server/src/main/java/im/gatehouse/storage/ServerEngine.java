package im.gatehouse.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/**
 * Drives a database server: each read and each write takes a connection of the pool on the caller's own virtual thread,
 * which waits at no cost; appended rows go through one more thread in groups.
 */
final class ServerEngine implements Engine {
    /** How long a caller waits for a connection, in milliseconds: an outage is told in this time. */
    private static final long CONNECTION_TIMEOUT_MILLIS = 3_000;

    /** How long a caller waits for its turn when all connections are in use, in milliseconds. */
    private static final long TURN_TIMEOUT_MILLIS = 5_000;

    /** How long a statement waits for rows that another transaction holds, in seconds. */
    private static final int LOCK_TIMEOUT_SECONDS = 5;

    /** How often a unit is run when others are in its way or its connection breaks. */
    private static final int ATTEMPTS = 5;

    /** One run of a unit on a connection. */
    @FunctionalInterface
    private interface Run<T extends @Nullable Object> {
        T on(Connection connection) throws SQLException;
    }

    private final HikariDataSource pool;

    /** First come, first served: the pool alone prefers threads that have just had a connection, and starves others. */
    private final Semaphore turns;

    private final Configuration statements;
    private final Faults faults;
    private final GroupCommit appender;

    private ServerEngine(HikariDataSource pool, Configuration statements, Faults faults) {
        this.pool = pool;
        this.turns = new Semaphore(pool.getMaximumPoolSize() - 1, true);
        this.statements = statements;
        this.faults = faults;
        this.appender = new GroupCommit(
                new ServerTransactions(pool),
                statements,
                faults,
                Thread.ofVirtual().name("storage-appender").factory());
    }

    static ServerEngine open(Dialect dialect, StorageSettings settings) {
        Faults faults = new Faults(settings.place(), null);
        Driver driver = dialect.driver();
        String url = dialect.driverUrl(settings.url());
        Connector connector = () -> driver.connect(url, properties(dialect, settings, false));
        try (Connection connection = connector.open()) {
            boolean mysql = connection.getMetaData().getDatabaseProductName().equals("MySQL");
            Configuration statements = Statements.configuration(mysql ? SQLDialect.MYSQL : dialect.jooq());
            new Migrations(dialect, mysql, statements, faults).run(connector, connection);
            HikariDataSource pool = new HikariDataSource(poolSettings(dialect, settings));
            return new ServerEngine(pool, statements, faults);
        } catch (SQLException | RuntimeException e) {
            throw faults.explain(e);
        }
    }

    private static HikariConfig poolSettings(Dialect dialect, StorageSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("storage");
        config.setDriverClassName(dialect.driver().getClass().getName());
        config.setJdbcUrl(dialect.driverUrl(settings.url()));
        config.setDataSourceProperties(properties(dialect, settings, true));
        config.setMaximumPoolSize(settings.poolSize() + 1); // one for appended rows
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MILLIS);
        config.setValidationTimeout(2_000);
        if (dialect == Dialect.POSTGRESQL) {
            config.setConnectionInitSql("SET lock_timeout = '" + LOCK_TIMEOUT_SECONDS + "s'");
        }
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED"); // MariaDB's default locks more
        return config;
    }

    /**
     * What the drivers are told.
     *
     * @param bounded whether an answer may take 30 s at most; a migration of a large table may take longer
     */
    private static Properties properties(Dialect dialect, StorageSettings settings, boolean bounded) {
        Properties properties = new Properties();
        setIfPresent(properties, "user", settings.user());
        setIfPresent(properties, "password", settings.password());
        if (dialect == Dialect.POSTGRESQL) {
            properties.setProperty("ApplicationName", "Gatehouse");
            properties.setProperty("connectTimeout", "3"); // seconds
            properties.setProperty("loginTimeout", "5");
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("logServerErrorDetail", "false"); // the detail holds the refused values
            properties.setProperty("socketTimeout", bounded ? "30" : "0");
        } else {
            properties.setProperty("connectTimeout", "3000"); // milliseconds
            properties.setProperty("tcpKeepAlive", "true");
            properties.setProperty("maxQuerySizeToLog", "0"); // the statement holds the values
            properties.setProperty("socketTimeout", bounded ? "30000" : "0");
            properties.setProperty(
                    "sessionVariables",
                    "sql_mode='STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
                            + "innodb_lock_wait_timeout=" + LOCK_TIMEOUT_SECONDS);
        }
        return properties;
    }

    private static void setIfPresent(Properties properties, String key, @Nullable String value) {
        if (value != null) {
            properties.setProperty(key, value);
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Function<DSLContext, T> work) {
        return run(connection -> work.apply(statements.derive(connection).dsl()));
    }

    @Override
    public <T extends @Nullable Object> T write(Function<DSLContext, T> work) {
        return run(connection -> inTransaction(connection, work));
    }

    private <T extends @Nullable Object> T inTransaction(Connection connection, Function<DSLContext, T> work)
            throws SQLException {
        connection.setAutoCommit(false);
        T result;
        try {
            result = work.apply(statements.derive(connection).dsl());
        } catch (RuntimeException | Error e) {
            rollBack(connection, e);
            throw e;
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            rollBack(connection, e);
            throw new CommitFailedException(e);
        }
        return result;
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e); // the connection is broken, and with it the transaction is gone
        }
    }

    /** Runs a unit, again if that may help and is sure not to do it twice. */
    private <T extends @Nullable Object> T run(Run<T> work) {
        awaitTurn();
        try {
            for (int attempt = 1; ; attempt++) {
                try (Connection connection = pool.getConnection()) {
                    return ScopedValue.where(Database.INSIDE, true).call(() -> work.on(connection));
                } catch (SQLException | DataAccessException e) {
                    if (attempt == ATTEMPTS || !mayRunAgain(e)) {
                        throw faults.explain(e);
                    }
                    pause(attempt);
                }
            }
        } finally {
            turns.release();
        }
    }

    private void awaitTurn() {
        try {
            if (!turns.tryAcquire(TURN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new StorageException("The database " + faults.place() + " is too slow, or all connections to it "
                        + "are in use. See to its load, or raise the pool's size.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException("The wait for the database was interrupted; nothing was done.", e);
        }
    }

    private static boolean mayRunAgain(Exception e) {
        return Faults.isConflict(e) || !(e instanceof CommitFailedException) && Faults.isBrokenConnection(e);
    }

    /** A moment by chance, so that two that were in each other's way do not meet again. */
    private static void pause(int attempt) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000, 10_000_000L * attempt));
    }

    @Override
    public CompletableFuture<@Nullable Void> append(Consumer<DSLContext> work) {
        Unit<@Nullable Void> unit = Unit.of(work);
        appender.submit(unit);
        return unit.done();
    }

    @Override
    public void close() {
        appender.close();
        pool.close();
    }

    /** Whether the transaction is stored is unknown when the connection broke here. */
    private static final class CommitFailedException extends SQLException {
        private static final long serialVersionUID = 1L;

        CommitFailedException(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
        }
    }
}
