package im.gatehouse.modules.blocking;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.account.Accounts;
import im.gatehouse.hook.Verdict;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.presence.Presences;
import im.gatehouse.modules.roster.AccountLocks;
import im.gatehouse.router.GuardMemory;
import im.gatehouse.session.Refusal;
import im.gatehouse.session.Session;
import im.gatehouse.session.Sessions;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Seldom;
import im.gatehouse.time.Time;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps those who are blocked and those who have blocked them from hearing of each other (XEP-0191 sections 3.3 and 5).
 *
 * <p>The list of a user who is there is kept with each of the user's sessions; that of somebody who is away is read
 * when somebody writes, and remembered for a minute. The guards decide from memory and never block; all else may.
 */
final class BlockLists implements GuardMemory {
    private static final Logger log = LoggerFactory.getLogger(BlockLists.class);
    private static final Session.Key<BlockList> LIST = new Session.Key<>("blocked addresses");

    private static final int MOST_REMEMBERED = 50_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final Duration LOG_PERIOD = Duration.ofMinutes(1);

    private static final StanzaError BLOCKED = Condition.NOT_ACCEPTABLE
            .error("You have blocked this address")
            .type(StanzaError.Type.CANCEL)
            .detail(Element.of("blocked", "urn:xmpp:blocking:errors"));

    private static final StanzaError UNREACHABLE = Condition.SERVICE_UNAVAILABLE.error();
    private static final StanzaError TRY_AGAIN =
            Condition.INTERNAL_SERVER_ERROR.error("Try again later").type(StanzaError.Type.WAIT);

    private enum Standing {
        FREE,
        BLOCKED,
        /** Nothing is in memory: a door whose keeper does not know stays shut. */
        UNKNOWN
    }

    /** A list before and after a change that has been stored. */
    record Change(BlockList before, BlockList after) {}

    private final BlockListStore store = new BlockListStore();
    private final AccountLocks locks = new AccountLocks();
    private final Database database;
    private final Accounts accounts;
    private final Sessions sessions;
    private final BlockingMetrics metrics;

    private final Seldom failures;

    /** The lists of users who are away, or were when somebody wrote. Changed while the account's lock is held. */
    private final Cache<Jid, BlockList> away;

