package im.gatehouse.modules.visitors;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** The tables of {@link Dedup#EPHEMERAL}: digests of those who were counted, and each month's key's fingerprint. */
final class SeenStore {
    private static final Table<Record> KEYS = table(name("visitors_key"));
    private static final Table<Record> SEEN = table(name("visitors_seen"));
    private static final Field<String> MONTH = field(name("month"), SQLDataType.VARCHAR);
    private static final Field<String> FINGERPRINT = field(name("fingerprint"), SQLDataType.VARCHAR);
    private static final Field<String> DIGEST = field(name("digest"), SQLDataType.VARCHAR);
    private static final Field<String> HOST = field(name("host"), SQLDataType.VARCHAR);

    /** Remembers a user; false when they were remembered. */
    boolean add(DSLContext db, MonthKey key, Jid account) {
        return db.insertInto(SEEN, MONTH, DIGEST, HOST)
                        .values(key.month(), key.digest(account), account.domain())
                        .onConflictDoNothing()
                        .execute()
                > 0;
    }

    private static Condition isDigest(MonthKey key, Jid account) {
        return MONTH.eq(key.month()).and(DIGEST.eq(key.digest(account)));
    }

    boolean has(DSLContext db, MonthKey key, Jid account) {
        return db.fetchExists(SEEN, isDigest(key, account));
    }

    void remove(DSLContext db, MonthKey key, Jid account) {
        holdKeys(db);
        db.deleteFrom(SEEN).where(isDigest(key, account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        holdKeys(db);
        db.deleteFrom(SEEN).where(HOST.eq(domain)).execute();
    }

    /** Waits for those who count, see {@link #isOpen}; whoever counts next sees what this transaction has removed. */
    private static void holdKeys(DSLContext db) {
        db.update(KEYS).set(FINGERPRINT, FINGERPRINT).where(DSL.trueCondition()).execute();
    }

    // --- the keys of the months ---

    Optional<String> fingerprint(DSLContext db, String month) {
        return db.select(FINGERPRINT)
                .from(KEYS)
                .where(MONTH.eq(month))
                .fetchOptional(FINGERPRINT);
    }

    /** Keeps the one that is there already. */
    void addFingerprint(DSLContext db, String month, String fingerprint) {
        db.insertInto(KEYS, MONTH, FINGERPRINT)
                .values(month, fingerprint)
                .onConflictDoNothing()
                .execute();
    }

    /** The months before one that have a key which is not closed. */
    List<String> monthsWithKey(DSLContext db, String before, String closed) {
        return db.select(MONTH)
                .from(KEYS)
                .where(MONTH.lt(before).and(FINGERPRINT.ne(closed)))
                .orderBy(MONTH)
                .fetch(MONTH);
    }

    boolean hasMoreThan(DSLContext db, String month, int most) {
        int some = db.fetchCount(
                db.selectOne().from(SEEN).where(MONTH.eq(month)).limit(most + 1));
        return some > most;
    }

    /** Removes the digests that begin with two hexadecimal digits. */
    int removeSlice(DSLContext db, String month, String start) {
        return db.deleteFrom(SEEN)
                .where(MONTH.eq(month).and(DIGEST.between(start, start + "g")))
                .execute();
    }

    /**
     * Notes that a month's key is no more and removes all its digests. From here on nobody is counted in that month,
     * see {@link #isOpen}.
     */
    int closeKey(DSLContext db, String month, String closed) {
        int keys = db.update(KEYS)
                .set(FINGERPRINT, closed)
                .where(MONTH.eq(month))
                .execute();
        db.deleteFrom(SEEN).where(MONTH.eq(month)).execute();
        return keys;
    }

    /**
     * Whether a key is still its month's, and stays so until the transaction ends: another server that is to close the
     * month waits that long for the row.
     */
    boolean isOpen(DSLContext db, MonthKey key) {
        return db.update(KEYS)
                        .set(FINGERPRINT, key.fingerprint())
                        .where(MONTH.eq(key.month()).and(FINGERPRINT.eq(key.fingerprint())))
                        .execute()
                > 0;
    }

    /** Whether there are digests of months before one. */
    boolean hasBefore(DSLContext db, String month) {
        return db.fetchExists(SEEN, MONTH.lt(month));
    }

    int removeBefore(DSLContext db, String month) {
        return db.deleteFrom(SEEN).where(MONTH.lt(month)).execute();
    }
}
