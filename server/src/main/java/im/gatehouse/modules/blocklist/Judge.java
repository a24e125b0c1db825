package im.gatehouse.modules.blocklist;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.blocklist.target.RuleIndex;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.session.Session;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.Time;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which block keeps an account out, and which blocks concern it. What it has looked up it remembers.
 *
 * <p>Safe from any number of virtual threads; may block on the database.
 */
final class Judge {
    private final BlocklistStore store;
    private final Database database;
    private final Rules rules;
    private final Time time;
    private final BlockCache cache;

    Judge(BlocklistStore store, Database database, Rules rules, Time time) {
        this.store = store;
        this.database = database;
        this.rules = rules;
        this.time = time;
        this.cache = new BlockCache(this::load, time);
    }

    private Standing load(Jid account) {
        List<Target> digests = rules.loaded().digests() ? digests(account) : List.of();
        return new Standing(account, database.read(db -> store.naming(db, account, digests)));
    }

    private static List<Target> digests(Jid account) {
        return List.of(Target.Digest.of(account), Target.Digest.ofDomain(account.domain()));
    }

    /**
     * The block that keeps an account out at this moment: one that names it before one of its address, and that before
     * one of its domain or of a pattern.
     *
     * @param address from where it logs in; null when that is unknown
     * @throws StorageException when nothing is remembered of the account and the database cannot answer
     */
    Optional<Block> refusing(Jid account, @Nullable InetAddress address) {
        return refusing(cache.get(account), address);
    }

    /** As {@link #refusing} for many sessions, in their order, from the table and with few queries. */
    List<Optional<Block>> refusing(List<Session> sessions) {
        Map<Jid, List<Block>> naming = naming(sessions);
        List<Optional<Block>> refusing = new ArrayList<>(sessions.size());
        for (Session session : sessions) {
            Jid account = session.account();
            refusing.add(refusing(new Standing(account, naming.get(account)), Eviction.address(session)));
        }
        return refusing;
    }

    private Map<Jid, List<Block>> naming(List<Session> sessions) {
        boolean digests = rules.loaded().digests();
        Map<Jid, List<Target>> names = new HashMap<>();
        for (Session session : sessions) {
            names.computeIfAbsent(session.account(), account -> names(account, digests));
        }
        Set<Target> asked = new HashSet<>();
        names.values().forEach(asked::addAll);
        Map<Target, Block> found = new HashMap<>();
        database.read(db -> store.among(db, asked)).forEach(block -> found.put(block.target(), block));
        Map<Jid, List<Block>> naming = new HashMap<>();
        names.forEach((account, targets) -> naming.put(
                account, targets.stream().filter(found::containsKey).map(found::get).toList()));
        return naming;
    }

    private static List<Target> names(Jid account, boolean digests) {
        List<Target> names = new ArrayList<>(List.of(new Target.Account(account)));
        if (digests) {
            names.addAll(digests(account));
        }
        return names;
    }

    private Optional<Block> refusing(Standing standing, @Nullable InetAddress address) {
        RuleIndex<Block> index = rules.loaded().index();
        Block found = holding(standing.naming());
        if (found == null && address != null) {
            found = holding(index.byAddress(address));
        }
        if (found == null) {
            found = holding(standing.ruled(index));
        }
        return Optional.ofNullable(found);
    }

    private @Nullable Block holding(List<Block> blocks) {
        if (blocks.isEmpty()) {
            return null;
        }
        Instant now = time.now();
        for (Block block : blocks) {
            if (block.holdsAt(now)) {
                return block;
            }
        }
        return null;
    }

    /** All blocks that concern an account, in the order of {@link #refusing}, also those that do not hold now. */
    List<Block> concerning(Jid account, @Nullable InetAddress address) {
        List<Block> all = new ArrayList<>(load(account).naming());
        RuleIndex<Block> index = rules.loaded().index();
        if (address != null) {
            all.addAll(index.byAddress(address));
        }
        all.addAll(index.byAccount(account));
        return all;
    }

    /** What was stored for a target is seen by whoever asks from now on. Blocks on the database. */
    void forget(Target target) {
        switch (target) {
            case Target.Account(Jid bare) -> cache.forget(bare);
            case Target.Digest _ -> forgetAll();
            case Target.Domain _, Target.Pattern _, Target.Address _ -> rules.load();
        }
    }

    /** As {@link #forget} for every target. */
    void forgetAll() {
        try {
            rules.load();
        } finally {
            cache.forgetAll();
        }
    }
}
