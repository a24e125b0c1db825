package im.gatehouse.modules.visitors;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;

/** The tables of noisy figures: under which budget a month's were drawn, and the figures themselves. */
final class NoiseStore {
    private static final Table<Record> DRAWN = table(name("visitors_drawn"));
    private static final Field<String> EPSILON = field(name("epsilon"), SQLDataType.VARCHAR);
    private static final Field<String> DELTA = field(name("delta"), SQLDataType.VARCHAR);

    private static final Table<Record> NOISY = table(name("visitors_noisy"));
    private static final Field<String> HOST = field(name("host"), SQLDataType.VARCHAR);
    private static final Field<String> MONTH = field(name("month"), SQLDataType.VARCHAR);
    private static final Field<String> CELL = field(name("cell"), SQLDataType.VARCHAR);
    private static final Field<Long> TOTAL = field(name("total"), SQLDataType.BIGINT);

    /** Takes it upon oneself to draw a month's noise; false when somebody has drawn it. */
    boolean claim(DSLContext db, String domain, String month, PrivacyBudget budget) {
        return db.insertInto(DRAWN, HOST, MONTH, EPSILON, DELTA)
                        .values(domain, month, Double.toString(budget.epsilon()), Double.toString(budget.delta()))
                        .onConflictDoNothing()
                        .execute()
                > 0;
    }

    void add(DSLContext db, String domain, String month, Figure figure) {
        db.insertInto(NOISY, HOST, MONTH, CELL, TOTAL)
                .values(domain, month, figure.cell(), figure.total())
                .execute();
    }

    /** Under which budget a month's noise was drawn; empty when it was not. */
    Optional<PrivacyBudget> drawn(DSLContext db, String domain, String month) {
        return db.select(EPSILON, DELTA)
                .from(DRAWN)
                .where(HOST.eq(domain).and(MONTH.eq(month)))
                .fetchOptional(row -> PrivacyBudget.parse(row.value1(), row.value2()));
    }

    List<Figure> figures(DSLContext db, String domain, String month) {
        return db.select(CELL, TOTAL)
                .from(NOISY)
                .where(HOST.eq(domain).and(MONTH.eq(month)))
                .orderBy(TOTAL.desc(), CELL)
                .fetch(row -> new Figure(row.get(CELL), row.get(TOTAL)));
    }

    Select<Record2<String, String>> monthsBefore(DSLContext db, String before) {
        return db.select(HOST, MONTH).from(DRAWN).where(MONTH.lt(before));
    }

    void remove(DSLContext db, String domain, String month) {
        db.deleteFrom(NOISY).where(HOST.eq(domain).and(MONTH.eq(month))).execute();
        db.deleteFrom(DRAWN).where(HOST.eq(domain).and(MONTH.eq(month))).execute();
    }
}
