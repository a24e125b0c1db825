package im.gatehouse.modules.archive;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.StoredXml;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The users' preferences in the database. Every method is part of a unit of work. */
final class PreferenceStore {
    private static final Table<Record> PREFS = table(name("archive_prefs"));
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> CONTENT = field(name("content"), SQLDataType.CLOB);

    /** What an account has chosen, or the usual. */
    Preferences find(DSLContext db, Jid account) {
        String content = db.select(CONTENT).from(PREFS).where(of(account)).fetchOne(CONTENT);
        return content == null ? Preferences.USUAL : Preferences.of(StoredXml.read(content));
    }

    void put(DSLContext db, Jid account, Preferences preferences) {
        removeAccount(db, account);
        db.insertInto(PREFS, LSERVER, LUSER, CONTENT)
                .values(account.domain(), account.local(), StoredXml.write(preferences.toElement()))
                .execute();
    }

    void removeAccount(DSLContext db, Jid account) {
        db.deleteFrom(PREFS).where(of(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(PREFS).where(LSERVER.eq(domain)).execute();
    }

    private static Condition of(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }
}
