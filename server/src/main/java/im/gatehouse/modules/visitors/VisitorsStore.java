package im.gatehouse.modules.visitors;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The tables of monthly visitors: one marker for each user, and the figures of each month. */
final class VisitorsStore {
    private static final Table<Record> MARKERS = table(name("visitors_marker"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> LAST_RECORDED = field(name("last_recorded"), SQLDataType.VARCHAR);
    private static final Field<String> PRESENT_MONTH =
            field(name("visitors_marker", "last_recorded"), SQLDataType.VARCHAR);

    private static final Table<Record> MONTHS = table(name("visitors_month"));
    private static final Field<String> HOST = field(name("host"), SQLDataType.VARCHAR);
    private static final Field<String> MONTH = field(name("month"), SQLDataType.VARCHAR);
    private static final Field<String> CELL = field(name("cell"), SQLDataType.VARCHAR);
    private static final Field<Long> TOTAL = field(name("total"), SQLDataType.BIGINT);
    private static final Field<Long> PRESENT_TOTAL = field(name("visitors_month", "total"), SQLDataType.BIGINT);

    private static final int ROWS_AT_ONCE = 200;

    private final SeenStore seen = new SeenStore();
    private final NoiseStore noise = new NoiseStore();

    /** The month in which an account was counted last. */
    record Marker(Jid account, String month) {}

    record DomainMonth(String domain, String month) {}

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

    SeenStore seen() {
        return seen;
    }

    NoiseStore noise() {
        return noise;
    }

    /**
     * Adds up those who have an account and had not been counted in their month; the others change nothing. What is
     * stored of an account is seen by the cleanup of its removal.
     *
     * @param keys the keys of the visits' months; with {@link Dedup#EPHEMERAL} all of them, else those that exist
     * @return those who are counted, now or before
     */
    List<Visit> count(
            DSLContext db, Accounts accounts, List<Visit> visits, Dedup dedup, Map<String, MonthKey> keys) {
        SortedMap<Key, Long> sums = new TreeMap<>();
        Map<String, Boolean> open = new HashMap<>();
        List<Visit> counted = new ArrayList<>(visits.size());
        for (Visit visit : visits) {
            MonthKey key = keys.get(visit.month);
            boolean countable = dedup == Dedup.MARKER
                    || key != null && open.computeIfAbsent(visit.month, _ -> seen.isOpen(db, key));
            if (countable && isCounted(db, visit, dedup, key)) {
                counted.add(visit);
            } else if (countable && isThere(db, accounts, visit.account, dedup)) {
                counted.add(visit);
                if (remember(db, visit, dedup, key)) {
                    String host = visit.account.domain();
                    sums.merge(new Key(host, visit.month, visit.geo), 1L, Long::sum);
                    sums.merge(new Key(host, visit.month, visit.client), 1L, Long::sum);
                }
            }
        }
        add(db, List.copyOf(sums.entrySet()));
        return counted;
    }

    /** Whether a user is remembered. Only reads, so that with markers whoever is counted already writes nothing. */
    private boolean isCounted(DSLContext db, Visit visit, Dedup dedup, @Nullable MonthKey key) {
        return switch (dedup) {
            case MARKER -> db.fetchExists(
                    MARKERS, is(visit.account).and(DSL.not(isDue(LAST_RECORDED, visit.month))));
            case EPHEMERAL -> key != null && seen.has(db, key, visit.account);
        };
    }

    /**
     * Whether a user has an account, which then is not removed before the transaction has ended. With
     * {@link Dedup#EPHEMERAL} no row of the account's may be touched, for the database would show it beside the digest;
     * there the removal waits for the row of the month's key.
     */
    private static boolean isThere(DSLContext db, Accounts accounts, Jid account, Dedup dedup) {
        return dedup == Dedup.MARKER ? accounts.hold(db, account) : accounts.exists(db, account);
    }

    /**
     * Remembers that a user is counted; false when they had been. Looks at the other kind of memory, too, since the
     * operator may have changed from one to the other within the month.
     */
    private boolean remember(DSLContext db, Visit visit, Dedup dedup, @Nullable MonthKey key) {
        Jid account = visit.account;
        return switch (dedup) {
            case MARKER -> mark(db, account, visit.month) && (key == null || !seen.has(db, key, account));
            case EPHEMERAL -> key != null && seen.add(db, key, account) && !removeMarkerOf(db, account, visit.month);
        };
    }

    /** Sets a user's marker to the month; false when it stood there already. */
    private boolean mark(DSLContext db, Jid account, String month) {
        return db.family() == SQLDialect.MARIADB ? markInSteps(db, account, month) : markAtOnce(db, account, month);
    }

    private boolean markAtOnce(DSLContext db, Jid account, String month) {
        return db.insertInto(MARKERS, LSERVER, LUSER, LAST_RECORDED)
                        .values(account.domain(), account.local(), month)
                        .onConflict(LSERVER, LUSER)
                        .doUpdate()
                        .set(LAST_RECORDED, month)
                        .where(isDue(PRESENT_MONTH, month))
                        .execute()
                > 0;
    }

    /**
     * For MariaDB, which does not tell whether such a statement changed anything. It is tried thrice, since another
     * server may set the marker in between; each step alone is atomic.
     */
    private boolean markInSteps(DSLContext db, Jid account, String month) {
        return move(db, account, month) || insert(db, account, month) || move(db, account, month);
    }

    private boolean move(DSLContext db, Jid account, String month) {
        return db.update(MARKERS)
                        .set(LAST_RECORDED, month)
                        .where(is(account).and(isDue(LAST_RECORDED, month)))
                        .execute()
                > 0;
    }

    /**
     * Markers go forward, so that a clock that was set back for a while counts nobody twice. One that is months ahead
     * comes from a clock that was wrong, and is put right.
     */
    private static Condition isDue(Field<String> marker, String month) {
        String next = YearMonth.parse(month).plusMonths(1).toString();
        return marker.lt(month).or(marker.gt(next));
    }

    private boolean insert(DSLContext db, Jid account, String month) {
        return db.insertInto(MARKERS, LSERVER, LUSER, LAST_RECORDED)
                        .values(account.domain(), account.local(), month)
                        .onConflictDoNothing()
                        .execute()
                > 0;
    }

    private static void add(DSLContext db, List<Map.Entry<Key, Long>> sums) {
        for (int from = 0; from < sums.size(); from += ROWS_AT_ONCE) {
            var insert = db.insertInto(MONTHS, HOST, MONTH, CELL, TOTAL);
            for (Map.Entry<Key, Long> sum : sums.subList(from, Math.min(sums.size(), from + ROWS_AT_ONCE))) {
                Key key = sum.getKey();
                insert = insert.values(key.host, key.month, key.cell, sum.getValue());
            }
            insert.onConflict(HOST, MONTH, CELL)
                    .doUpdate()
                    .set(TOTAL, PRESENT_TOTAL.plus(DSL.excluded(TOTAL)))
                    .execute();
        }
    }

    private static Condition is(Jid account) {
        return LSERVER.eq(account.domain()).and(LUSER.eq(account.local()));
    }

    private boolean removeMarkerOf(DSLContext db, Jid account, String month) {
        return db.deleteFrom(MARKERS)
                        .where(is(account).and(LAST_RECORDED.eq(month)))
                        .execute()
                > 0;
    }

    /** Sets a user's marker to a month in which they were counted elsewhere, unless it stands later already. */
    void importMarker(DSLContext db, Jid account, String month) {
        boolean moved = db.update(MARKERS)
                        .set(LAST_RECORDED, month)
                        .where(is(account).and(LAST_RECORDED.lt(month)))
                        .execute()
                > 0;
        if (!moved) {
            insert(db, account, month);
        }
    }

    // --- what goes ---

    /**
     * Some accounts with a marker, in order.
     *
     * @param domain null for all
     * @param after where the page before this one ended; null for the first
     */
    List<Marker> markers(DSLContext db, @Nullable String domain, @Nullable Jid after, int limit) {
        Condition following = after == null
                ? DSL.noCondition()
                : LSERVER.gt(after.domain()).or(LSERVER.eq(after.domain()).and(LUSER.gt(after.local())));
        Condition there = domain == null ? DSL.noCondition() : LSERVER.eq(domain);
        return db.select(LSERVER, LUSER, LAST_RECORDED)
                .from(MARKERS)
                .where(there.and(following))
                .orderBy(LSERVER, LUSER)
                .limit(limit)
                .fetch(row -> new Marker(Jid.of(row.get(LUSER), row.get(LSERVER)), row.get(LAST_RECORDED)));
    }

    /** Removes the markers of users of one domain if they are older than a month. */
    int removeMarkers(DSLContext db, String domain, List<String> users, String before) {
        return db.deleteFrom(MARKERS)
                .where(LSERVER.eq(domain).and(LUSER.in(users)).and(LAST_RECORDED.lt(before)))
                .execute();
    }

    /**
     * Removes all that is known of a month. First the figures, which waits for whoever draws noise of them, see
     * {@link #holdUntil}; so the noise is there to be removed.
     */
    int removeMonth(DSLContext db, String domain, String month) {
        int figures = removeFigures(db, domain, month);
        noise.remove(db, domain, month);
        return figures;
    }

    int removeFigures(DSLContext db, String domain, String month) {
        return db.deleteFrom(MONTHS)
                .where(HOST.eq(domain).and(MONTH.eq(month)))
                .execute();
    }

    void removeMarker(DSLContext db, Jid account) {
        db.deleteFrom(MARKERS).where(is(account)).execute();
    }

    /** The figures stay: they are about nobody. */
    void removeMarkers(DSLContext db, String domain) {
        db.deleteFrom(MARKERS).where(LSERVER.eq(domain)).execute();
    }

    /** The months that have figures, with how many users came. */
    SortedMap<String, Long> users(DSLContext db, String domain) {
        SortedMap<String, Long> users = new TreeMap<>();
        db.select(MONTH, DSL.sum(TOTAL).cast(SQLDataType.BIGINT))
                .from(MONTHS)
                .where(HOST.eq(domain).and(CELL.like(Cells.CLIENT + "%")))
                .groupBy(MONTH)
                .forEach(row -> users.put(row.value1(), row.value2()));
        return users;
    }

    Optional<String> firstMonth(DSLContext db, String domain) {
        return Optional.ofNullable(
                db.select(DSL.min(MONTH)).from(MONTHS).where(HOST.eq(domain)).fetchOne(0, String.class));
    }

    /**
     * Whether a domain has figures of a month or of one before it; if so, the months cannot be removed before the
     * transaction ends: a change that changes nothing locks their rows on every database.
     */
    boolean holdUntil(DSLContext db, String domain, String month) {
        return db.update(MONTHS)
                        .set(TOTAL, TOTAL)
                        .where(HOST.eq(domain).and(MONTH.le(month)).and(CELL.like(Cells.CLIENT + "%")))
                        .execute()
                > 0;
    }

    /** The figures of a month, the greatest first. */
    List<Figure> figures(DSLContext db, String domain, String month) {
        return db.select(CELL, TOTAL)
                .from(MONTHS)
                .where(HOST.eq(domain).and(MONTH.eq(month)))
                .orderBy(TOTAL.desc(), CELL)
                .fetch(row -> new Figure(row.get(CELL), row.get(TOTAL)));
    }

    /** Every domain and month that has figures, or noise instead, before a month. */
    List<DomainMonth> monthsBefore(DSLContext db, String before) {
        return db.select(HOST, MONTH)
                .from(MONTHS)
                .where(MONTH.lt(before))
                .union(noise.monthsBefore(db, before))
                .fetch(row -> new DomainMonth(row.value1(), row.value2()));
    }

    /** Adds figures to a month that has none. */
    void addFigures(DSLContext db, String domain, String month, List<Figure> figures) {
        for (int from = 0; from < figures.size(); from += ROWS_AT_ONCE) {
            var insert = db.insertInto(MONTHS, HOST, MONTH, CELL, TOTAL);
            for (Figure figure : figures.subList(from, Math.min(figures.size(), from + ROWS_AT_ONCE))) {
                insert = insert.values(domain, month, figure.cell, figure.total);
            }
            insert.execute();
        }
    }
}
