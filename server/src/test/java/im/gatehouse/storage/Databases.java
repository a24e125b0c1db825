package im.gatehouse.storage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Comparator;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Makes the fresh databases for {@link EveryDatabase}: a file in a new folder, and a new database in a PostgreSQL
 * server that is started once for all tests of the JVM, on loopback. PostgreSQL refuses to run as root; where the tests
 * do, as in a container, the library starts it in a user namespace of its own (with {@code unshare}).
 */
public final class Databases implements ArgumentsProvider {
    private static final Namespace NAMESPACE = Namespace.create(Databases.class);
    private static final String MARIADB_PROPERTY = "gatehouse.mariadb.url";
    private static final int POOL = 8;

    @Override
    public Stream<? extends Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        boolean empty = parameters.getFirst().orElseThrow().getParameterType() == StorageSettings.class;
        Stream<Supplier<StorageSettings>> kinds =
                Stream.of(() -> sqlite(context, empty), () -> postgres(context, empty));
        if (System.getProperty(MARIADB_PROPERTY) != null) {
            kinds = Stream.concat(kinds, Stream.of(() -> mariadb(context)));
        }
        return kinds.map(Supplier::get).map(settings -> Arguments.of(empty ? settings : Database.open(settings)));
    }

    private static StorageSettings sqlite(ExtensionContext context, boolean empty) {
        try {
            Path folder = Files.createTempDirectory("gatehouse-test");
            keep(context, () -> deleteAll(folder));
            Path file = folder.resolve("gatehouse.db");
            if (!empty) {
                Files.copy(onceForAll(context, SqliteTemplate.class, SqliteTemplate::make).file(), file);
            }
            return sqliteSettings(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StorageSettings sqliteSettings(Path file) {
        return new StorageSettings("jdbc:sqlite:" + file, null, null, POOL);
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static StorageSettings postgres(ExtensionContext context, boolean empty) {
        EmbeddedPostgres server =
                onceForAll(context, Postgres.class, Postgres::start).server();
        String name = freshName();
        String administration = server.getJdbcUrl("postgres", "postgres");
        execute(administration, "CREATE DATABASE " + name + (empty ? "" : " TEMPLATE " + Postgres.TEMPLATE));
        keep(context, () -> execute(administration, "DROP DATABASE " + name + " WITH (FORCE)"));
        return new StorageSettings(server.getJdbcUrl("postgres", name), null, null, POOL);
    }

    /**
     * Starts a server, for which it is waited long, on a port that no connection gets by chance meanwhile. Of all JVMs
     * of a user one does so at a time: the first unpacks the programs, and the library has others wait for that a
     * minute only.
     */
    public static EmbeddedPostgres startPostgres(UnaryOperator<EmbeddedPostgres.Builder> settings) throws IOException {
        String name = "gatehouse-test-postgres-" + System.getProperty("user.name") + ".lock";
        Path file = Path.of(System.getProperty("java.io.tmpdir"), name);
        try (FileChannel lock = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = lock.lock()) {
            EmbeddedPostgres.Builder builder =
                    EmbeddedPostgres.builder().setPort(freePort()).setPGStartupWait(Duration.ofMinutes(3));
            return settings.apply(builder).start();
        }
    }

    /** One below those that Linux gives to connections. */
    private static int freePort() {
        IOException taken = null;
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(10_000, 32_768);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                taken = e;
            }
        }
        throw new IllegalStateException("no port is free", taken);
    }

    private static StorageSettings mariadb(ExtensionContext context) {
        String administration = System.getProperty(MARIADB_PROPERTY);
        String name = freshName();
        execute(administration, "CREATE DATABASE " + name);
        keep(context, () -> execute(administration, "DROP DATABASE " + name));
        String url = administration.replaceFirst("(://[^/?]*)/?[^?]*", "$1/" + name);
        return new StorageSettings(url, null, null, POOL);
    }

    private static String freshName() {
        return "test_" + UUID.randomUUID().toString().replace('-', '_');
    }

    private static void execute(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Has something done when all runs of the test are over. */
    private static void keep(ExtensionContext context, AutoCloseable cleanup) {
        context.getStore(NAMESPACE).put(UUID.randomUUID(), cleanup);
    }

    /** Something that all tests of the JVM share; JUnit closes it at the very end. */
    private static <T extends AutoCloseable> T onceForAll(ExtensionContext context, Class<T> type, Supplier<T> making) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(type, _ -> making.get(), type);
    }

    /** A file with all tables, since copying it takes less time than making them. */
    private record SqliteTemplate(Path file) implements AutoCloseable {
        static SqliteTemplate make() {
            try {
                Path file = Files.createTempDirectory("gatehouse-test").resolve("template.db");
                Database.open(sqliteSettings(file)).close();
                return new SqliteTemplate(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            deleteAll(file.getParent());
        }
    }

    /** The server, with a database that has all tables and is copied for each test. */
    private record Postgres(EmbeddedPostgres server) implements AutoCloseable {
        static final String TEMPLATE = "gatehouse_template";

        static Postgres start() {
            try {
                EmbeddedPostgres server =
                        startPostgres(builder -> builder.setServerConfig("fsync", "off")); // tests do not pull the plug
                execute(server.getJdbcUrl("postgres", "postgres"), "CREATE DATABASE " + TEMPLATE);
                Database.open(new StorageSettings(server.getJdbcUrl("postgres", TEMPLATE), null, null, 1))
                        .close();
                return new Postgres(server);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
