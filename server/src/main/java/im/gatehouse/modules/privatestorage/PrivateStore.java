package im.gatehouse.modules.privatestorage;

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

/** The table of what clients keep for themselves: one row for each account, namespace and element name. */
final class PrivateStore {
    private static final Table<Record> PRIVATE_STORAGE = table(name("private_storage"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> NAMESPACE = field(name("namespace"), SQLDataType.VARCHAR);
    private static final Field<String> ELEMENT = field(name("element"), SQLDataType.VARCHAR);
    private static final Field<String> CONTENT = field(name("content"), SQLDataType.CLOB);

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    private static Condition is(Jid account, String namespace, String element) {
        return is(account).and(NAMESPACE.eq(namespace)).and(ELEMENT.eq(element));
    }

    /**
     * @param content the element as text
     */
    void put(DSLContext db, Jid account, String namespace, String element, String content) {
        db.insertInto(PRIVATE_STORAGE, LUSER, LSERVER, NAMESPACE, ELEMENT, CONTENT)
                .values(account.local(), account.domain(), namespace, element, content)
                .onConflict(LSERVER, LUSER, NAMESPACE, ELEMENT)
                .doUpdate()
                .set(CONTENT, content)
                .execute();
    }

    Optional<String> find(DSLContext db, Jid account, String namespace, String element) {
        return db.select(CONTENT)
                .from(PRIVATE_STORAGE)
                .where(is(account, namespace, element))
                .fetchOptional(CONTENT);
    }

    int count(DSLContext db, Jid account) {
        return db.fetchCount(db.selectOne().from(PRIVATE_STORAGE).where(is(account)));
    }

    void remove(DSLContext db, Jid account, String namespace, String element) {
        db.deleteFrom(PRIVATE_STORAGE).where(is(account, namespace, element)).execute();
    }

    void remove(DSLContext db, Jid account) {
        db.deleteFrom(PRIVATE_STORAGE).where(is(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(PRIVATE_STORAGE).where(LSERVER.eq(domain)).execute();
    }
}
