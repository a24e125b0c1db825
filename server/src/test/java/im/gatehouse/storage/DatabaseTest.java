package im.gatehouse.storage;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** What every kind of database promises. */
class DatabaseTest {
    private static final Table<Record> HISTORY = table(name("flyway_schema_history"));
    private static final Field<String> VERSION = field(name("version"), SQLDataType.VARCHAR);
    private static final Field<Boolean> SUCCESS = field(name("success"), SQLDataType.BOOLEAN);
    private static final Field<Integer> RANK = field(name("installed_rank"), SQLDataType.INTEGER);

    @EveryDatabase
    void whatWasWrittenIsRead(Database database) {
        Things.store(database, "alice");

        assertEquals(List.of("alice"), Things.all(database));
    }

    @EveryDatabase
    void aUnitThatThrowsIsUndoneAndItsExceptionReachesTheCaller(Database database) {
        IllegalArgumentException thrown = assertThrows(IllegalArgumentException.class, () -> database.write(db -> {
            Things.put(db, "alice");
            throw new IllegalArgumentException("no");
        }));

        assertEquals("no", thrown.getMessage());
        assertEquals(List.of(), Things.all(database));
    }

    @EveryDatabase
    void aRowThatExistsIsRefusedWithoutAWordOfItsContent(Database database) {
        Things.store(database, "alice");

        StorageException thrown = assertThrows(StorageException.class, () -> Things.store(database, "alice"));

        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        assertFalse(trace.toString().contains("alice"), trace.toString());
        assertEquals(1, thrown.getMessage().lines().count());
    }

