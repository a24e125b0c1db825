package im.gatehouse.modules.announce;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The standing messages' SQL. Every method is part of a unit of work. */
final class AnnounceStore {
    private static final Table<Record> STANDING = table(name("standing_messages"));
    private static final Table<Record> SEEN = table(name("motd_seen"));

    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> KIND = field(name("kind"), SQLDataType.VARCHAR);
    private static final Field<Long> NUMBER = field(name("message_number"), SQLDataType.BIGINT);
    private static final Field<String> BODY = field(name("body"), SQLDataType.CLOB);

    /**
     * A message that stands until it is deleted.
     *
     * @param number larger than that of the message before it
     */
    record Standing(String host, Kind kind, long number, String body) {}

    /** The kinds of standing messages. */
    enum Kind {
        /** Each user gets it once. */
        MOTD,
        /** Each user gets it whose account is made while it stands. */
        WELCOME
    }

    List<Standing> all(DSLContext db) {
        return db.select(LSERVER, KIND, NUMBER, BODY)
                .from(STANDING)
                .fetch(row -> new Standing(row.value1(), Kind.valueOf(row.value2()), row.value3(), row.value4()));
    }

    void put(DSLContext db, Standing standing) {
        delete(db, standing.host(), standing.kind());
        db.insertInto(STANDING, LSERVER, KIND, NUMBER, BODY)
                .values(standing.host(), standing.kind().name(), standing.number(), standing.body())
                .execute();
    }

    boolean delete(DSLContext db, String host, Kind kind) {
        return db.deleteFrom(STANDING)
                        .where(LSERVER.eq(host).and(KIND.eq(kind.name())))
                        .execute()
                > 0;
    }

    /** Notes that a user has been shown a message; false when that was noted before. */
    boolean see(DSLContext db, Jid account, long number) {
        Long seen = db.select(NUMBER).from(SEEN).where(of(account)).fetchOne(NUMBER);
        if (seen == null) {
            db.insertInto(SEEN, LUSER, LSERVER, NUMBER)
                    .values(account.local(), account.domain(), number)
                    .execute();
        } else if (seen < number) {
            db.update(SEEN).set(NUMBER, number).where(of(account)).execute();
        }
        return seen == null || seen < number;
    }

    void removeAccount(DSLContext db, Jid account) {
        db.deleteFrom(SEEN).where(of(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(SEEN).where(LSERVER.eq(domain)).execute();
    }

    private static Condition of(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }
}
