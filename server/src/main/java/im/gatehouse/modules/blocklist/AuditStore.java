package im.gatehouse.modules.blocklist;

import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.table;

import im.gatehouse.modules.blocklist.list.Moments;
import im.gatehouse.modules.blocklist.target.Target;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jooq.BatchBindStep;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/** The table of what was changed on the blocklist. It is written in the transaction that makes the change. */
final class AuditStore {
    static final Table<Record> AUDIT = table(name("blocklist_audit"));
    private static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT);
    private static final Field<Long> AT = field(name("at"), SQLDataType.BIGINT);
    private static final Field<String> ACTOR = field(name("actor"), SQLDataType.VARCHAR);
    private static final Field<String> ACTION = field(name("action"), SQLDataType.VARCHAR);
    private static final Field<String> TARGET = field(name("target"), SQLDataType.VARCHAR);
    private static final Field<String> DOMAIN = field(name("domain"), SQLDataType.VARCHAR);
    private static final Field<String> REASON = field(name("reason"), SQLDataType.VARCHAR);
    private static final Field<String> NOTE = field(name("note"), SQLDataType.VARCHAR);
    private static final Field<String> SOURCE = field(name("source"), SQLDataType.VARCHAR);
    private static final Field<Long> STARTS_AT = field(name("starts_at"), SQLDataType.BIGINT);
    private static final Field<Long> EXPIRES_AT = field(name("expires_at"), SQLDataType.BIGINT);

    /** What an entry begins with; reason, note, source and period follow, named as in the tables of blocks. */
    static final List<Field<?>> HEAD = List.of(AT, ACTOR, ACTION, TARGET, DOMAIN);

    void add(DSLContext db, List<AuditEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        BatchBindStep batch = db.batch(db.insertInto(
                        AUDIT, AT, ACTOR, ACTION, TARGET, DOMAIN, REASON, NOTE, SOURCE, STARTS_AT, EXPIRES_AT)
                .values((Long) null, null, null, null, null, null, null, null, null, null));
        for (AuditEntry entry : entries) {
            Block block = entry.block();
            batch.bind(
                    entry.at().toEpochMilli(),
                    entry.actor(),
                    entry.action().stored(),
                    block.target().toString(),
                    block.target().domain().orElse(null),
                    block.reason(),
                    block.note(),
                    block.source(),
                    Moments.stored(block.startsAt()),
                    Moments.stored(block.expiresAt()));
        }
        batch.execute();
    }

    /**
     * Entries, the newest first.
     *
     * @param domain only what is about this domain; null for all
     * @param target only what is about this target; null for all
     */
    List<AuditEntry> list(DSLContext db, @Nullable String domain, @Nullable Target target, int limit, int index) {
        return db.select(AT, ACTOR, ACTION, TARGET, REASON, NOTE, SOURCE, STARTS_AT, EXPIRES_AT)
                .from(AUDIT)
                .where(domain == null ? noCondition() : DOMAIN.eq(domain))
                .and(target == null ? noCondition() : TARGET.eq(target.toString()))
                .orderBy(ID.desc())
                .limit(limit)
                .offset(index)
                .fetch(AuditStore::entry);
    }

    private static AuditEntry entry(Record row) {
        Instant at = Instant.ofEpochMilli(row.get(AT));
        Block block = new Block(
                Target.parse(row.get(TARGET)),
                row.get(REASON),
                row.get(NOTE),
                row.get(ACTOR),
                Objects.requireNonNullElse(row.get(SOURCE), Block.BY_HAND),
                at,
                Moments.read(row.get(STARTS_AT)),
                Moments.read(row.get(EXPIRES_AT)));
        return new AuditEntry(at, row.get(ACTOR), AuditEntry.Action.ofStored(row.get(ACTION)), block);
    }

    /** Whether there are entries from before a moment. */
    boolean reachesBack(DSLContext db, Instant before) {
        return db.fetchExists(db.selectOne().from(AUDIT).where(AT.lt(before.toEpochMilli())));
    }

    /** Forgets what is older. */
    void forget(DSLContext db, Instant before) {
        db.deleteFrom(AUDIT).where(AT.lt(before.toEpochMilli())).execute();
    }
}
