package im.gatehouse.account;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.BatchBindStep;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The table of accounts. */
final class AccountStore {
    private static final Table<Record> ACCOUNTS = table(name("accounts"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<Integer> ITERATIONS = field(name("iterations"), SQLDataType.INTEGER);
    private static final Field<byte[]> SHA1_SALT = bytes("sha1_salt");
    private static final Field<byte[]> SHA1_STORED_KEY = bytes("sha1_stored_key");
    private static final Field<byte[]> SHA1_SERVER_KEY = bytes("sha1_server_key");
    private static final Field<byte[]> SHA256_SALT = bytes("sha256_salt");
    private static final Field<byte[]> SHA256_STORED_KEY = bytes("sha256_stored_key");
    private static final Field<byte[]> SHA256_SERVER_KEY = bytes("sha256_server_key");
    private static final Field<byte[]> SHA512_SALT = bytes("sha512_salt");
    private static final Field<byte[]> SHA512_STORED_KEY = bytes("sha512_stored_key");
    private static final Field<byte[]> SHA512_SERVER_KEY = bytes("sha512_server_key");
    private static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);

    private static Field<byte[]> bytes(String name) {
        return field(name(name), SQLDataType.BLOB);
    }

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    Optional<Credentials> find(DSLContext db, Jid account) {
        return db.select(
                        ITERATIONS,
                        SHA1_SALT,
                        SHA1_STORED_KEY,
                        SHA1_SERVER_KEY,
                        SHA256_SALT,
                        SHA256_STORED_KEY,
                        SHA256_SERVER_KEY,
                        SHA512_SALT,
                        SHA512_STORED_KEY,
                        SHA512_SERVER_KEY)
                .from(ACCOUNTS)
                .where(is(account))
                .fetchOptional(row -> credentials(row));
    }

    private static Credentials credentials(Record row) {
        int iterations = row.get(ITERATIONS);
        return new Credentials(
                new ScramVerifier(row.get(SHA1_SALT), iterations, row.get(SHA1_STORED_KEY), row.get(SHA1_SERVER_KEY)),
                new ScramVerifier(
                        row.get(SHA256_SALT), iterations, row.get(SHA256_STORED_KEY), row.get(SHA256_SERVER_KEY)),
                Optional.ofNullable(row.get(SHA512_SALT))
                        .map(salt -> new ScramVerifier(
                                salt, iterations, row.get(SHA512_STORED_KEY), row.get(SHA512_SERVER_KEY))));
    }

    /**
     * Adds accounts.
     *
     * @param createdAt milliseconds since 1970
     * @throws IntegrityConstraintViolationException when one of them exists; then the transaction must end
     */
    void insert(DSLContext db, Map<Jid, Credentials> accounts, long createdAt) {
        BatchBindStep batch = db.batch(db.insertInto(
                        ACCOUNTS,
                        LUSER,
                        LSERVER,
                        ITERATIONS,
                        SHA1_SALT,
                        SHA1_STORED_KEY,
                        SHA1_SERVER_KEY,
                        SHA256_SALT,
                        SHA256_STORED_KEY,
                        SHA256_SERVER_KEY,
                        SHA512_SALT,
                        SHA512_STORED_KEY,
                        SHA512_SERVER_KEY,
                        CREATED_AT)
                .values((String) null, null, null, null, null, null, null, null, null, null, null, null, null));
        accounts.forEach((account, credentials) -> batch.bind(
                account.local(),
                account.domain(),
                credentials.iterations(),
                credentials.sha1().salt(),
                credentials.sha1().storedKey(),
                credentials.sha1().serverKey(),
                credentials.sha256().salt(),
                credentials.sha256().storedKey(),
                credentials.sha256().serverKey(),
                credentials.sha512().map(ScramVerifier::salt).orElse(null),
                credentials.sha512().map(ScramVerifier::storedKey).orElse(null),
                credentials.sha512().map(ScramVerifier::serverKey).orElse(null),
                createdAt));
        batch.execute();
    }

    /** Replaces the verifiers; false when there is no such account. */
    boolean update(DSLContext db, Jid account, Credentials credentials) {
        return db.update(ACCOUNTS)
                        .set(ITERATIONS, credentials.iterations())
                        .set(SHA1_SALT, credentials.sha1().salt())
                        .set(SHA1_STORED_KEY, credentials.sha1().storedKey())
                        .set(SHA1_SERVER_KEY, credentials.sha1().serverKey())
                        .set(SHA256_SALT, credentials.sha256().salt())
                        .set(SHA256_STORED_KEY, credentials.sha256().storedKey())
                        .set(SHA256_SERVER_KEY, credentials.sha256().serverKey())
                        .set(SHA512_SALT, credentials.sha512().map(ScramVerifier::salt).orElse(null))
                        .set(SHA512_STORED_KEY, credentials.sha512().map(ScramVerifier::storedKey).orElse(null))
                        .set(SHA512_SERVER_KEY, credentials.sha512().map(ScramVerifier::serverKey).orElse(null))
                        .where(is(account))
                        .execute()
                > 0;
    }

    /** Adds a verifier to an account that lacks it and has the same password as before; else without effect. */
    void addSha512(DSLContext db, Jid account, ScramVerifier verifier, byte[] sha256StoredKey) {
        db.update(ACCOUNTS)
                .set(SHA512_SALT, verifier.salt())
                .set(SHA512_STORED_KEY, verifier.storedKey())
                .set(SHA512_SERVER_KEY, verifier.serverKey())
                .where(is(account))
                .and(SHA512_SALT.isNull())
                .and(SHA256_STORED_KEY.eq(sha256StoredKey))
                .execute();
    }

    /** How many accounts of a domain lack a verifier. */
    long countWithoutSha512(DSLContext db, String domain) {
        return db.selectCount()
                .from(ACCOUNTS)
                .where(LSERVER.eq(domain).and(SHA512_SALT.isNull()))
                .fetchSingle()
                .value1();
    }

    /** False when there was no such account. */
    boolean delete(DSLContext db, Jid account) {
        return db.deleteFrom(ACCOUNTS).where(is(account)).execute() > 0;
    }

    /** How many accounts the domain had. */
    long deleteDomain(DSLContext db, String domain) {
        return db.deleteFrom(ACCOUNTS).where(LSERVER.eq(domain)).execute();
    }

    /**
     * Whether there is such an account; if so, its row stays until the transaction ends: a change that changes nothing
     * locks it on every database.
     */
    boolean hold(DSLContext db, Jid account) {
        return db.update(ACCOUNTS).set(CREATED_AT, CREATED_AT).where(is(account)).execute() > 0;
    }

    /** Which of the names are taken in the domain. */
    Set<String> taken(DSLContext db, String domain, Collection<String> names) {
        return db.select(LUSER)
                .from(ACCOUNTS)
                .where(LSERVER.eq(domain).and(LUSER.in(names)))
                .fetchSet(LUSER);
    }

    /** Names in the order of their bytes. */
    List<String> list(DSLContext db, String domain, int limit, @Nullable String after) {
        return db.select(LUSER)
                .from(ACCOUNTS)
                .where(LSERVER.eq(domain).and(after == null ? noCondition() : LUSER.gt(after)))
                .orderBy(LUSER)
                .limit(limit)
                .fetch(LUSER);
    }

    long count(DSLContext db, String domain) {
        return db.selectCount().from(ACCOUNTS).where(LSERVER.eq(domain)).fetchSingle().value1();
    }
}
