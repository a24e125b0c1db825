package im.gatehouse.modules.vcard;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The table of visiting cards. */
final class VCardStore {
    private static final Table<Record> VCARDS = table(name("vcards"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> CARD = field(name("card"), SQLDataType.CLOB);

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    /**
     * @param card the element as text
     */
    void put(DSLContext db, Jid account, String card) {
        db.insertInto(VCARDS, LUSER, LSERVER, CARD)
                .values(account.local(), account.domain(), card)
                .onConflict(LSERVER, LUSER)
                .doUpdate()
                .set(CARD, card)
                .execute();
    }

    Optional<String> find(DSLContext db, Jid account) {
        return db.select(CARD).from(VCARDS).where(is(account)).fetchOptional(CARD);
    }

    void remove(DSLContext db, Jid account) {
        db.deleteFrom(VCARDS).where(is(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(VCARDS).where(LSERVER.eq(domain)).execute();
    }
}
