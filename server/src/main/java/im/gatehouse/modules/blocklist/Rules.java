package im.gatehouse.modules.blocklist;

import im.gatehouse.modules.blocklist.target.RuleIndex;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.storage.Database;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks of domains, patterns and addresses, held in memory so that a login is matched against all of them at once.
 *
 * <p>Safe from any thread.
 */
final class Rules {
    private static final Logger log = LoggerFactory.getLogger(Rules.class);

    /**
     * What was loaded last.
     *
     * @param index blocks of domains, patterns and addresses
     * @param digests whether there are blocks by digest, which are looked up in the table
     */
    record Loaded(RuleIndex<Block> index, boolean digests) {}

    private final BlocklistStore store;
    private final Database database;

    /** Loads one after another, so that the last to finish is the last to have begun. */
    private final ReentrantLock loading = new ReentrantLock();

    /** How many rows could not be read the last time. Only changed while loading. */
    private long unreadable;

    private volatile Loaded loaded = new Loaded(RuleIndex.of(Map.of()), false);

    Rules(BlocklistStore store, Database database) {
        this.store = store;
        this.database = database;
    }

    Loaded loaded() {
        return loaded;
    }

    /**
     * Takes what is in the table now. Blocks on the database.
     *
     * @throws im.gatehouse.storage.StorageException when it fails; then what was loaded before stays
     */
    void load() {
        loading.lock();
        try {
            loaded = database.read(db -> {
                Map<Target, Block> rules = new LinkedHashMap<>();
                List<Optional<Block>> rows = store.rules(db);
                rows.forEach(row -> row.ifPresent(block -> rules.put(block.target(), block)));
                tellUnreadable(rows.stream().filter(Optional::isEmpty).count());
                return new Loaded(RuleIndex.of(rules), store.hasDigests(db));
            });
        } finally {
            loading.unlock();
        }
    }

    /** Another program has written them; which ones they are is not for the log. */
    private void tellUnreadable(long count) {
        if (count > 0 && count != unreadable) {
            log.warn("Rows of blocklist_rule that name no target are left out: {}", count);
        }
        unreadable = count;
    }
}