    BlockLists(Database database, Accounts accounts, Sessions sessions, Time time, BlockingMetrics metrics) {
        this.database = database;
        this.accounts = accounts;
        this.sessions = sessions;
        this.metrics = metrics;
        this.failures = new Seldom(time, LOG_PERIOD);
        this.away = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(REMEMBERED)
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    // --- memory ---

    @Override
    public boolean knows(Jid account) {
        return known(account) != null;
    }

    @Override
    public void learn(Jid account) {
        locks.with(account, () -> load(account));
    }

    private @Nullable BlockList known(Jid account) {
        for (Session session : sessions.of(account)) {
            BlockList list = session.kept(LIST);
            if (list != null) {
                return list;
            }
        }
        return away.getIfPresent(account);
    }

    /** What is known, or else what is stored. Call it with the account held. */
    private BlockList load(Jid account) {
        BlockList known = known(account);
        BlockList list = known == null ? BlockList.of(database.read(db -> store.items(db, account))) : known;
        away.put(account, list);
        return list;
    }

    /**
     * Takes the list of a session's account into memory, where it stays as long as the session. A database that is away
     * keeps nobody out: whether it does is for others to say, and the list is read when it is needed.
     */
    Verdict<Refusal> opening(Session session) {
        try {
            keep(session);
        } catch (StorageException e) {
            failures.happened(times -> log.warn(
                    "Whom users have blocked cannot be read ({} since the last such line): {}", times, e.getMessage()));
        }
        return Verdict.pass();
    }

    private void keep(Session session) {
        locks.with(session.account(), () -> {
            session.keep(LIST, load(session.account()));
            return true;
        });
    }

    /** Takes the lists of all who are there into memory, in place of what is there from earlier. */
    void keepAll() {
        sessions.forEach(session -> session.keep(LIST, null));
        sessions.forEach(this::keep);
    }

    // --- changes ---

    /** What a user has blocked, while nothing changes in it. */
    <T> T reading(Jid account, Function<BlockList, T> work) {
        return locks.with(account, () -> work.apply(load(account)));
    }

    /**
     * Changes a list: stores it, has the guards follow, and tells the user's clients.
     *
     * @param also stored in the same transaction
     * @param push tells the clients before anything else changes in the list; it routes nothing
     * @throws StanzaException when the change is refused, or the account has just been removed
     */
    Change change(Jid account, UnaryOperator<BlockList> change, Consumer<DSLContext> also, Runnable push) {
        return locks.with(account, () -> {
            BlockList before = load(account);
            BlockList after = change.apply(before);
            database.write(db -> {
                if (!accounts.hold(db, account)) {
                    throw new StanzaException(Condition.ITEM_NOT_FOUND);
                }
                store.insert(db, account, after.beyond(before));
                store.delete(db, account, before.beyond(after));
                also.accept(db);
                return true;
            });
            away.put(account, after);
            sessions.of(account).forEach(session -> session.keep(LIST, after));
            push.run();
            return new Change(before, after);
        });
    }

    void removeAccount(DSLContext db, Jid account) {
        store.removeAccount(db, account);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }

    /** The account is gone: one that is made anew begins with nothing. */
    void forget(Jid account) {
        locks.with(account, () -> {
            away.invalidate(account);
            return true;
        });
    }

    void forgetAll() {
        away.invalidateAll();
    }

    // --- guards ---

    /** Nothing goes from a user to whom the user has blocked. */
    Verdict<StanzaError> sending(Stanza stanza) {
        Jid to = stanza.to();
        Jid account = stanza.sender().bare();
        return switch (to == null ? Standing.FREE : standing(account, to)) {
            case FREE, UNKNOWN -> Verdict.pass(); // where nothing is known it is the user's own word, and harms nobody
            case BLOCKED -> {
                metrics.denied(account);
                yield Verdict.refuse(BLOCKED);
            }
        };
    }

    /** Nothing comes to a user from whom the user has blocked. */
    Verdict<StanzaError> receiving(Stanza stanza) {
        Jid account = stanza.receiver().bare();
        return switch (standing(account, stanza.sender())) {
            case FREE -> Verdict.pass();
            case UNKNOWN -> Verdict.refuse(TRY_AGAIN);
            case BLOCKED -> {
                metrics.dropped(account);
                yield Verdict.refuse(UNREACHABLE);
            }
        };
    }

    /** No presence goes of its own accord between a user and whom the user has blocked. */
    Verdict<StanzaError> exchanging(Presences.Exchange exchange) {
        Jid account = exchange.account();
        Session session = exchange.session();
        BlockList list = session == null ? null : session.kept(LIST); // still there when the session has ended
        boolean blocked = list == null
                ? standing(account, exchange.other()) != Standing.FREE
                : !isOwn(account, exchange.other()) && list.covers(exchange.other());
        return blocked ? Verdict.refuse(UNREACHABLE) : Verdict.pass();
    }

    private Standing standing(Jid account, Jid other) {
        if (isOwn(account, other)) {
            return Standing.FREE;
        }
        BlockList list = known(account);
        if (list == null) {
            list = Thread.currentThread().isVirtual() ? found(account) : null;
        }
        if (list == null) {
            return Standing.UNKNOWN;
        }
        return list.covers(other) ? Standing.BLOCKED : Standing.FREE;
    }

    /** What is stored, where it can be waited for; null when the database is away. */
    private @Nullable BlockList found(Jid account) {
        try {
            return locks.with(account, () -> load(account));
        } catch (StorageException _) {
            return null; // told when the session was opened
        }
    }

    /** Users always reach their own account and their server, or they could not take a block back. */
    private static boolean isOwn(Jid account, Jid other) {
        return other.domain().equals(account.domain())
                && (!other.hasLocal() || other.local().equals(account.local()));
    }
}
