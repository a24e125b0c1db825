package im.gatehouse.account;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.account.AccountException.Reason;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

class AccountsTest {
    private static final Jid ALICE = Jid.of("alice", "localhost");
    private static final Jid BOB = Jid.of("bob", "localhost");
    private static final byte[] SECRET = "a secret of the test".getBytes(StandardCharsets.US_ASCII);
    private static final Table<Record> BLOCKLIST = table(name("blocklist"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);

    private static Accounts accounts(Database database) {
        return new Accounts(
                database, new ScramSettings(4096), Set.of("localhost", "example.org"), new MovableTime(), SECRET);
    }

    private static Reason refusal(Runnable call) {
        return assertThrows(AccountException.class, call::run).reason();
    }

    @EveryDatabase
    void anAccountIsMadeAndItsPasswordChecked(Database database) {
        try (Accounts accounts = accounts(database)) {
            List<Jid> told = new ArrayList<>();
            accounts.created().add("test", told::add);
            assertFalse(accounts.exists(ALICE));

            accounts.create(ALICE.withResource("phone"), "secret");

            assertTrue(accounts.exists(ALICE));
            assertTrue(accounts.check(ALICE, "secret"));
            assertFalse(accounts.check(ALICE, "Secret"));
            assertFalse(accounts.check(ALICE, ""));
            assertFalse(accounts.check(BOB, "secret"));
            assertEquals(List.of(ALICE), told);
        }
    }

    @EveryDatabase
    void whatWasStoredIsReadBackTheSame(Database database) {
        try (Accounts accounts = accounts(database);
                Accounts others = accounts(database)) {
            accounts.create(ALICE, "secret");

            Credentials stored = others.credentials(ALICE).orElseThrow();

            assertEquals(accounts.credentials(ALICE).orElseThrow(), stored);
            assertEquals(4096, stored.iterations());
            assertFalse(Arrays.equals(stored.sha1().salt(), stored.sha256().salt()));
            assertEquals(20, stored.sha1().storedKey().length);
            assertEquals(32, stored.sha256().serverKey().length);
        }
    }

    @EveryDatabase
    void aPasswordCountsInItsPreparedForm(Database database) {
        try (Accounts accounts = accounts(database)) {
            accounts.create(ALICE, "cafe\u0301 au\u00a0lait");

            assertTrue(accounts.check(ALICE, "caf\u00e9 au lait"));
        }
    }

    @EveryDatabase
    void anAccountThatMayNotBeIsRefusedWithTheReason(Database database) {
        try (Accounts accounts = accounts(database)) {
            accounts.create(ALICE, "secret");

            assertEquals(Reason.ALREADY_EXISTS, refusal(() -> accounts.create(ALICE, "other")));
            assertEquals(Reason.DOMAIN_NOT_SERVED, refusal(() -> accounts.create(Jid.of("alice", "elsewhere"), "x")));
            assertEquals(Reason.NAME_MISSING, refusal(() -> accounts.create(Jid.ofDomain("localhost"), "x")));
            Jid tooLong = Jid.of("\u00e9".repeat(128), "localhost");
            assertEquals(Reason.NAME_TOO_LONG, refusal(() -> accounts.create(tooLong, "x")));
            assertEquals(Reason.PASSWORD_EMPTY, refusal(() -> accounts.create(BOB, "")));
            assertEquals(Reason.PASSWORD_NOT_ALLOWED, refusal(() -> accounts.create(BOB, "tab\t")));
            assertEquals(Reason.NOT_FOUND, refusal(() -> accounts.changePassword(BOB, "secret")));
            assertTrue(accounts.check(ALICE, "secret"));
        }
    }

    @EveryDatabase
    void aNameOf255BytesIsKept(Database database) {
        try (Accounts accounts = accounts(database)) {
            Jid longest = Jid.of("\u00e9".repeat(127) + "x", "localhost");

            accounts.create(longest, "secret");

            assertEquals(List.of(longest), accounts.list("localhost", 10, null));
        }
    }

    @EveryDatabase
    void ofManyWhoMakeTheSameAccountOneSucceeds(Database database) throws Exception {
        try (Accounts accounts = accounts(database);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> racing = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> succeeds(() -> accounts.create(ALICE, "secret" + i))))
                    .toList();
            int succeeded = 0;
            for (Future<Boolean> one : racing) {
                succeeded += one.get() ? 1 : 0;
            }

            assertEquals(1, succeeded);
            assertEquals(1, accounts.count("localhost"));
        }
    }

    private static boolean succeeds(Runnable call) {
        try {
            call.run();
            return true;
        } catch (AccountException e) {
            assertEquals(Reason.ALREADY_EXISTS, e.reason());
            return false;
        }
    }

    @EveryDatabase
    void aChangedPasswordCountsAtOnceHoweverManyLookItUpMeanwhile(Database database) throws Exception {
        try (Accounts accounts = accounts(database);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            accounts.create(ALICE, "secret");
            AtomicBoolean over = new AtomicBoolean();
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                readers.add(threads.submit(() -> {
                    while (!over.get()) {
                        assertTrue(accounts.credentials(ALICE).isPresent());
                    }
                }));
            }

            for (int i = 0; i < 8; i++) {
                Credentials before = accounts.credentials(ALICE).orElseThrow();
                accounts.changePassword(ALICE, "secret" + i);
                assertNotEquals(before, accounts.credentials(ALICE).orElseThrow());
            }
            over.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }

            assertFalse(accounts.check(ALICE, "secret"));
            assertTrue(accounts.check(ALICE, "secret7"));
        }
    }

    @EveryDatabase
    void whoeverWasLookedUpOnceSignsInWithoutTheDatabase(Database database) {
        try (Accounts accounts = accounts(database)) {
            accounts.create(ALICE, "secret");
            assertTrue(accounts.check(ALICE, "secret"));
            assertFalse(accounts.exists(BOB));

            database.close();

            assertTrue(accounts.check(ALICE, "secret"));
            assertFalse(accounts.check(BOB, "secret"));
        }
    }

    @EveryDatabase
    void removingAnAccountRemovesWhatModulesKeepOfItInTheSameTransaction(Database database) {
        try (Accounts accounts = accounts(database)) {
            List<Jid> told = new ArrayList<>();
            accounts.removed().add("test", told::add);
            accounts.onRemoval("test", AccountsTest::unblock);
            accounts.create(ALICE, "secret");
            block(database, ALICE);

            assertTrue(accounts.remove(ALICE.withResource("phone")));

            assertFalse(accounts.exists(ALICE));
            assertEquals(0, blocked(database));
            assertEquals(List.of(ALICE), told);
            assertFalse(accounts.remove(ALICE));
            assertEquals(1, told.size());
        }
    }

    @EveryDatabase
    void anAccountStaysWholeWhenAModuleCannotCleanUp(Database database) {
        try (Accounts accounts = accounts(database)) {
            List<Jid> told = new ArrayList<>();
            accounts.removed().add("test", told::add);
            accounts.onRemoval("first", AccountsTest::unblock);
            Runnable takeBack = accounts.onRemoval("second", (_, _) -> {
                throw new IllegalStateException("no");
            });
            accounts.create(ALICE, "secret");
            block(database, ALICE);

            assertThrows(IllegalStateException.class, () -> accounts.remove(ALICE));

            assertTrue(accounts.check(ALICE, "secret"));
            assertEquals(1, blocked(database));
            assertEquals(List.of(), told);
            takeBack.run();
            assertTrue(accounts.remove(ALICE));
        }
    }

    @EveryDatabase
    void removingADomainRemovesAllOfItAndNothingElse(Database database) {
        try (Accounts accounts = accounts(database)) {
            List<String> told = new ArrayList<>();
            accounts.domainRemoved().add("test", told::add);
            accounts.onDomainRemoval("test", (db, domain) -> db.deleteFrom(BLOCKLIST)
                    .where(LSERVER.eq(domain))
                    .execute());
            Jid other = Jid.of("alice", "example.org");
            List.of(ALICE, BOB, other).forEach(account -> accounts.create(account, "secret"));
            block(database, ALICE);

            assertEquals(2, accounts.removeDomain("localhost"));

            assertFalse(accounts.exists(ALICE));
            assertTrue(accounts.exists(other));
            assertEquals(0, blocked(database));
            assertEquals(List.of("localhost"), told);
        }
    }

    private static void block(Database database, Jid account) {
        database.write(db -> db.insertInto(BLOCKLIST, LUSER, LSERVER, CREATED_AT)
                .values(account.local(), account.domain(), 1L)
                .execute());
    }

    private static void unblock(DSLContext db, Jid account) {
        db.deleteFrom(BLOCKLIST)
                .where(LUSER.eq(account.local()).and(LSERVER.eq(account.domain())))
                .execute();
    }

    private static int blocked(Database database) {
        return database.read(db -> db.fetchCount(BLOCKLIST));
    }

    @EveryDatabase
    void accountsAreListedByNameAPartAtATime(Database database) {
        try (Accounts accounts = accounts(database)) {
            for (String user : List.of("carol", "alice", "bob", "dave")) {
                accounts.create(Jid.of(user, "localhost"), "secret");
            }
            accounts.create(Jid.of("eve", "example.org"), "secret");

            assertEquals(4, accounts.count("localhost"));
            assertEquals(List.of("alice", "bob"), names(accounts.list("localhost", 2, null)));
            assertEquals(List.of("carol", "dave"), names(accounts.list("localhost", 10, "bob")));
        }
    }

    private static List<String> names(List<Jid> accounts) {
        return accounts.stream().map(Jid::local).toList();
    }

    @EveryDatabase
    void anUnknownUserLooksLikeAKnownOne(Database database) {
        try (Accounts accounts = accounts(database);
                Accounts afterRestart = accounts(database)) {
            ScramVerifier fake = accounts.fakeCredentials(ALICE, ScramHash.SHA_1);

            assertEquals(fake, afterRestart.fakeCredentials(ALICE.withResource("x"), ScramHash.SHA_1));
            assertEquals(4096, fake.iterations());
            assertEquals(16, fake.salt().length);
            assertEquals(20, fake.storedKey().length);
            assertFalse(Arrays.equals(
                    fake.salt(), accounts.fakeCredentials(BOB, ScramHash.SHA_1).salt()));
            assertFalse(Arrays.equals(
                    fake.salt(), accounts.fakeCredentials(ALICE, ScramHash.SHA_256).salt()));
        }
    }

    @EveryDatabase
    void anImportStoresWhatIsGoodAndTellsOfEachBadLine(Database database) {
        try (Accounts accounts = accounts(database)) {
            accounts.create(ALICE, "secret");
            assertFalse(accounts.exists(BOB));
            List<AccountLine> lines = new ArrayList<>(List.of(
                    new AccountLine(1, "localhost", "bob", "bob's"),
                    new AccountLine(2, "elsewhere", "bob", "x"),
                    new AccountLine(3, "localhost", "", "x"),
                    new AccountLine(4, "localhost", "alice", "x"),
                    new AccountLine(5, "localhost", "bob", "again"),
                    new AccountLine(6, "localhost", "carol", ""),
                    new AccountLine(7, "localhost", "x".repeat(256), "x")));
            IntStream.range(0, 300)
                    .forEach(i -> lines.add(new AccountLine(8 + i, "example.org", "user" + i, "pass" + i)));
            List<ImportEvent> told = new ArrayList<>();

            ImportSummary summary = accounts.importAll(lines.iterator(), told::add);

            assertEquals(new ImportSummary(301, 6), summary);
            assertEquals(
                    Set.of(
                            new ImportEvent.Refused(2, Reason.DOMAIN_NOT_SERVED),
                            new ImportEvent.Refused(3, Reason.NAME_MISSING),
                            new ImportEvent.Refused(4, Reason.ALREADY_EXISTS),
                            new ImportEvent.Refused(5, Reason.ALREADY_EXISTS),
                            new ImportEvent.Refused(6, Reason.PASSWORD_EMPTY),
                            new ImportEvent.Refused(7, Reason.NAME_TOO_LONG)),
                    Set.copyOf(told.stream()
                            .filter(event -> event instanceof ImportEvent.Refused)
                            .toList()));
            assertEquals(301, assertInstanceOf(ImportEvent.Stored.class, told.getLast()).accounts());
            List<Long> stored = told.stream()
                    .flatMap(event -> event instanceof ImportEvent.Stored(long _, List<Long> all) ? all.stream() : Stream.of())
                    .toList();
            assertEquals(301, stored.size());
            assertEquals(stored.stream().sorted().toList(), stored);
            assertTrue(accounts.check(BOB, "bob's"));
            assertTrue(accounts.check(Jid.of("user299", "example.org"), "pass299"));
            assertTrue(accounts.check(ALICE, "secret"));
        }
    }

    @EveryDatabase
    void anImportStartedAgainStoresNothingTwice(Database database) {
        try (Accounts accounts = accounts(database)) {
            List<AccountLine> lines = IntStream.range(0, 150)
                    .mapToObj(i -> new AccountLine(i, "localhost", "user" + i, "pass" + i))
                    .toList();
            accounts.importAll(lines.iterator(), _ -> {});
            Optional<Credentials> before = accounts.credentials(Jid.of("user7", "localhost"));

            assertEquals(new ImportSummary(0, 150), accounts.importAll(lines.iterator(), _ -> {}));

            assertEquals(before, accounts.credentials(Jid.of("user7", "localhost")));
            assertEquals(150, accounts.count("localhost"));
        }
    }
}
