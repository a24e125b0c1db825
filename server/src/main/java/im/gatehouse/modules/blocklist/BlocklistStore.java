package im.gatehouse.modules.blocklist;

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
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The table of blocked users. */
final class BlocklistStore {
    private static final Table<Record> BLOCKLIST = table(name("blocklist"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> REASON = field(name("reason"), SQLDataType.VARCHAR);
    private static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);

    private static Condition is(Jid account) {
        return LUSER.eq(account.local()).and(LSERVER.eq(account.domain()));
    }

    Optional<Block> find(DSLContext db, Jid account) {
        return db.select(REASON).from(BLOCKLIST).where(is(account)).fetchOptional(row -> new Block(row.get(REASON)));
    }

    /**
     * Adds an entry or replaces the reason and the time of the one that is there.
     *
     * @param createdAt milliseconds since 1970
     */
    void put(DSLContext db, Jid account, @Nullable String reason, long createdAt) {
        db.insertInto(BLOCKLIST, LUSER, LSERVER, REASON, CREATED_AT)
                .values(account.local(), account.domain(), reason, createdAt)
                .onConflict(LUSER, LSERVER)
                .doUpdate()
                .set(REASON, reason)
                .set(CREATED_AT, createdAt)
                .execute();
    }

    /** False when there was no entry. */
    boolean remove(DSLContext db, Jid account) {
        return db.deleteFrom(BLOCKLIST).where(is(account)).execute() > 0;
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(BLOCKLIST).where(LSERVER.eq(domain)).execute();
    }

    int count(DSLContext db, String domain) {
        return db.fetchCount(db.selectOne().from(BLOCKLIST).where(LSERVER.eq(domain)));
    }

    /** Entries in the order of the bytes of their names, from the one at {@code index}, counted from 0. */
    List<BlockedUser> list(DSLContext db, String domain, int limit, int index) {
        return db.select(LUSER, REASON)
                .from(BLOCKLIST)
                .where(LSERVER.eq(domain))
                .orderBy(LUSER)
                .limit(limit)
                .offset(index)
                .fetch(row -> new BlockedUser(Jid.of(row.get(LUSER), domain), row.get(REASON)));
    }
}
