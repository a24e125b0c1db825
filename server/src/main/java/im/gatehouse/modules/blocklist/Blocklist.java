package im.gatehouse.modules.blocklist;

import im.gatehouse.cluster.Cluster;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.blocklist.BlocklistConfig.DenyAt;
import im.gatehouse.modules.blocklist.BlocklistConfig.Fail;
import im.gatehouse.modules.blocklist.BlocklistFigures.Call;
import im.gatehouse.session.Login;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may enter: a blocked user gets no session, and one who is being blocked loses those they have. Every
 * login comes past here twice, when its credentials have proved right and when its session is registered.
 *
 * <p>No login under way survives {@link #add}: the entry is stored first, then forgotten wherever its absence was
 * remembered, and only then are the sessions counted that have to end. A session that is registered earlier is among
 * them; one that is registered later meets {@link #atOpening}, which by then refuses.
 *
 * <p>Safe from any number of virtual threads; all of it may block.
 */
final class Blocklist {
    private static final Logger log = LoggerFactory.getLogger(Blocklist.class);

    static final String NO_REASON = "Kicked by administrator";

    /** How long the one who blocks waits for the sessions to be gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);

    private static final Refusal UNKNOWN =
            new Refusal(Refusal.Kind.TRY_LATER, "The server cannot tell at present whether this account may be used");

    /** Done on every node: argument is the account. */
    private static final String FORGET = "mod_blocklist.forget";

    /** Done on every node: argument is the account, a line feed, and the text of the stream error. */
    private static final String END_SESSIONS = "mod_blocklist.end_sessions";

    /** Done on every node; no argument. */
    private static final String FORGET_ALL = "mod_blocklist.forget_all";

    private final BlocklistStore store = new BlocklistStore();
    private final Database database;
    private final Sessions sessions;
    private final Cluster cluster;
    private final Time time;
    private final BlocklistFigures figures;
    private final BlockCache cache;
    private final Seldom denials;
    private final Seldom failures;
    private volatile BlocklistConfig config;

    Blocklist(
            BlocklistConfig config,
            Database database,
            Sessions sessions,
            Cluster cluster,
            Time time,
            BlocklistFigures figures) {
        this.config = config;
        this.database = database;
        this.sessions = sessions;
        this.cluster = cluster;
        this.time = time;
        this.figures = figures;
        this.cache = new BlockCache(account -> database.read(db -> store.find(db, account)), time);
        this.denials = new Seldom(time, LOG_PERIOD);
        this.failures = new Seldom(time, LOG_PERIOD);
        cluster.onOperation(FORGET, account -> cache.forget(Jid.parse(account)));
        cluster.onOperation(FORGET_ALL, _ -> cache.forgetAll());
        cluster.onOperation(END_SESSIONS, this::endSessions);
    }

    BlocklistConfig config() {
        return config;
    }

    void follow(BlocklistConfig fresh) {
        config = fresh;
    }

    // --- at the gate ---

    /** Asked when the credentials have proved right, so that a stranger learns nothing of the list. */
    Verdict<Refusal> atSignIn(Login login) {
        return config.denyAt() == DenyAt.AUTH
                ? decide(login.account(), Refusal.Kind.ACCOUNT_DISABLED)
                : Verdict.pass();
    }

    /** Asked when the session is registered and can be found: what was decided at sign-in may have changed. */
    Verdict<Refusal> atOpening(Session session) {
        return decide(session.account(), Refusal.Kind.NOT_ALLOWED);
    }

    private Verdict<Refusal> decide(Jid account, Refusal.Kind kind) {
        Optional<Block> block;
        try {
            block = cache.get(account.bare());
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

    // --- for administrators ---

    /**
     * Blocks a user and ends their sessions on every node; returns when they are gone. Again on the same user it
     * replaces the reason and ends the sessions again.
     *
     * @param reason words for the user, null for none
     * @throws StorageException when the entry could not be stored; then sessions stay
     */
    void add(Jid account, @Nullable String reason) {
        Jid bare = account.bare();
        long now = time.now().toEpochMilli();
        changing(bare, () -> figures.measured(Call.UPSERT, bare.domain(), () -> database.write(db -> {
            store.put(db, bare, reason, now);
            return true;
        })));
        everywhere(END_SESSIONS, bare + "\n" + (reason == null ? NO_REASON : reason));
    }

    /**
     * Lets a user in again.
     *
     * @return false when they were not blocked
     */
    boolean remove(Jid account) {
        Jid bare = account.bare();
        return changing(bare, () -> figures.measured(
                Call.REMOVE, bare.domain(), () -> database.write(db -> store.remove(db, bare))));
    }

    /** When a commit breaks off, nobody knows whether it was done: so what is remembered is forgotten in any case. */
    private boolean changing(Jid account, BooleanSupplier change) {
        try {
            return change.getAsBoolean();
        } finally {
            everywhere(FORGET, account.toString());
        }
    }

    int count(String domain) {
        return database.read(db -> store.count(db, domain));
    }

    /** Entries in the order of their names, from the one at {@code index}, counted from 0. */
    List<BlockedUser> list(String domain, int limit, int index) {
        return database.read(db -> store.list(db, domain, limit, index));
    }

    // --- when accounts go ---

    BlocklistStore store() {
        return store;
    }

    /** The entry of an account may have gone with it. */
    void forget(Jid account) {
        everywhere(FORGET, account.bare().toString());
    }

    /** The entries of a domain may have gone with it. */
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
        Jid account = Jid.parse(argument.substring(0, end));
        StreamError error = StreamError.Condition.CONFLICT.error(argument.substring(end + 1));
        cache.forget(account);
        List<Session> present = sessions.of(account);
        present.forEach(session -> session.end(error));
        long deadline = time.nanos() + PATIENCE.toNanos();
        for (Session session : present) {
            if (!session.awaitGone(Duration.ofNanos(Math.max(0, deadline - time.nanos())))) {
                log.warn("A session of a blocked user was told to end and is still busy after {}", PATIENCE);
            }
        }
    }
}
