package im.gatehouse.storage;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

class DatabaseTest {
    private static final Table<Record> BLOCKLIST = table(name("blocklist"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);

    @EveryDatabase
    void whatWasWrittenIsRead(Database database) {
        int written = database.write(db -> db.insertInto(BLOCKLIST, LUSER, LSERVER, CREATED_AT)
                .values("alice", "localhost", 1L)
                .execute());

        assertEquals(1, written);
        assertEquals("alice", database.read(db -> db.select(LUSER).from(BLOCKLIST).fetchSingle(LUSER)));
    }
}
