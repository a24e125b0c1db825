package im.gatehouse.storage;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** Rows to test with, in the table of the blocklist: a name as the key. */
final class Things {
    static final Table<Record> TABLE = table(name("blocklist"));
    static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    static final Field<String> REASON = field(name("reason"), SQLDataType.CLOB);
    static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);

    private Things() {}

    static void put(DSLContext db, String name) {
        put(db, name, "");
    }

    static void put(DSLContext db, String name, String reason) {
        db.insertInto(TABLE, LUSER, LSERVER, REASON, CREATED_AT)
                .values(name, "localhost", reason, 1L)
                .execute();
    }

    static void store(Database database, String name) {
        database.write(db -> {
            put(db, name);
            return name;
        });
    }

    static List<String> all(Database database) {
        return database.read(db -> db.select(LUSER).from(TABLE).orderBy(LUSER).fetch(LUSER));
    }

    static int count(Database database, Table<Record> table, Condition condition) {
        return database.read(db -> db.fetchCount(table, condition));
    }
}
