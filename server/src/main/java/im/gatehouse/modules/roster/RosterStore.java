package im.gatehouse.modules.roster;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The rosters' SQL. Every method is part of a unit of work; whoever changes an account holds its lock. */
final class RosterStore {
    private static final Table<Record> ITEMS = table(name("roster_items"));
    private static final Table<Record> VERSIONS = table(name("roster_versions"));
    private static final Table<Record> FAREWELLS = table(name("roster_farewells"));

    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> JID = field(name("jid"), SQLDataType.VARCHAR);
    private static final Field<String> NAME = field(name("name"), SQLDataType.CLOB);
    private static final Field<String> GROUPS = field(name("group_names"), SQLDataType.CLOB);
    private static final Field<Boolean> TO = field(name("sub_to"), SQLDataType.BOOLEAN);
    private static final Field<Boolean> FROM = field(name("sub_from"), SQLDataType.BOOLEAN);
    private static final Field<Boolean> PENDING_OUT = field(name("pending_out"), SQLDataType.BOOLEAN);
    private static final Field<Boolean> PENDING_IN = field(name("pending_in"), SQLDataType.BOOLEAN);
    private static final Field<Boolean> APPROVED = field(name("approved"), SQLDataType.BOOLEAN);
    private static final Field<Boolean> LISTED = field(name("listed"), SQLDataType.BOOLEAN);
    private static final Field<String> REQUEST = field(name("request"), SQLDataType.CLOB);
    private static final Field<Long> VERSION = field(name("version"), SQLDataType.BIGINT);
    private static final Field<Long> OLDEST = field(name("oldest"), SQLDataType.BIGINT);

    private static final List<Field<?>> ITEM =
            List.of(JID, NAME, GROUPS, TO, FROM, PENDING_OUT, APPROVED, LISTED, REQUEST, VERSION);

    private static final JsonMapper JSON = new JsonMapper();

    /**
     * Where a roster stands.
     *
     * @param current the version of the newest change
     * @param oldest from which version on it is known what was removed
     */
    record Versions(long current, long oldest) {
        /** Of a roster that has never changed, which means that it is empty. */
        static final Versions UNTOUCHED = new Versions(0, 0);
    }

    @Nullable RosterItem find(DSLContext db, Jid account, Jid contact) {
        Record row = db.select(ITEM).from(ITEMS).where(row(account, contact)).fetchOne();
        return row == null ? null : item(row);
    }

    /** The entries that the user sees, in no order. */
    List<RosterItem> listed(DSLContext db, Jid account) {
        return items(db, account, LISTED.isTrue());
    }

    /** How many requests wait for an answer. */
    int requests(DSLContext db, Jid account) {
        return db.fetchCount(ITEMS, of(account).and(REQUEST.isNotNull()));
    }

    /** What counts when the user becomes available: contacts who see or are seen, and unanswered requests. */
    List<RosterItem> concerned(DSLContext db, Jid account) {
        return items(db, account, TO.isTrue().or(FROM.isTrue()).or(REQUEST.isNotNull()));
    }

    /** What has changed for the user since a version, the oldest change first, removals among it. */
    List<RosterItem> changedSince(DSLContext db, Jid account, long version) {
        return db.select(ITEM)
                .from(ITEMS)
                .where(of(account).and(VERSION.gt(version)))
                .orderBy(VERSION)
                .fetch(RosterStore::item);
    }

    private static List<RosterItem> items(DSLContext db, Jid account, Condition which) {
        return db.select(ITEM).from(ITEMS).where(of(account).and(which)).fetch(RosterStore::item);
    }

    int countListed(DSLContext db, Jid account) {
        return db.fetchCount(ITEMS, of(account).and(LISTED.isTrue()));
    }

    /** Requests of those who are not in the roster. */
    int countRequests(DSLContext db, Jid account) {
        return db.fetchCount(ITEMS, of(account).and(LISTED.isFalse()).and(REQUEST.isNotNull()));
    }

    void insert(DSLContext db, Jid account, RosterItem item) {
        Map<Field<?>, @Nullable Object> values = values(item);
        values.put(LUSER, account.local());
        values.put(LSERVER, account.domain());
        values.put(JID, item.jid().toString());
        db.insertInto(ITEMS).set(values).execute();
    }

    void update(DSLContext db, Jid account, RosterItem item) {
        db.update(ITEMS).set(values(item)).where(row(account, item.jid())).execute();
    }

    void delete(DSLContext db, Jid account, Jid contact) {
        db.deleteFrom(ITEMS).where(row(account, contact)).execute();
    }

    Versions versions(DSLContext db, Jid account) {
        Record row = db.select(VERSION, OLDEST).from(VERSIONS).where(of(account)).fetchOne();
        return row == null ? Versions.UNTOUCHED : new Versions(row.get(VERSION), row.get(OLDEST));
    }

