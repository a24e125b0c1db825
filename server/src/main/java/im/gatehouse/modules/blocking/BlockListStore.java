package im.gatehouse.modules.blocking;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The lists' SQL. Every method is part of a unit of work; whoever changes an account holds its lock. */
final class BlockListStore {
    private static final Table<Record> BLOCKED = table(name("blocked_contacts"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> JID = field(name("jid"), SQLDataType.VARCHAR);

    /** What the column holds. */
    private static final int LONGEST_JID_BYTES = 2_047;

    static boolean holds(Jid jid) {
        return jid.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_JID_BYTES;
    }

    List<Jid> items(DSLContext db, Jid account) {
        return db.select(JID).from(BLOCKED).where(of(account)).fetch(row -> Jid.parse(row.value1()));
    }

    void insert(DSLContext db, Jid account, Collection<Jid> items) {
        for (Jid item : items) {
            db.insertInto(BLOCKED, LUSER, LSERVER, JID)
                    .values(account.local(), account.domain(), item.toString())
                    .execute();
        }
    }

    void delete(DSLContext db, Jid account, Collection<Jid> items) {
        for (Jid item : items) {
            db.deleteFrom(BLOCKED).where(of(account).and(JID.eq(item.toString()))).execute();
        }
    }

    void removeAccount(DSLContext db, Jid account) {
        db.deleteFrom(BLOCKED).where(of(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(BLOCKED).where(LSERVER.eq(domain)).execute();
    }

    private static Condition of(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }
}
