package im.gatehouse.admin.operations;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The table of the passwords of domains' administrators. */
final class DomainPasswordStore {
    private static final Table<Record> ADMINS = table(name("domain_admins"));
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<byte[]> SALT = field(name("salt"), SQLDataType.BLOB);
    private static final Field<Integer> ITERATIONS = field(name("iterations"), SQLDataType.INTEGER);
    private static final Field<byte[]> DERIVED = field(name("derived_key"), SQLDataType.BLOB);
    private static final Field<Long> CHANGED_AT = field(name("changed_at"), SQLDataType.BIGINT);

    /** What is kept of a password. The arrays are not copied: nobody changes them. */
    record Key(byte[] salt, int iterations, byte[] key) {
        /** Tells nothing that must stay secret. */
        @Override
        public String toString() {
            return "Key[" + iterations + " iterations]";
        }
    }

    Optional<Key> find(DSLContext db, String domain) {
        return db.select(SALT, ITERATIONS, DERIVED)
                .from(ADMINS)
                .where(LSERVER.eq(domain))
                .fetchOptional(row -> new Key(row.get(SALT), row.get(ITERATIONS), row.get(DERIVED)));
    }

    /** Inserts or replaces; the database runs one such unit for a domain after another. */
    int put(DSLContext db, String domain, Key key, long now) {
        delete(db, domain);
        return db.insertInto(ADMINS, LSERVER, SALT, ITERATIONS, DERIVED, CHANGED_AT)
                .values(domain, key.salt(), key.iterations(), key.key(), now)
                .execute();
    }

    boolean delete(DSLContext db, String domain) {
        return db.deleteFrom(ADMINS).where(LSERVER.eq(domain)).execute() > 0;
    }
}
