package im.gatehouse.modules.push;

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

/** The table of push registrations: one row for each account, service and node. */
final class PushStore {
    private static final Table<Record> REGISTRATIONS = table(name("push_registrations"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> SERVICE = field(name("service"), SQLDataType.VARCHAR);
    private static final Field<String> NODE = field(name("node"), SQLDataType.VARCHAR);
    private static final Field<String> RESOURCE = field(name("resource"), SQLDataType.VARCHAR);
    private static final Field<String> OPTIONS = field(name("options"), SQLDataType.CLOB);

    private static Condition of(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    /** Adds a registration, in the place of an older one of the same service and node. */
    void put(DSLContext db, Registration added) {
        db.insertInto(REGISTRATIONS, LUSER, LSERVER, SERVICE, NODE, RESOURCE, OPTIONS)
                .values(
                        added.account().local(),
                        added.account().domain(),
                        added.service().toString(),
                        added.node(),
                        added.resource(),
                        added.options())
                .onConflict(LSERVER, LUSER, SERVICE, NODE)
                .doUpdate()
                .set(RESOURCE, added.resource())
                .set(OPTIONS, added.options())
                .execute();
    }

    int count(DSLContext db, Jid account) {
        return db.fetchCount(REGISTRATIONS, of(account));
    }

    List<Registration> all(DSLContext db, Jid account) {
        return db.select(SERVICE, NODE, RESOURCE, OPTIONS)
                .from(REGISTRATIONS)
                .where(of(account))
                .fetch(row -> new Registration(
                        account,
                        Jid.parse(row.get(SERVICE)),
                        row.get(NODE),
                        row.get(RESOURCE),
                        row.get(OPTIONS)));
    }

    void remove(DSLContext db, Jid account, Jid service) {
        db.deleteFrom(REGISTRATIONS)
                .where(of(account).and(SERVICE.eq(service.toString())))
                .execute();
    }

    void remove(DSLContext db, Registration.Key key) {
        db.deleteFrom(REGISTRATIONS)
                .where(of(key.account())
                        .and(SERVICE.eq(key.service().toString()))
                        .and(NODE.eq(key.node())))
                .execute();
    }

    void remove(DSLContext db, Jid account) {
        db.deleteFrom(REGISTRATIONS).where(of(account)).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(REGISTRATIONS).where(LSERVER.eq(domain)).execute();
    }
}
