package im.gatehouse.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Drives an embedded database: one thread writes, for SQLite has one writer anyway, and its groups make many changes
 * wait for the disk once; a few threads read.
 */
final class SqliteEngine implements Engine {
    private final GroupCommit writer;
    private final SqliteReaders readers;

    private SqliteEngine(GroupCommit writer, SqliteReaders readers) {
        this.writer = writer;
        this.readers = readers;
    }

    static SqliteEngine open(StorageSettings settings) {
        SqliteFile file = new SqliteFile(pathOf(settings));
        Faults faults = new Faults(settings.place(), file.path());
        Configuration statements = Statements.configuration(Dialect.SQLITE.jooq());
        prepare(file, statements, faults);
        GroupCommit writer = new GroupCommit(
                new SqliteTransactions(file),
                statements,
                faults,
                Thread.ofPlatform().daemon().name("storage-writer").factory());
        return new SqliteEngine(writer, new SqliteReaders(file, settings.poolSize(), statements, faults));
    }

    private static Path pathOf(StorageSettings settings) {
        String rest = Dialect.SQLITE.rest(settings.url());
        if (rest.isEmpty() || rest.startsWith(":") || rest.startsWith("file:") || rest.contains("?")) {
            throw new StorageException("The URL \"" + settings.place() + "\" names no file that lasts. Write "
                    + "jdbc:sqlite: and then the path of a file, without options.");
        }
        return Path.of(rest).toAbsolutePath();
    }

    private static void prepare(SqliteFile file, Configuration statements, Faults faults) {
        try {
            file.make();
            try (Connection connection = file.openForWriting()) {
                new Migrations(Dialect.SQLITE, false, statements, faults).run(file::openForWriting, connection);
            }
        } catch (IOException | SQLException | RuntimeException e) {
            throw faults.explain(e);
        }
    }

    @Override
    public <T extends @Nullable Object> T read(Function<DSLContext, T> work) {
        return readers.read(work);
    }

    @Override
    public <T extends @Nullable Object> T write(Function<DSLContext, T> work) {
        Unit<T> unit = new Unit<>(work);
        writer.submit(unit);
        return writer.await(unit);
    }

    @Override
    public CompletableFuture<@Nullable Void> append(Consumer<DSLContext> work) {
        Unit<@Nullable Void> unit = Unit.of(work);
        writer.submit(unit);
        return unit.done();
    }

    @Override
    public void close() {
        writer.close();
        readers.close();
    }
}
