package im.gatehouse.modules.blocklist;

import static org.jooq.impl.DSL.concat;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.blocklist.list.Moments;
import im.gatehouse.modules.blocklist.target.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.BatchBindStep;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.ResultQuery;
import org.jooq.Select;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;

/**
 * The tables of blocks: blocked accounts in {@code blocklist}, which the reference has too, and all other targets in
 * {@code blocklist_rule}, by their canonical text.
 */
final class BlocklistStore {
    private static final Table<Record> BLOCKLIST = table(name("blocklist"));
    private static final Table<Record> RULES = table(name("blocklist_rule"));
    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);
    private static final Field<String> TARGET = field(name("target"), SQLDataType.VARCHAR);
    private static final Field<String> KIND = field(name("kind"), SQLDataType.VARCHAR);
    private static final Field<String> DOMAIN = field(name("domain"), SQLDataType.VARCHAR);
    private static final Field<String> REASON = field(name("reason"), SQLDataType.VARCHAR);
    private static final Field<String> NOTE = field(name("note"), SQLDataType.VARCHAR);
    private static final Field<String> ACTOR = field(name("actor"), SQLDataType.VARCHAR);
    private static final Field<String> SOURCE = field(name("source"), SQLDataType.VARCHAR);
    private static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);
    private static final Field<Long> STARTS_AT = field(name("starts_at"), SQLDataType.BIGINT);
    private static final Field<Long> EXPIRES_AT = field(name("expires_at"), SQLDataType.BIGINT);

    /** The kinds that are matched in memory. */
    private static final List<String> IN_MEMORY = Stream.of(
                    Target.Kind.DOMAIN, Target.Kind.PATTERN, Target.Kind.ADDRESS)
            .map(BlocklistStore::stored)
            .toList();

    /** What both tables have. */
    private static final List<Field<?>> COMMON =
            List.of(REASON, NOTE, ACTOR, SOURCE, CREATED_AT, STARTS_AT, EXPIRES_AT);

    /** The accounts' rows in the form of the others. */
    private static final List<Field<?>> AS_RULE = List.of(
            concat(LUSER, inline("@"), LSERVER).as(TARGET),
            inline(stored(Target.Kind.ACCOUNT)).as(KIND));

    /** Which blocks are meant; null stands for any. */
    record Filter(@Nullable String domain, Target.@Nullable Kind kind, @Nullable String source) {
        private boolean takesAccounts() {
            return kind == null || kind == Target.Kind.ACCOUNT;
        }

        private boolean takesRules() {
            return kind != Target.Kind.ACCOUNT;
        }

        private Condition ofAccounts() {
            return (domain == null ? noCondition() : LSERVER.eq(domain)).and(bySource());
        }

        private Condition ofRules() {
            return (domain == null ? noCondition() : DOMAIN.eq(domain))
                    .and(kind == null ? noCondition() : KIND.eq(stored(kind)))
                    .and(bySource());
        }

        private Condition bySource() {
            if (source == null) {
                return noCondition();
            }
            return source.equals(Block.BY_HAND) ? SOURCE.eq(source).or(SOURCE.isNull()) : SOURCE.eq(source);
        }
    }

    private static String stored(Target.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    // --- one block ---

    private static Table<Record> tableOf(Target target) {
        return target instanceof Target.Account ? BLOCKLIST : RULES;
    }

    private static Condition is(Target target) {
        return target instanceof Target.Account(Jid bare)
                ? LUSER.eq(bare.local()).and(LSERVER.eq(bare.domain()))
                : TARGET.eq(target.toString());
    }

    Optional<Block> find(DSLContext db, Target target) {
        return db.select(COMMON).from(tableOf(target)).where(is(target)).fetchOptional(row -> block(target, row));
    }

    private static Block block(Target target, Record row) {
        return new Block(
                target,
                row.get(REASON),
                row.get(NOTE),
                row.get(ACTOR),
                Objects.requireNonNullElse(row.get(SOURCE), Block.BY_HAND),
                Instant.ofEpochMilli(row.get(CREATED_AT)),
                Moments.read(row.get(STARTS_AT)),
                Moments.read(row.get(EXPIRES_AT)));
    }

    /** Adds a block, or replaces all of the one that its target has. */
    void put(DSLContext db, Block block) {
        putAll(db, List.of(block));
    }

    /** As {@link #put} for many. */
    void putAll(DSLContext db, Collection<Block> blocks) {
        List<Block> accounts = new ArrayList<>();
        List<Block> rules = new ArrayList<>();
        blocks.forEach(block -> (block.target() instanceof Target.Account ? accounts : rules).add(block));
        putAccounts(db, accounts);
        putRules(db, rules);
    }

    private static void putAccounts(DSLContext db, List<Block> blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        List<Field<?>> columns = Stream.concat(Stream.of(LUSER, LSERVER), COMMON.stream()).toList();
        BatchBindStep batch = db.batch(db.insertInto(BLOCKLIST, columns)
                .values(nothing(columns))
                .onConflict(LUSER, LSERVER)
                .doUpdate()
                .setAllToExcluded());
        for (Block block : blocks) {
            Jid account = ((Target.Account) block.target()).bare();
            batch.bind(row(block, account.local(), account.domain()));
        }
        batch.execute();
    }

    private static void putRules(DSLContext db, List<Block> blocks) {
        if (blocks.isEmpty()) {
            return;
        }
        List<Field<?>> columns = Stream.concat(Stream.of(TARGET, KIND, DOMAIN), COMMON.stream()).toList();
        BatchBindStep batch = db.batch(db.insertInto(RULES, columns)
                .values(nothing(columns))
                .onConflict(TARGET)
                .doUpdate()
                .setAllToExcluded());
        for (Block block : blocks) {
            Target target = block.target();
            batch.bind(row(block, target.toString(), stored(target.kind()), target.domain().orElse(null)));
        }
        batch.execute();
    }

    private static @Nullable Object[] nothing(List<Field<?>> columns) {
        return new Object[columns.size()];
    }

    private static @Nullable Object[] row(Block block, @Nullable Object... target) {
        Stream<@Nullable Object> common = Stream.of(
                block.reason(),
                block.note(),
                block.actor(),
                block.source(),
                block.createdAt().toEpochMilli(),
                Moments.stored(block.startsAt()),
                Moments.stored(block.expiresAt()));
        return Stream.concat(Stream.of(target), common).toArray();
    }

    /** False when there was none. */
    boolean remove(DSLContext db, Target target) {
        return db.deleteFrom(tableOf(target)).where(is(target)).execute() > 0;
    }

    /** As {@link #remove}, if it comes from that source. */
    boolean remove(DSLContext db, Target target, String source) {
        return db.deleteFrom(tableOf(target)).where(is(target)).and(SOURCE.eq(source)).execute() > 0;
    }

    /** As {@link #remove}, if it has expired by that moment. */
    boolean removeExpired(DSLContext db, Target target, Instant now) {
        return db.deleteFrom(tableOf(target))
                        .where(is(target))
                        .and(EXPIRES_AT.le(now.toEpochMilli()))
                        .execute()
                > 0;
    }

    /** Writes into the audit trail that what is about a domain goes with it. */
    void goneWithDomain(DSLContext db, String domain, Instant at) {
        String server = AuditEntry.SERVER;
        String action = AuditEntry.Action.GONE_WITH_ACCOUNT.stored();
        List<Field<?>> copied = List.of(REASON, NOTE, SOURCE, STARTS_AT, EXPIRES_AT);
        List<Field<?>> columns = Stream.concat(
                        AuditStore.HEAD.stream(), copied.stream())
                .toList();
        db.insertInto(AuditStore.AUDIT, columns)
                .select(select(inline(at.toEpochMilli()), inline(server), inline(action))
                        .select(AS_RULE.getFirst(), LSERVER)
                        .select(copied)
                        .from(BLOCKLIST)
                        .where(LSERVER.eq(domain)))
                .execute();
        db.insertInto(AuditStore.AUDIT, columns)
                .select(select(inline(at.toEpochMilli()), inline(server), inline(action))
                        .select(TARGET, DOMAIN)
                        .select(copied)
                        .from(RULES)
                        .where(DOMAIN.eq(domain)))
                .execute();
    }

    void removeDomain(DSLContext db, String domain) {
        db.deleteFrom(BLOCKLIST).where(LSERVER.eq(domain)).execute();
        db.deleteFrom(RULES).where(DOMAIN.eq(domain)).execute();
    }

    // --- what a login asks ---

    /**
     * The blocks that name an account itself, in clear or by its digest.
     *
     * @param digests of the account and of its domain; none when there are no blocks of that kind
     */
    List<Block> naming(DSLContext db, Jid account, Collection<Target> digests) {
        List<Block> found = new ArrayList<>(1);
        find(db, new Target.Account(account)).ifPresent(found::add);
        if (!digests.isEmpty()) {
            db.select(TARGET)
                    .select(COMMON)
                    .from(RULES)
                    .where(TARGET.in(digests.stream().map(Target::toString).toList()))
                    .forEach(row -> found.add(block(Target.parse(row.get(TARGET)), row)));
        }
        return found;
    }

    /**
     * The blocks of those kinds that are matched in memory: all but accounts and digests.
     *
     * @return empty for a row that names no target
     */
    List<Optional<Block>> rules(DSLContext db) {
        return db.select(TARGET, KIND)
                .select(COMMON)
                .from(RULES)
                .where(KIND.in(IN_MEMORY))
                .fetch(BlocklistStore::readable);
    }

    boolean hasDigests(DSLContext db) {
        return db.fetchExists(db.selectOne().from(RULES).where(KIND.eq(stored(Target.Kind.DIGEST))));
    }

    // --- what administrators ask ---

    private static Condition inForceAt(Instant now) {
        long millis = now.toEpochMilli();
        return STARTS_AT.isNull()
                .or(STARTS_AT.le(millis))
                .and(EXPIRES_AT.isNull().or(EXPIRES_AT.gt(millis)));
    }

    /** How many accounts of a domain are blocked by name. */
    int count(DSLContext db, String domain, Instant now) {
        return db.fetchCount(
                db.selectOne().from(BLOCKLIST).where(LSERVER.eq(domain)).and(inForceAt(now)));
    }

    /** Blocked accounts in the order of the bytes of their names, from the one at {@code index}, counted from 0. */
    List<BlockedUser> list(DSLContext db, String domain, Instant now, int limit, int index) {
        return db.select(LUSER, REASON)
                .from(BLOCKLIST)
                .where(LSERVER.eq(domain))
                .and(inForceAt(now))
                .orderBy(LUSER)
                .limit(limit)
                .offset(index)
                .fetch(row -> new BlockedUser(Jid.of(row.get(LUSER), domain), row.get(REASON)));
    }

    /**
     * Blocks in the order of their targets' text, but for rows that name no target, from the one at {@code index},
     * counted from 0.
     */
    List<Block> blocks(DSLContext db, Filter filter, int limit, int index) {
        Select<Record> accounts =
                select(AS_RULE).select(COMMON).from(BLOCKLIST).where(filter.ofAccounts());
        Select<Record> rules = select(TARGET, KIND).select(COMMON).from(RULES).where(filter.ofRules());
        Select<Record> all = !filter.takesRules()
                ? accounts
                : filter.takesAccounts() ? accounts.unionAll(rules) : rules;
        return readable(db.select()
                .from(all.asTable("blocks"))
                .orderBy(TARGET)
                .limit(limit)
                .offset(index));
    }

    /** The block of a row with target and kind; empty when another program has written what is no target. */
    private static Optional<Block> readable(Record row) {
        String text = row.get(TARGET);
        try {
            Target target = row.get(KIND).equals(stored(Target.Kind.ACCOUNT))
                    ? new Target.Account(Jid.parse(text))
                    : Target.parse(text);
            return Optional.of(block(target, row));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<Block> readable(ResultQuery<Record> rows) {
        return rows.fetch(BlocklistStore::readable).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * A part of all blocks, the accounts first, each part found by an index, however far it lies.
     *
     * @param last the target of the last block of the part before; null for the first part
     * @return empty when there is no more
     */
    List<Block> part(DSLContext db, Filter filter, @Nullable Target last, int limit) {
        List<Block> part = new ArrayList<>();
        if (filter.takesAccounts() && (last == null || last instanceof Target.Account)) {
            part.addAll(accountsAfter(db, filter, last instanceof Target.Account(Jid bare) ? bare : null, limit));
        }
        if (filter.takesRules() && part.size() < limit) {
            db.select(TARGET, KIND)
                    .select(COMMON)
                    .from(RULES)
                    .where(filter.ofRules())
                    .and(last == null || last instanceof Target.Account ? noCondition() : TARGET.gt(last.toString()))
                    .orderBy(TARGET)
                    .limit(limit - part.size())
                    .forEach(row -> readable(row).ifPresent(part::add));
        }
        return part;
    }

    private static List<Block> accountsAfter(DSLContext db, Filter filter, @Nullable Jid last, int limit) {
        return readable(db.select(AS_RULE)
                .select(COMMON)
                .from(BLOCKLIST)
                .where(filter.ofAccounts())
                .and(last == null
                        ? noCondition()
                        : LUSER.ge(last.local()).and(LUSER.gt(last.local()).or(LSERVER.gt(last.domain()))))
                .orderBy(LUSER, LSERVER)
                .limit(limit));
    }

    /** Which of the targets have a block. */
    List<Block> among(DSLContext db, Collection<Target> targets) {
        List<Block> found = accounts(db, targets);
        found.addAll(rules(db, targets));
        return found;
    }

    private static List<Block> accounts(DSLContext db, Collection<Target> targets) {
        List<Block> found = new ArrayList<>();
        targets.stream()
                .flatMap(target -> target instanceof Target.Account(Jid bare) ? Stream.of(bare) : Stream.empty())
                .collect(java.util.stream.Collectors.groupingBy(Jid::domain))
                .forEach((domain, accounts) -> db.select(LUSER)
                        .select(COMMON)
                        .from(BLOCKLIST)
                        .where(LSERVER.eq(domain))
                        .and(LUSER.in(accounts.stream().map(Jid::local).toList()))
                        .forEach(row -> found.add(
                                block(new Target.Account(Jid.of(row.get(LUSER), domain)), row))));
        return found;
    }

    private static List<Block> rules(DSLContext db, Collection<Target> targets) {
        List<String> texts = targets.stream()
                .filter(target -> !(target instanceof Target.Account))
                .map(Target::toString)
                .toList();
        return texts.isEmpty()
                ? List.of()
                : db.select(TARGET)
                        .select(COMMON)
                        .from(RULES)
                        .where(TARGET.in(texts))
                        .fetch(row -> block(Target.parse(row.get(TARGET)), row));
    }

    // --- time ---

    /** When the next block begins after a moment; null when none does. */
    @Nullable Instant nextStart(DSLContext db, Instant after) {
        Stream<@Nullable Long> starts = Stream.of(BLOCKLIST, RULES)
                .map(table -> db.select(min(STARTS_AT))
                        .from(table)
                        .where(STARTS_AT.gt(after.toEpochMilli()))
                        .fetchOne(0, Long.class));
        return starts.filter(Objects::nonNull)
                .min(Long::compareTo)
                .map(Instant::ofEpochMilli)
                .orElse(null);
    }

    /** Blocks that have expired by a moment. */
    List<Block> expired(DSLContext db, Instant now, int limit) {
        Condition over = EXPIRES_AT.le(now.toEpochMilli());
        Select<Record> accounts = select(AS_RULE).select(COMMON).from(BLOCKLIST).where(over);
        Select<Record> rules = select(TARGET, KIND).select(COMMON).from(RULES).where(over);
        return readable(db.select()
                .from(accounts.unionAll(rules).asTable("blocks"))
                .limit(limit));
    }
}
