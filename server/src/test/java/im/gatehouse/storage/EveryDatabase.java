package im.gatehouse.storage;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/**
 * Runs a test once on each kind of database, each time on a fresh, real one with all tables.
 *
 * <pre>{@code
 * @EveryDatabase
 * void aStoredThingIsFound(Database database) {
 *     ThingStore store = new ThingStore();
 *     database.write(db -> store.put(db, "thing"));
 *     assertTrue(database.read(db -> store.has(db, "thing")));
 * }
 * }</pre>
 *
 * <p>SQLite and PostgreSQL always; MariaDB (or MySQL) in addition when the system property
 * {@code gatehouse.mariadb.url} names a server whose user may create databases, for instance
 * {@code jdbc:mariadb://127.0.0.1:3306/?user=root}. A test that opens the database itself takes
 * {@link StorageSettings} instead of a {@link Database}. Everything is closed and removed afterwards. The test must
 * not run on a Netty thread, and JUnit's own is none.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(Databases.class)
public @interface EveryDatabase {}
