package im.gatehouse.modules.lastactivity;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.time.Instant;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The table of when users were last there. */
final class LastActivityStore {
    private static final Table<Record> LAST_ACTIVITY = table(name("last_activity"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<Long> SEEN_AT = field(name("seen_at"), SQLDataType.BIGINT);
    private static final Field<String> STATUS = field(name("status"), SQLDataType.CLOB);

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    void put(DSLContext db, Jid account, LastSeen seen) {
        long at = seen.at().toEpochMilli();
        int updated = db.update(LAST_ACTIVITY)
                .set(SEEN_AT, at)
                .set(STATUS, seen.status())
                .where(is(account))
                .execute();
        if (updated > 0) {
            return; // nearly always, and a statement that both inserts and updates takes three times as long to write
        }
        db.insertInto(LAST_ACTIVITY, LUSER, LSERVER, SEEN_AT, STATUS)
                .values(account.local(), account.domain(), at, seen.status())
                .onConflict(LSERVER, LUSER)
                .doUpdate()
                .set(SEEN_AT, at)
                .set(STATUS, seen.status())
                .execute();
    }

    Optional<LastSeen> find(DSLContext db, Jid account) {
        return db.select(SEEN_AT, STATUS)
                .from(LAST_ACTIVITY)
                .where(is(account))
                .fetchOptional(row -> new LastSeen(Instant.ofEpochMilli(row.value1()), row.value2()));
    }

    void remove(DSLContext db, Jid account) {
        db.deleteFrom(LAST_ACTIVITY).where(is(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(LAST_ACTIVITY).where(LSERVER.eq(domain)).execute();
    }
}
