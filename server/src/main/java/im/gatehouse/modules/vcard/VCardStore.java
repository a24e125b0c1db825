package im.gatehouse.modules.vcard;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.Optional;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables of visiting cards, and of those whose change others may not have followed yet. */
final class VCardStore {
    private static final Table<Record> VCARDS = table(name("vcards"));
    private static final Table<Record> CHANGES = table(name("vcard_changes"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> CARD = field(name("card"), SQLDataType.CLOB);
    private static final Field<String> BEFORE = field(name("card_before"), SQLDataType.CLOB);

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
        db.deleteFrom(CHANGES).where(LSERVER.eq(domain)).execute();
    }

    // --- changes that others follow ---

    /**
     * Notes that a card changes; of several changes that nobody has followed the first counts.
     *
     * @param before the card until then, empty for none
     */
    void note(DSLContext db, Jid account, String before) {
        if (before(db, account).isEmpty()) {
            db.insertInto(CHANGES, LUSER, LSERVER, BEFORE)
                    .values(account.local(), account.domain(), before)
                    .execute();
        }
    }

    /** How a card was before a change that not all may have followed; empty text where there was none. */
    Optional<String> before(DSLContext db, Jid account) {
        return db.select(BEFORE).from(CHANGES).where(is(account)).fetchOptional(BEFORE);
    }

    /** All have followed. */
    void followed(DSLContext db, Jid account) {
        db.deleteFrom(CHANGES).where(is(account)).execute();
    }

    /** Whose cards have changed and not all may have followed. */
    Set<Jid> unfollowed(DSLContext db) {
        return db.select(LUSER, LSERVER)
                .from(CHANGES)
                .fetchSet(row -> Jid.of(row.get(LUSER), row.get(LSERVER)));
    }
}
