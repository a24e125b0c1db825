package im.gatehouse.modules.avatar;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The table of the hashes of avatars, so that who signs in need not have the picture read. */
final class AvatarStore {
    private static final Table<Record> AVATARS = table(name("avatars"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> HASH = field(name("hash"), SQLDataType.VARCHAR);

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    /** The hash of an account's avatar, empty where it has none, null where that is not known. */
    @Nullable String find(DSLContext db, Jid account) {
        return db.select(HASH).from(AVATARS).where(is(account)).fetchOne(HASH);
    }

    void put(DSLContext db, Jid account, String hash) {
        remove(db, account);
        db.insertInto(AVATARS, LUSER, LSERVER, HASH)
                .values(account.local(), account.domain(), hash)
                .execute();
    }

    void remove(DSLContext db, Jid account) {
        db.deleteFrom(AVATARS).where(is(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(AVATARS).where(LSERVER.eq(domain)).execute();
    }
}
