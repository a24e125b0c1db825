package im.gatehouse.modules.offline;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.Collection;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The waiting messages' SQL. Every method is part of a unit of work. */
final class OfflineStore {
    private static final Table<Record> MESSAGES = table(name("offline_messages"));
    private static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT);
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);
    private static final Field<Integer> ATTEMPTS = field(name("attempts"), SQLDataType.INTEGER);
    private static final Field<String> STANZA = field(name("stanza"), SQLDataType.CLOB);

    /**
     * A message that waits.
     *
     * @param id rises with the order in which messages came
     * @param createdAt when it was stored, in milliseconds since 1970
     * @param attempts how often it has been handed to a session already
     * @param stanza the message as XML
     */
    record Waiting(long id, long createdAt, int attempts, String stanza) {}

    /** How many messages are stored for an account, but for some. */
    int count(DSLContext db, Jid account, Collection<Long> except) {
        return db.fetchCount(MESSAGES, of(account, except));
    }

    void insert(DSLContext db, Jid account, long createdAt, String stanza) {
        db.insertInto(MESSAGES, LUSER, LSERVER, CREATED_AT, ATTEMPTS, STANZA)
                .values(account.local(), account.domain(), createdAt, 0, stanza)
                .execute();
    }

    /** The messages that have waited longest, but for some, the oldest first. */
    List<Waiting> first(DSLContext db, Jid account, Collection<Long> except, int limit) {
        return waiting(db, of(account, except), limit);
    }

    /** The messages that came after another, the oldest first. */
    List<Waiting> after(DSLContext db, Jid account, long id, int limit) {
        return waiting(db, of(account).and(ID.gt(id)), limit);
    }

    private static List<Waiting> waiting(DSLContext db, Condition which, int limit) {
        return db.select(ID, CREATED_AT, ATTEMPTS, STANZA)
                .from(MESSAGES)
                .where(which)
                .orderBy(ID)
                .limit(limit)
                .fetch(row -> new Waiting(row.get(ID), row.get(CREATED_AT), row.get(ATTEMPTS), row.get(STANZA)));
    }

    /** Notes that messages are about to be handed over. */
    void attempted(DSLContext db, Collection<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        db.update(MESSAGES).set(ATTEMPTS, ATTEMPTS.plus(1)).where(ID.in(ids)).execute();
    }

    /** Notes that messages were not handed over after all. */
    void notAttempted(DSLContext db, Collection<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        db.update(MESSAGES)
                .set(ATTEMPTS, ATTEMPTS.minus(1))
                .where(ID.in(ids).and(ATTEMPTS.gt(0)))
                .execute();
    }

    void delete(DSLContext db, Collection<Long> ids) {
        if (ids.isEmpty()) {
            return;
        }
        db.deleteFrom(MESSAGES).where(ID.in(ids)).execute();
    }

    /** Deletes what was stored before a time, some at once; answers how many. */
    int deleteBefore(DSLContext db, long createdAt, int limit) {
        List<Long> ids = db.select(ID)
                .from(MESSAGES)
                .where(CREATED_AT.lt(createdAt))
                .orderBy(CREATED_AT)
                .limit(limit)
                .fetch(ID);
        delete(db, ids);
        return ids.size();
    }

    void removeAccount(DSLContext db, Jid account) {
        db.deleteFrom(MESSAGES).where(of(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(MESSAGES).where(LSERVER.eq(domain)).execute();
    }

    private static Condition of(Jid account, Collection<Long> except) {
        return except.isEmpty() ? of(account) : of(account).and(ID.notIn(except));
    }

    private static Condition of(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }
}