    /**
     * Raises the roster's version by one.
     *
     * @param first the version of a roster that has none yet: larger than any that an earlier account of the name had
     */
    long raise(DSLContext db, Jid account, long first) {
        int raised =
                db.update(VERSIONS).set(VERSION, VERSION.plus(1L)).where(of(account)).execute();
        if (raised == 0) {
            db.insertInto(VERSIONS, LUSER, LSERVER, VERSION, OLDEST)
                    .values(account.local(), account.domain(), first, first)
                    .execute();
        }
        return versions(db, account).current();
    }

    /** Forgets the older notes of removed contacts, all but so many. */
    void trimRemoved(DSLContext db, Jid account, int kept) {
        Condition removed = of(account).and(LISTED.isFalse()).and(REQUEST.isNull());
        Long last = db.select(VERSION)
                .from(ITEMS)
                .where(removed)
                .orderBy(VERSION.desc())
                .limit(1)
                .offset(kept)
                .fetchOne(VERSION);
        if (last != null) {
            db.deleteFrom(ITEMS).where(removed.and(VERSION.le(last))).execute();
            db.update(VERSIONS).set(OLDEST, last).where(of(account)).execute();
        }
    }

    /** Notes that a contact is to be told; nothing when there is nothing to tell. */
    void insertFarewell(DSLContext db, Farewell farewell) {
        if (!farewell.isDue()) {
            return;
        }
        deleteFarewell(db, farewell);
        SubscriptionState state = farewell.state();
        db.insertInto(FAREWELLS, LUSER, LSERVER, JID, TO, FROM, PENDING_OUT, PENDING_IN)
                .values(
                        farewell.account().local(),
                        farewell.account().domain(),
                        farewell.contact().toString(),
                        state.to(),
                        state.from(),
                        state.pendingOut(),
                        state.pendingIn())
                .execute();
    }

    void deleteFarewell(DSLContext db, Farewell farewell) {
        db.deleteFrom(FAREWELLS)
                .where(row(farewell.account(), farewell.contact()))
                .execute();
    }

    /** What contacts are still to be told about an account; null for all accounts. */
    List<Farewell> farewells(DSLContext db, @Nullable Jid account) {
        return db.select(LUSER, LSERVER, JID, TO, FROM, PENDING_OUT, PENDING_IN)
                .from(FAREWELLS)
                .where(account == null ? noCondition() : of(account))
                .fetch(RosterStore::farewell);
    }

    /** Deletes an account's roster, and notes whom that parts from it. */
    void removeAccount(DSLContext db, Jid account) {
        for (RosterItem item : concernedOrAsked(db, account)) {
            insertFarewell(db, new Farewell(account, item.jid(), item.state()));
        }
        db.deleteFrom(ITEMS).where(of(account)).execute();
        db.deleteFrom(VERSIONS).where(of(account)).execute();
    }

    private static List<RosterItem> concernedOrAsked(DSLContext db, Jid account) {
        return items(
                db, account, TO.isTrue().or(FROM.isTrue()).or(PENDING_OUT.isTrue()).or(REQUEST.isNotNull()));
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(ITEMS).where(LSERVER.eq(domain)).execute();
        db.deleteFrom(VERSIONS).where(LSERVER.eq(domain)).execute();
        db.deleteFrom(FAREWELLS).where(LSERVER.eq(domain)).execute();
    }

    private static Condition of(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    private static Condition row(Jid account, Jid contact) {
        return of(account).and(JID.eq(contact.toString()));
    }

    private static Map<Field<?>, @Nullable Object> values(RosterItem item) {
        Map<Field<?>, @Nullable Object> values = new LinkedHashMap<>();
        values.put(NAME, item.name());
        values.put(GROUPS, JSON.writeValueAsString(item.groups()));
        values.put(TO, item.state().to());
        values.put(FROM, item.state().from());
        values.put(PENDING_OUT, item.state().pendingOut());
        values.put(APPROVED, item.state().approved());
        values.put(LISTED, item.listed());
        values.put(REQUEST, item.request());
        values.put(VERSION, item.version());
        return values;
    }

    private static RosterItem item(Record row) {
        String request = row.get(REQUEST);
        SubscriptionState state = new SubscriptionState(
                row.get(TO), row.get(FROM), row.get(PENDING_OUT), request != null, row.get(APPROVED));
        return new RosterItem(
                Jid.parse(row.get(JID)),
                row.get(NAME),
                List.of(JSON.readValue(row.get(GROUPS), String[].class)),
                state,
                row.get(LISTED),
                request,
                row.get(VERSION));
    }

    private static Farewell farewell(Record row) {
        return new Farewell(
                Jid.of(row.get(LUSER), row.get(LSERVER)),
                Jid.parse(row.get(JID)),
                new SubscriptionState(row.get(TO), row.get(FROM), row.get(PENDING_OUT), row.get(PENDING_IN), false));
    }
}
