package im.gatehouse.modules.visitors;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.time.YearMonth;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables of monthly visitors: one marker for each user, and the figures of each month. */
final class VisitorsStore {
    private static final Table<Record> MARKERS = table(name("visitors_marker"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> LAST_RECORDED = field(name("last_recorded"), SQLDataType.VARCHAR);

    private static final Table<Record> MONTHS = table(name("visitors_month"));
    private static final Field<String> HOST = field(name("host"), SQLDataType.VARCHAR);
    private static final Field<String> MONTH = field(name("month"), SQLDataType.VARCHAR);
    private static final Field<String> CELL = field(name("cell"), SQLDataType.VARCHAR);
    private static final Field<Long> TOTAL = field(name("total"), SQLDataType.BIGINT);

    /**
     * Somebody who came in a month.
     *
     * @param month for instance {@code 2018-05}
     */
    record Visit(Jid account, String month, String geo, String client) {}

    /** A figure of a month. */
    record Figure(String cell, long total) {}

    /** Ordered, so that two servers at the same database take the rows in the same order. */
    private record Key(String host, String month, String cell) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byHost = host.compareTo(other.host);
            int byMonth = byHost != 0 ? byHost : month.compareTo(other.month);
            return byMonth != 0 ? byMonth : cell.compareTo(other.cell);
        }
    }

    /** Adds up those who had not been counted in their month; the others change nothing. */
    void count(DSLContext db, List<Visit> visits) {
        SortedMap<Key, Long> sums = new TreeMap<>();
        for (Visit visit : visits) {
            if (mark(db, visit.account, visit.month)) {
                String host = visit.account.domain();
                sums.merge(new Key(host, visit.month, visit.geo), 1L, Long::sum);
                sums.merge(new Key(host, visit.month, visit.client), 1L, Long::sum);
            }
        }
        sums.forEach((key, sum) -> add(db, key, sum));
    }

    /**
     * Sets a user's marker to the month; false when it stood there already. It is tried thrice, since another server
     * may set it in between; each step alone is atomic on every database.
     */
    private boolean mark(DSLContext db, Jid account, String month) {
        return move(db, account, month) || insert(db, account, month) || move(db, account, month);
    }

    /**
     * Markers go forward, so that a clock that was set back for a while counts nobody twice. One that is months ahead
     * comes from a clock that was wrong, and is put right.
     */
    private boolean move(DSLContext db, Jid account, String month) {
        String next = YearMonth.parse(month).plusMonths(1).toString();
        Condition due = LAST_RECORDED.lt(month).or(LAST_RECORDED.gt(next));
        return db.update(MARKERS)
                        .set(LAST_RECORDED, month)
                        .where(is(account).and(due))
                        .execute()
                > 0;
    }

    private boolean insert(DSLContext db, Jid account, String month) {
        return db.insertInto(MARKERS, LSERVER, LUSER, LAST_RECORDED)
                        .values(account.domain(), account.local(), month)
                        .onConflictDoNothing()
                        .execute()
                > 0;
    }

    private void add(DSLContext db, Key key, long sum) {
        Field<Long> present = field(name("visitors_month", "total"), SQLDataType.BIGINT);
        db.insertInto(MONTHS, HOST, MONTH, CELL, TOTAL)
                .values(key.host, key.month, key.cell, sum)
                .onConflict(HOST, MONTH, CELL)
                .doUpdate()
                .set(TOTAL, present.plus(sum))
                .execute();
    }

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    void removeMarker(DSLContext db, Jid account) {
        db.deleteFrom(MARKERS).where(is(account)).execute();
    }

    /** The figures stay: they are about nobody. */
    void removeMarkers(DSLContext db, String domain) {
        db.deleteFrom(MARKERS).where(LSERVER.eq(domain)).execute();
    }

    /** The months that have figures, in order. */
    List<String> months(DSLContext db, String domain) {
        return db.selectDistinct(MONTH)
                .from(MONTHS)
                .where(HOST.eq(domain))
                .orderBy(MONTH)
                .fetch(MONTH);
    }

    /** The figures of a month, the greatest first. */
    List<Figure> figures(DSLContext db, String domain, String month) {
        return db.select(CELL, TOTAL)
                .from(MONTHS)
                .where(HOST.eq(domain).and(MONTH.eq(month)))
                .orderBy(TOTAL.desc(), CELL)
                .fetch(row -> new Figure(row.get(CELL), row.get(TOTAL)));
    }
}