    @EveryDatabase
    void writesFromManyThreadsAreAllStored(Database database) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < 30; i++) { // of more at once the last might wait for seconds, and be refused for that
                String name = "user" + i + "-";
                running.add(threads.submit(
                        () -> IntStream.range(0, 10).forEach(n -> Things.store(database, name + n))));
            }
            for (Future<?> one : running) {
                one.get();
            }
        }

        assertEquals(300, Things.all(database).size());
    }

    @EveryDatabase
    void oneAppendedUnitThatFailsHarmsNoOther(Database database) {
        Things.store(database, "taken");
        CompletableFuture<?> before = database.append(db -> Things.put(db, "a"));
        CompletableFuture<?> refused = database.append(db -> {
            Things.put(db, "half");
            Things.put(db, "taken");
        });
        CompletableFuture<?> thrown = database.append(db -> {
            Things.put(db, "other half");
            throw new IllegalArgumentException("no");
        });
        CompletableFuture<?> after = database.append(db -> Things.put(db, "b"));

        before.join();
        after.join();
        assertInstanceOf(StorageException.class, causeOf(refused));
        assertInstanceOf(IllegalArgumentException.class, causeOf(thrown));
        assertEquals(List.of("a", "b", "taken"), Things.all(database));
    }

    private static Throwable causeOf(CompletableFuture<?> future) {
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    @EveryDatabase
    void appendedUnitsRunAndCompleteInTheOrderOfTheCalls(Database database) {
        List<Integer> order = IntStream.range(0, 1_000).boxed().toList();
        ConcurrentLinkedQueue<Integer> completed = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Integer> run = new ConcurrentLinkedQueue<>();

        List<CompletableFuture<?>> appended = new ArrayList<>();
        for (int i : order) {
            appended.add(database.append(db -> run.add(i)).thenRun(() -> completed.add(i)));
        }
        appended.forEach(CompletableFuture::join);

        assertEquals(order, List.copyOf(run));
        assertEquals(order, List.copyOf(completed));
    }

    @EveryDatabase
    void whatIsAppendedIsStoredWhenTheFutureCompletes(Database database) {
        database.append(db -> Things.put(db, "alice")).join();

        assertEquals(List.of("alice"), Things.all(database));
    }

    @EveryDatabase
    void namesCompareAndSortByteByByte(Database database) {
        List<String> names = List.of("Alice", "Alice ", "alice", "e\u0301", "\u00e9", "\uffee", "\ud83d\ude00");

        names.reversed().forEach(name -> Things.store(database, name));

        assertEquals(names, Things.all(database));
        assertEquals(1, Things.count(database, Things.TABLE, Things.LUSER.eq("alice")));
    }

    @EveryDatabase
    void everyPortableTypeKeepsWhatItIsGiven(Database database) {
        Table<Record> samples = table(name("samples"));
        Field<Long> id = field(name("id"), SQLDataType.BIGINT);
        Field<String> text = field(name("body"), SQLDataType.CLOB);
        Field<byte[]> bytes = field(name("content"), SQLDataType.BLOB);
        execute(database, "CREATE TABLE samples (id ${serial}, body ${text}, content ${bytes})");
        String longText = "\ud83d\ude00 'quoted\\' ".repeat(10_000);
        byte[] allBytes = new byte[256];
        IntStream.range(0, 256).forEach(i -> allBytes[i] = (byte) i);

        List<Long> ids = IntStream.range(0, 2)
                .mapToObj(_ -> database.write(db -> db.insertInto(samples, text, bytes)
                        .values(longText, allBytes)
                        .returningResult(id)
                        .fetchSingle(id)))
                .toList();

        assertTrue(ids.getFirst() < ids.getLast(), ids.toString());
        assertEquals(longText, database.read(db -> db.select(text).from(samples).limit(1).fetchSingle(text)));
        assertArrayEquals(allBytes, database.read(db -> db.select(bytes).from(samples).limit(1).fetchSingle(bytes)));
    }

    @EveryDatabase
    void theLongestAddressFitsIntoAKeyWithNameAndHost(Database database) {
        Table<Record> contacts = table(name("contacts"));
        Field<String> jid = field(name("jid"), SQLDataType.VARCHAR);
        execute(
                database,
                "CREATE TABLE contacts (luser ${name}, lserver ${name}, jid ${jid}, "
                        + "PRIMARY KEY (luser, lserver, jid))");
        String longest = incompressible(1_023) + "@" + incompressible(1_023);

        database.write(db -> db.insertInto(contacts, Things.LUSER, Things.LSERVER, jid)
                .values(incompressible(255), incompressible(255), longest)
                .execute());

        assertEquals(1, Things.count(database, contacts, jid.eq(longest)));
    }

    /** PostgreSQL compresses keys before it measures them, so that repeated letters would prove nothing. */
    private static String incompressible(int length) {
        return new Random(length)
                .ints(length, '!', '~')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static void execute(Database database, String portable) {
        Dialect dialect = List.of(Dialect.values()).stream()
                .filter(d -> d.label().equals(database.toString()))
                .findFirst()
                .orElseThrow();
        String sql = portable;
        for (Map.Entry<String, String> placeholder : dialect.placeholders().entrySet()) {
            sql = sql.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        String statement = sql;
        database.write(db -> db.execute(statement));
    }

    @EveryDatabase
    void aCallFromWithinAUnitIsRefused(Database database) {
        assertThrows(IllegalStateException.class, () -> database.read(_ -> Things.all(database)));
        assertThrows(IllegalStateException.class, () -> database.write(_ -> Things.all(database)));
        assertThrows(IllegalStateException.class, () -> database.write(_ -> database.append(_ -> {})));
    }

    @EveryDatabase
    void aCallOnAnEventLoopThreadIsRefused(Database database) throws InterruptedException {
        CompletableFuture<?> called = new CompletableFuture<>();
        Thread loop = new DefaultThreadFactory("loop").newThread(() -> {
            try {
                Things.all(database);
                called.complete(null);
            } catch (RuntimeException e) {
                called.completeExceptionally(e);
            }
        });
        loop.start();
        loop.join();

        assertInstanceOf(IllegalStateException.class, causeOf(called));
    }

    @EveryDatabase
    void aDeleteWithoutAConditionIsRefused(Database database) {
        Things.store(database, "alice");

        assertThrows(
                StorageException.class,
                () -> database.write(db -> db.deleteFrom(Things.TABLE).execute()));

        assertEquals(List.of("alice"), Things.all(database));
    }

    @EveryDatabase
    void closingStoresWhatWaitsAndRefusesWhatComesLater(StorageSettings settings) {
        Database database = Database.open(settings);
        List<CompletableFuture<?>> appended = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            String name = "user" + i;
            appended.add(database.append(db -> Things.put(db, name)));
        }

        database.close();

        appended.forEach(CompletableFuture::join);
        assertInstanceOf(StorageException.class, causeOf(database.append(_ -> {})));
        assertThrows(StorageException.class, () -> Things.store(database, "late"));
        assertThrows(StorageException.class, () -> Things.all(database));
        try (Database again = Database.open(settings)) {
            assertEquals(1_000, Things.all(again).size());
        }
    }

    @EveryDatabase
    void aDatabaseOfANewerVersionIsRefused(StorageSettings settings) {
        try (Database database = Database.open(settings)) {
            database.write(db -> db.update(HISTORY).set(VERSION, "999").where(lastMigration(db)).execute());
        }

        StorageException thrown = assertThrows(StorageException.class, () -> Database.open(settings));

        assertTrue(thrown.getMessage().contains("newer version"), thrown.getMessage());
    }

    @EveryDatabase
    void aMigrationThatWasCutOffBeforeItsNoteRunsAgainAndLosesNothing(StorageSettings settings) {
        try (Database database = Database.open(settings)) {
            Things.store(database, "alice");
            database.write(db -> db.deleteFrom(HISTORY).where(lastMigration(db)).execute());
        }

        try (Database again = Database.open(settings)) {
            assertEquals(List.of("alice"), Things.all(again));
        }
    }

    @EveryDatabase
    void aMigrationThatFailedRunsAgainAndLosesNothing(StorageSettings settings) {
        try (Database database = Database.open(settings)) {
            Things.store(database, "alice");
            database.write(db -> db.update(HISTORY).set(SUCCESS, false).where(lastMigration(db)).execute());
        }

        try (Database again = Database.open(settings)) {
            assertEquals(List.of("alice"), Things.all(again));
            assertEquals(0, Things.count(again, HISTORY, SUCCESS.isFalse()));
        }
    }

    private static Condition lastMigration(DSLContext db) {
        int last = db.select(RANK).from(HISTORY).orderBy(RANK.desc()).limit(1).fetchSingle(RANK);
        return RANK.eq(last);
    }
}
