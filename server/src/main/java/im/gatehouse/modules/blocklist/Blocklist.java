package im.gatehouse.modules.blocklist;

import static im.gatehouse.modules.blocklist.AuditEntry.Action.ADDED;
import static im.gatehouse.modules.blocklist.AuditEntry.Action.CHANGED;
import static im.gatehouse.modules.blocklist.AuditEntry.Action.EXPIRED;
import static im.gatehouse.modules.blocklist.AuditEntry.Action.GONE_WITH_ACCOUNT;
import static im.gatehouse.modules.blocklist.AuditEntry.Action.REMOVED;

import im.gatehouse.cluster.Cluster;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.blocklist.BlocklistConfig.DenyAt;
import im.gatehouse.modules.blocklist.BlocklistConfig.Fail;
import im.gatehouse.modules.blocklist.BlocklistFigures.Call;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.session.Login;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may enter: a blocked user gets no session, and one who is being blocked loses those they have. Every
 * login comes past here twice, when its credentials have proved right and when its session is registered.
 *
 * <p>No login under way survives {@link #put}: the entry is stored first, then forgotten wherever its absence was
 * remembered, and only then are the sessions counted that have to end. A session that is registered earlier is among
 * them; one that is registered later meets {@link #atOpening}, which by then refuses.
 *
 * <p>Safe from any number of virtual threads; all of it may block.
 */
final class Blocklist implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Blocklist.class);

    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);

    private static final Refusal UNKNOWN =
            new Refusal(Refusal.Kind.TRY_LATER, "The server cannot tell at present whether this account may be used");

    /** Done on every node: argument is the target. */
    private static final String FORGET = "mod_blocklist.forget";

    /** Done on every node: argument is the target, a line feed, and the text of the stream error. */
    private static final String END_SESSIONS = "mod_blocklist.end_sessions";

    /** Done on every node, after many changes at once: all is forgotten, and whom a block keeps out now is put out. */
    private static final String RECHECK = "mod_blocklist.recheck";

    /** Done on every node; no argument. */
    private static final String FORGET_ALL = "mod_blocklist.forget_all";

    /** Done on every node: a block will begin later. */
    private static final String SCHEDULE = "mod_blocklist.schedule";

    private final BlocklistStore store = new BlocklistStore();
    private final AuditStore audit = new AuditStore();
    private final Database database;
    private final Cluster cluster;
    private final Time time;
    private final BlocklistFigures figures;
    private final Rules rules;
    private final Judge judge;
    private final Eviction eviction;
    private final Upkeep upkeep;
    private final Seldom denials;
    private final Seldom failures;
    private volatile BlocklistConfig config;

    /**
     * Takes the rules from the table.
     *
     * @throws StorageException when it cannot
     */
    Blocklist(
            BlocklistConfig config,
            Database database,
            Sessions sessions,
            Cluster cluster,
            Time time,
            BlocklistFigures figures) {
        this.config = config;
        this.database = database;
        this.cluster = cluster;
        this.time = time;
        this.figures = figures;
        this.rules = new Rules(store, database);
        this.judge = new Judge(store, database, rules, time);
        this.eviction = new Eviction(sessions, judge, time);
        this.denials = new Seldom(time, LOG_PERIOD);
        this.failures = new Seldom(time, LOG_PERIOD);
        cluster.onOperation(FORGET, target -> judge.forget(Target.parse(target)));
        cluster.onOperation(FORGET_ALL, _ -> judge.forgetAll());
        cluster.onOperation(END_SESSIONS, this::endSessions);
        cluster.onOperation(RECHECK, _ -> recheck());
        rules.load();
        this.upkeep = new Upkeep(time, new Tasks());
        cluster.onOperation(SCHEDULE, _ -> upkeep.look());
    }

    /** Waits for blocks that begin later. Blocks on the database. */
    void open() {
        upkeep.look();
    }

    void follow(BlocklistConfig fresh) {
        config = fresh;
    }

    @Override
    public void close() {
        upkeep.close();
    }

    // --- at the gate ---

    /** Asked when the credentials have proved right, so that a stranger learns nothing of the list. */
    Verdict<Refusal> atSignIn(Login login) {
        Jid account = login.account();
        InetAddress address = login.address().getAddress();
        return config.denyAt() == DenyAt.AUTH
                ? decide(account, address, Refusal.Kind.ACCOUNT_DISABLED)
                : whetherItCanBeTold(account, address);
    }

    /** Where the session is refused and not the sign-in, only that nobody can tell is said at sign-in. */
    private Verdict<Refusal> whetherItCanBeTold(Jid account, @Nullable InetAddress address) {
        try {
            judge.refusing(account.bare(), address);
            return Verdict.pass();
        } catch (StorageException e) {
            return whenUnknown(e);
        }
    }

    /** Asked when the session is registered and can be found: what was decided at sign-in may have changed. */
    Verdict<Refusal> atOpening(Session session) {
        return decide(session.account(), Eviction.address(session), Refusal.Kind.NOT_ALLOWED);
    }

    private Verdict<Refusal> decide(Jid account, @Nullable InetAddress address, Refusal.Kind kind) {
        Optional<Block> block;
        try {
            block = judge.refusing(account.bare(), address);
        } catch (StorageException e) {
            return whenUnknown(e);
        }
        if (block.isEmpty()) {
            return Verdict.pass();
        }
        figures.denied(account.domain());
        denials.happened(
                times -> log.info("Logins of blocked users that were denied since the last such line: {}", times));
        return Verdict.refuse(new Refusal(kind, config.denyAt() == DenyAt.AUTH ? block.get().reason() : null));
    }

    private Verdict<Refusal> whenUnknown(StorageException cause) {
        boolean open = config.fail() == Fail.OPEN;
        failures.happened(times -> log.warn(
                "The blocklist cannot be read, so logins are {} ({} since the last such line): {}",
                open ? "let in unchecked, as fail = \"open\" says" : "refused",
                times,
                cause.getMessage()));
        return open ? Verdict.pass() : Verdict.refuse(UNKNOWN);
    }

    // --- changes ---

    /**
     * Stores a block in place of the one that its target may have, and ends the sessions that it matches on every node;
     * returns when they are gone. Again on the same target it replaces all of the block and ends the sessions again.
     *
     * @param condition what must be so within the transaction; what it throws keeps the block from being stored
     * @throws StorageException when it could not be stored, and then sessions stay; or when the database failed just
     *     after that, and then the sessions end as soon as it is back
     */
    void put(Block block, Consumer<DSLContext> condition) {
        Target target = block.target();
        changing(target, () -> figures.measured(Call.UPSERT, target, () -> database.write(db -> {
            condition.accept(db);
            boolean known = store.find(db, target).isPresent();
            store.put(db, block);
            String actor = String.valueOf(block.actor());
            audit.add(db, List.of(new AuditEntry(block.createdAt(), actor, known ? CHANGED : ADDED, block)));
            return true;
        })));
        orLater(() -> {
            if (block.holdsAt(time.now())) {
                everywhere(END_SESSIONS, target + "\n" + Eviction.text(block));
            } else {
                everywhere(SCHEDULE, "");
            }
        });
    }

    /** What follows a stored change. When the database fails just then, it is done as soon as the database is back. */
    private void orLater(Runnable consequence) {
        try {
            consequence.run();
        } catch (StorageException e) {
            upkeep.owe();
            throw e;
        }
    }

    /**
     * Takes a block away.
     *
     * @param actor who does it
     * @return false when the target had none
     */
    boolean remove(Target target, String actor) {
        return changing(target, () -> figures.measured(
                Call.REMOVE, target, () -> database.write(db -> remove(db, target, actor, REMOVED))));
    }

    private boolean remove(DSLContext db, Target target, String actor, AuditEntry.Action action) {
        Optional<Block> block = store.find(db, target);
        if (block.isEmpty() || !store.remove(db, target)) {
            return false;
        }
        audit.add(db, List.of(new AuditEntry(time.now(), actor, action, block.get())));
        return true;
    }

    /**
     * When a commit breaks off, nobody knows whether it was done: so what is remembered is forgotten in any case, and
     * when the database is back, sessions end that are kept out then.
     */
    private boolean changing(Target target, BooleanSupplier change) {
        try {
            return change.getAsBoolean();
        } catch (StorageException e) {
            upkeep.owe();
            throw e;
        } finally {
            orLater(() -> everywhere(FORGET, target.toString()));
        }
    }

    /**
     * Stores some blocks of a list and takes some away, in one transaction; a target that has a block from elsewhere by
     * then keeps it. When all is done, {@link #manyChanged} has to be called.
     *
     * @param put of one source; stored in place of what their targets have from it
     * @param gone of the same source; taken away
     */
    void change(Collection<Block> put, Collection<Block> gone, String actor) {
        Instant now = time.now();
        List<AuditEntry> done = database.write(db -> {
            Map<Target, Block> present = new HashMap<>();
            store.among(db, put.stream().map(Block::target).toList())
                    .forEach(block -> present.put(block.target(), block));
            List<Block> stored = put.stream()
                    .filter(block -> !present.containsKey(block.target())
                            || present.get(block.target()).source().equals(block.source()))
                    .toList();
            store.putAll(db, stored);
            List<AuditEntry> entries = new ArrayList<>();
            stored.forEach(block -> entries.add(new AuditEntry(
                    now, actor, present.containsKey(block.target()) ? CHANGED : ADDED, block)));
            gone.stream()
                    .filter(block -> store.remove(db, block.target(), block.source()))
                    .forEach(block -> entries.add(new AuditEntry(now, actor, REMOVED, block)));
            audit.add(db, entries);
            return entries;
        });
        done.forEach(entry -> figures.counted(
                entry.action() == REMOVED ? Call.REMOVE : Call.UPSERT, entry.block().target()));
    }

    /** Puts many changes into force on every node; returns when the sessions are gone that are kept out now. */
    void manyChanged() {
        orLater(() -> everywhere(RECHECK, ""));
    }

    // --- for administrators ---

    int count(String domain) {
        return database.read(db -> store.count(db, domain, time.now()));
    }

    /** Blocked accounts in the order of their names, from the one at {@code index}, counted from 0. */
    List<BlockedUser> list(String domain, int limit, int index) {
        return database.read(db -> store.list(db, domain, time.now(), limit, index));
    }

    /** The block of a target, whether it holds now or not. */
    Optional<Block> find(Target target) {
        return database.read(db -> store.find(db, target));
    }

    /** Blocks in the order of their targets, from the one at {@code index}, counted from 0. */
    List<Block> blocks(BlocklistStore.Filter filter, int limit, int index) {
        return database.read(db -> store.blocks(db, filter, limit, index));
    }

    /** What was changed, the last change first. */
    List<AuditEntry> trail(@Nullable String domain, @Nullable Target target, int limit, int index) {
        return database.read(db -> audit.list(db, domain, target, limit, index));
    }

    /** How many blocks are held in memory: those of domains, patterns and addresses. */
    int rules() {
        return rules.loaded().index().size();
    }

    /** All blocks that concern an account, the one first that would refuse it. */
    List<Block> concerning(Jid account, @Nullable InetAddress address) {
        return judge.concerning(account.bare(), address);
    }

    /** Which of the targets have a block; some thousands at most. */
    List<Block> among(Collection<Target> targets) {
        return database.read(db -> store.among(db, targets));
    }

    /**
     * A part of all blocks.
     *
     * @param last the target of the last block of the part before; null for the first part
     * @return empty when there is no more
     */
    List<Block> part(BlocklistStore.Filter filter, @Nullable Target last, int limit) {
        return database.read(db -> store.part(db, filter, last, limit));
    }

    // --- when accounts go ---

    /** The block of an account goes with it, in the transaction that removes it. */
    void accountGoes(DSLContext db, Jid account) {
        if (!config.survivesRemoval()) {
            remove(db, new Target.Account(account), AuditEntry.SERVER, GONE_WITH_ACCOUNT);
        }
    }

    /** The blocks of a domain go with it, in the transaction that removes it. */
    void domainGoes(DSLContext db, String domain) {
        if (!config.survivesRemoval()) {
            store.goneWithDomain(db, domain, time.now());
            store.removeDomain(db, domain);
        }
    }

    /** The block of an account may have gone with it. */
    void forget(Jid account) {
        everywhere(FORGET, account.bare().toString());
    }

    /** The blocks of a domain may have gone with it. */
    void forgetAll() {
        everywhere(FORGET_ALL, "");
    }

    // --- on every node ---

    private void everywhere(String operation, String argument) {
        try {
            cluster.everywhere(new Cluster.Operation(operation, argument)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void endSessions(String argument) {
        int end = argument.indexOf('\n');
        eviction.of(Target.parse(argument.substring(0, end)), argument.substring(end + 1));
    }

    private void recheck() {
        judge.forgetAll();
        eviction.ofRefused();
        upkeep.look();
    }

    private final class Tasks implements Upkeep.Tasks {
        /** So many expired blocks are cleared away at once. */
        private static final int PART = 1_000;

        @Override
        public @Nullable Instant nextStart(Instant after) {
            return database.read(db -> store.nextStart(db, after));
        }

        @Override
        public void begin() {
            eviction.ofRefused();
        }

        @Override
        public void catchUp() {
            everywhere(RECHECK, "");
        }

        @Override
        public void tidy() {
            rules.load();
            Instant now = time.now();
            Instant oldest = now.minus(config.auditRetention());
            if (!database.read(db -> !store.expired(db, now, 1).isEmpty() || audit.reachesBack(db, oldest))) {
                return;
            }
            database.write(db -> {
                List<AuditEntry> over = store.expired(db, now, PART).stream()
                        .filter(block -> store.removeExpired(db, block.target(), now))
                        .map(block -> new AuditEntry(now, AuditEntry.SERVER, EXPIRED, block))
                        .toList();
                audit.add(db, over);
                audit.forget(db, oldest);
                return over.size();
            });
        }
    }
}
