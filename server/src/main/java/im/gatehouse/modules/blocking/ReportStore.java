package im.gatehouse.modules.blocking;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The reports' SQL. Every method is part of a unit of work. */
final class ReportStore {
    private static final Table<Record> REPORTS = table(name("abuse_reports"));
    private static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT);
    private static final Field<Long> AT = field(name("at"), SQLDataType.BIGINT);
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> REPORTED = field(name("reported"), SQLDataType.VARCHAR);
    private static final Field<String> REASON = field(name("reason"), SQLDataType.VARCHAR);
    private static final Field<String> TEXT = field(name("words"), SQLDataType.CLOB);
    private static final Field<String> MESSAGES = field(name("messages"), SQLDataType.CLOB);

    /**
     * A report as it is kept.
     *
     * @param id rises with the order in which reports came
     * @param reporter who blocked somebody
     */
    record Kept(long id, Instant at, Jid reporter, Report report) {}

    int countSince(DSLContext db, Jid reporter, long since) {
        return db.fetchCount(
                REPORTS, LSERVER.eq(reporter.domain()).and(LUSER.eq(reporter.local())).and(AT.gt(since)));
    }

    void insert(DSLContext db, Jid reporter, long at, Report report) {
        db.insertInto(REPORTS, AT, LUSER, LSERVER, REPORTED, REASON, TEXT, MESSAGES)
                .values(
                        at,
                        reporter.local(),
                        reporter.domain(),
                        report.reported().toString(),
                        report.reason(),
                        report.text(),
                        report.messages())
                .execute();
    }

    /**
     * Reports, the newest first.
     *
     * @param domain of those who reported, null for all
     * @param before only those with a smaller id, null for all
     */
    List<Kept> list(DSLContext db, @Nullable String domain, @Nullable Long before, int limit) {
        return db.select(ID, AT, LUSER, LSERVER, REPORTED, REASON, TEXT, MESSAGES)
                .from(REPORTS)
                .where(in(domain).and(before == null ? noCondition() : ID.lt(before)))
                .orderBy(ID.desc())
                .limit(limit)
                .fetch(row -> new Kept(
                        row.value1(),
                        Instant.ofEpochMilli(row.value2()),
                        Jid.of(row.value3(), row.value4()),
                        new Report(Jid.parse(row.value5()), row.value6(), row.value7(), row.value8())));
    }

    int count(DSLContext db, @Nullable String domain) {
        return db.fetchCount(REPORTS, in(domain));
    }

    boolean delete(DSLContext db, String domain, long id) {
        return db.deleteFrom(REPORTS).where(LSERVER.eq(domain).and(ID.eq(id))).execute() > 0;
    }

    /** Deletes what came before a time, some at once; answers how many. */
    int deleteBefore(DSLContext db, long at, int limit) {
        List<Long> ids = db.select(ID).from(REPORTS).where(AT.lt(at)).orderBy(ID).limit(limit).fetch(ID);
        if (ids.isEmpty()) {
            return 0;
        }
        return db.deleteFrom(REPORTS).where(ID.in(ids)).execute();
    }

    void removeAccount(DSLContext db, Jid account) {
        db.deleteFrom(REPORTS).where(LSERVER.eq(account.domain()).and(LUSER.eq(account.local()))).execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(REPORTS).where(LSERVER.eq(domain)).execute();
    }

    private static Condition in(@Nullable String domain) {
        return domain == null ? noCondition() : LSERVER.eq(domain);
    }
}
