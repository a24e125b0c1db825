package im.gatehouse.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.account.AccountException.Reason;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import im.gatehouse.time.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who has an account here, and whether a password is theirs. Passwords are kept as SCRAM verifiers only.
 *
 * <p>All methods may block, on the database or for the derivation of a key, so they belong on virtual threads; all are
 * safe from any number of them, and throw {@link im.gatehouse.storage.StorageException} when the database fails. The
 * resource of an address is ignored everywhere.
 *
 * <p>What was looked up is remembered for a minute, that there is no such account too, so that a known name takes as
 * long as an unknown one and most logins need no query. A change here is seen at once; one that another program or
 * node makes in the same database, after that minute.
 */
public final class Accounts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Accounts.class);
    private static final int MOST_NAME_BYTES = 255;
    private static final int MOST_REMEMBERED = 50_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final int FAKE_SALT_BYTES = 16;
    private static final int SHARES = 4_096;

    /** What was found; of use only while nothing has changed since. */
    private record Found(long changes, Optional<Credentials> credentials) {}

    private record Cleanup<T>(String owner, BiConsumer<DSLContext, T> work) {}

    private final AccountStore store = new AccountStore();
    private final NoticePoint<Jid> created = new NoticePoint<>("account created");
    private final NoticePoint<Jid> removed = new NoticePoint<>("account removed");
    private final NoticePoint<String> domainRemoved = new NoticePoint<>("domain removed");
    private final List<Cleanup<Jid>> cleanups = new CopyOnWriteArrayList<>();
    private final List<Cleanup<String>> domainCleanups = new CopyOnWriteArrayList<>();
    private final List<Cleanup<Jid>> passwordCleanups = new CopyOnWriteArrayList<>();

    /**
     * How often accounts have changed, counted apart for each share of the names: what was loaded before a change is
     * stale, even when the load ends after it. So nobody waits for somebody else's load.
     */
    private final AtomicLongArray changes = new AtomicLongArray(SHARES);

    private final Database database;
    private final Set<String> hosts;
    private final Time time;
    private final byte[] secret;
    private final KeyDerivation keys;
    private final Cache<Jid, Found> cache;

    /**
     * @param hosts the domains that have accounts here, as {@link Jid#domain} writes them
     * @param secret from which the salts of unknown users are made; the same after every start, at least 16 bytes
     */
    public Accounts(Database database, ScramSettings settings, Set<String> hosts, Time time, byte[] secret) {
        if (secret.length < 16) {
            throw new IllegalArgumentException("The secret must have at least 16 bytes");
        }
        this.database = database;
        this.hosts = Set.copyOf(hosts);
        this.time = time;
        this.secret = secret.clone();
        this.keys = new KeyDerivation(settings.iterations());
        this.cache = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(REMEMBERED)
                .ticker(time::nanos)
                .build();
    }

    /** Told after the account has been committed, on the thread that made it. */
    public NoticePoint<Jid> created() {
        return created;
    }

    /** Told after the removal has been committed: end sessions, forget what is cached. */
    public NoticePoint<Jid> removed() {
        return removed;
    }

    /** Told after the removal of all accounts of a domain has been committed; {@link #removed} is not told then. */
    public NoticePoint<String> domainRemoved() {
        return domainRemoved;
    }

    /**
     * Has an owner delete its rows of an account in the transaction that removes it: all of it is gone, or none.
     *
     * @param owner the module, for logs
     * @param cleanup a unit of work as in {@link Database#write}; one that throws keeps the account
     * @return takes it away again
     */
    public Runnable onRemoval(String owner, BiConsumer<DSLContext, Jid> cleanup) {
        return register(cleanups, new Cleanup<>(owner, cleanup));
    }

    /** As {@link #onRemoval}, for all accounts of a domain at once. */
    public Runnable onDomainRemoval(String owner, BiConsumer<DSLContext, String> cleanup) {
        return register(domainCleanups, new Cleanup<>(owner, cleanup));
    }

    /** As {@link #onRemoval}, when an account gets another password: for what was given out because of the old one. */
    public Runnable onPasswordChange(String owner, BiConsumer<DSLContext, Jid> cleanup) {
        return register(passwordCleanups, new Cleanup<>(owner, cleanup));
    }

    private static <T> Runnable register(List<Cleanup<T>> all, Cleanup<T> cleanup) {
        all.add(cleanup);
        return () -> all.remove(cleanup);
    }

    public boolean serves(String domain) {
        return hosts.contains(domain);
    }

    public boolean exists(Jid account) {
        return credentials(account).isPresent();
    }

    /** The verifiers of an account; empty when there is none. */
    public Optional<Credentials> credentials(Jid account) {
        if (!account.hasLocal() || !serves(account.domain())) {
            return Optional.empty();
        }
        Jid bare = account.bare();
        Found known = cache.getIfPresent(bare);
        long now = changes.get(share(bare));
        if (known != null && known.changes == now) {
            return known.credentials;
        }
        Found found = new Found(now, database.read(db -> store.find(db, bare)));
        cache.put(bare, found);
        return found.credentials;
    }

    private static int share(Jid account) {
        return Math.floorMod(account.hashCode(), SHARES);
    }

    /** Makes stale what is remembered, and what is being loaded, for it may have been read before the change. */
    private void forget(Jid account) {
        changes.incrementAndGet(share(account));
        cache.invalidate(account);
    }

    private void forgetAll() {
        for (int share = 0; share < SHARES; share++) {
            changes.incrementAndGet(share);
        }
    }

    /**
     * What a client that signs in as somebody unknown is shown, so that it cannot tell: the same each time for the same
     * name, no password fits, and as many iterations as a new account has.
     */
    public ScramVerifier fakeCredentials(Jid account, ScramHash hash) {
        byte[] salt = Arrays.copyOf(fake(account, hash, "salt"), FAKE_SALT_BYTES);
        byte[] storedKey = Arrays.copyOf(fake(account, hash, "stored key"), hash.size());
        byte[] serverKey = Arrays.copyOf(fake(account, hash, "server key"), hash.size());
        return new ScramVerifier(salt, keys.iterations(), storedKey, serverKey);
    }

    private byte[] fake(Jid account, ScramHash hash, String what) {
        String text = what + '\0' + hash.label() + '\0' + account.bare();
        return ScramHash.SHA_256.hmac(secret, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether this is the account's password. It takes the same time when there is no such account: one derivation.
     */
    public boolean check(Jid account, String password) {
        Optional<Credentials> credentials = credentials(account);
        ScramVerifier verifier = credentials
                .map(Credentials::sha256)
                .orElseGet(() -> fakeCredentials(account, ScramHash.SHA_256));
        Optional<String> prepared = preparedIfAllowed(password);
        boolean matches = keys.matches(ScramHash.SHA_256, verifier, prepared.orElse("no password"));
        return matches && prepared.isPresent() && credentials.isPresent();
    }

    private static Optional<String> preparedIfAllowed(String password) {
        try {
            return Optional.of(Passwords.prepare(password));
        } catch (AccountException e) {
            return Optional.empty();
        }
    }

    /**
     * Makes an account.
     *
     * @throws AccountException when it exists, its domain is not served, or name or password are not allowed
     */
    public void create(Jid account, String password) {
        create(account, password, _ -> {});
    }

    /**
     * Makes an account, and in the same transaction what else belongs to that.
     *
     * @param also a unit of work as in {@link Database#write}; one that throws makes no account
     * @throws AccountException when it exists, its domain is not served, or name or password are not allowed
     */
    public void create(Jid account, String password, Consumer<DSLContext> also) {
        Jid bare = allowed(account);
        String prepared = Passwords.prepare(password);
        if (exists(bare)) {
            throw new AccountException(Reason.ALREADY_EXISTS);
        }
        insert(Map.of(bare, keys.derive(prepared)), also);
    }

    /**
     * The bare address under which an account may be made.
     *
     * @throws AccountException when it may not
     */
    private Jid allowed(Jid account) {
        if (!account.hasLocal()) {
            throw new AccountException(Reason.NAME_MISSING);
        }
        if (!serves(account.domain())) {
            throw new AccountException(Reason.DOMAIN_NOT_SERVED);
        }
        if (account.local().getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES) {
            throw new AccountException(Reason.NAME_TOO_LONG);
        }
        return account.bare();
    }

    /** As {@link #allowed(Jid)}, for parts that nobody has looked at yet. */
    Jid allowed(String user, String domain) {
        try {
            return allowed(Jid.of(user, domain));
        } catch (InvalidJidException e) {
            throw new AccountException(Reason.NAME_NOT_ALLOWED);
        }
    }

    /**
     * Stores new accounts in one transaction and tells of them.
     *
     * @throws AccountException when one of them exists; none is stored then
     */
    void insert(Map<Jid, Credentials> accounts) {
        insert(accounts, _ -> {});
    }

    private void insert(Map<Jid, Credentials> accounts, Consumer<DSLContext> also) {
        long now = time.now().toEpochMilli();
        try {
            database.write(db -> {
                insert(db, accounts, now);
                also.accept(db);
                return accounts.size();
            });
        } finally {
            accounts.keySet().forEach(this::forget);
        }
        accounts.keySet().forEach(created::tell);
    }

    private void insert(DSLContext db, Map<Jid, Credentials> accounts, long now) {
        try {
            store.insert(db, accounts, now);
        } catch (IntegrityConstraintViolationException e) {
            throw new AccountException(Reason.ALREADY_EXISTS);
        }
    }

    /**
     * Whether there is such an account, asked within a unit of work of {@link Database#write}: if so, it cannot be
     * removed before that unit has ended, so what the unit stores for it is seen by the cleanup of its removal.
     */
    public boolean hold(DSLContext db, Jid account) {
        return store.hold(db, account.bare());
    }

    /**
     * Whether there is such an account, asked within a unit of work of {@link Database#write}. It changes and holds
     * nothing: for those who may not leave a trace of having asked.
     */
    public boolean exists(DSLContext db, Jid account) {
        return store.find(db, account.bare()).isPresent();
    }

    /**
     * Which of the names have an account in the domain.
     *
     * @param names local parts, some thousands at most
     */
    public Set<String> taken(String domain, Set<String> names) {
        return database.read(db -> store.taken(db, domain, names));
    }

    /**
     * Gives an account another password. Sessions stay.
     *
     * @throws AccountException when there is no such account or the password is not allowed
     */
    public void changePassword(Jid account, String password) {
        Jid bare = allowed(account);
        String prepared = Passwords.prepare(password);
        if (!exists(bare)) {
            throw new AccountException(Reason.NOT_FOUND);
        }
        Credentials credentials = keys.derive(prepared);
        boolean changed;
        try {
            changed = database.write(db -> {
                boolean updated = store.update(db, bare, credentials);
                if (updated) {
                    cleanUp(db, passwordCleanups, bare);
                }
                return updated;
            });
        } finally {
            forget(bare);
        }
        if (!changed) {
            throw new AccountException(Reason.NOT_FOUND);
        }
    }

    /**
     * What a client needs to make the SHA-512 verifier of its account; empty when the account has it, or is none.
     */
    public Optional<Upgrade> upgrade(Jid account) {
        return credentials(account)
                .filter(credentials -> credentials.sha512().isEmpty())
                .map(credentials -> new Upgrade(
                        account.bare(),
                        keys.newSalt(),
                        credentials.iterations(),
                        credentials.sha256().storedKey()));
    }

    /**
     * Stores the verifier that a client has made; without effect when the account has one meanwhile, has another
     * password, or is gone. Whether it was made from the right password cannot be known.
     *
     * @param saltedPassword of the size of the hash
     */
    public void upgrade(Upgrade upgrade, byte[] saltedPassword) {
        ScramVerifier verifier =
                ScramVerifier.of(ScramHash.SHA_512, saltedPassword, upgrade.salt(), upgrade.iterations());
        try {
            database.write(db -> {
                store.addSha512(db, upgrade.account(), verifier, upgrade.before());
                return 0;
            });
        } finally {
            forget(upgrade.account());
        }
    }

    /** How many accounts of a domain lack the SHA-512 verifier. */
    public long countToUpgrade(String domain) {
        return database.read(db -> store.countWithoutSha512(db, domain));
    }

    /**
     * Removes an account and, in the same transaction, all that modules keep of it.
     *
     * @return false when there is no such account; then nothing is done
     */
    public boolean remove(Jid account) {
        Jid bare = account.bare();
        boolean gone;
        try {
            gone = database.write(db -> {
                boolean deleted = store.delete(db, bare);
                if (deleted) {
                    cleanUp(db, cleanups, bare);
                }
                return deleted;
            });
        } finally {
            forget(bare);
        }
        if (gone) {
            removed.tell(bare);
        }
        return gone;
    }

    /**
     * Removes all accounts of a domain, served or not, and in the same transaction all that modules keep of it.
     *
     * @return how many accounts there were
     */
    public long removeDomain(String domain) {
        long count;
        try {
            count = database.write(db -> {
                long deleted = store.deleteDomain(db, domain);
                cleanUp(db, domainCleanups, domain);
                return deleted;
            });
        } finally {
            forgetAll();
        }
        domainRemoved.tell(domain);
        return count;
    }

    private static <T> void cleanUp(DSLContext db, List<Cleanup<T>> cleanups, T subject) {
        for (Cleanup<T> cleanup : cleanups) {
            try {
                cleanup.work.accept(db, subject);
            } catch (RuntimeException e) {
                log.warn("{} could not delete what it keeps, so nothing is changed", cleanup.owner);
                throw e;
            }
        }
    }

    /**
     * The accounts of a domain in the order of their names' bytes, a part at a time.
     *
     * @param limit how many at most, from 1
     * @param after the name after which to begin, null for the first
     */
    public List<Jid> list(String domain, int limit, @Nullable String after) {
        return database.read(db -> store.list(db, domain, limit, after)).stream()
                .map(local -> Jid.of(local, domain))
                .toList();
    }

    public long count(String domain) {
        return database.read(db -> store.count(db, domain));
    }

    /**
     * Makes many accounts, with all cores but without slowing down those who sign in meanwhile by more than half. A
     * line that cannot be done is told and skipped; what was stored before a failure stays, so that the same import
     * may be started again.
     *
     * @param lines read on the calling thread, a few hundred ahead of what is stored
     * @param progress told on the calling thread
     * @return how it ended
     */
    public ImportSummary importAll(Iterator<AccountLine> lines, Consumer<ImportEvent> progress) {
        try (AccountImport running = new AccountImport(this, keys, progress)) {
            return running.run(lines);
        }
    }

    /** Lets go of the threads; the database stays open. */
    @Override
    public void close() {
        keys.close();
    }
}
