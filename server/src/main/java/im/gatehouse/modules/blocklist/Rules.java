package im.gatehouse.modules.blocklist;

import im.gatehouse.storage.Database;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Blocks of domains, patterns and addresses, held in memory so that a login is matched against all of them at once.
 *
 * <p>Safe from any thread.
 */
final class Rules {
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
                store.rules(db).forEach(block -> rules.put(block.target(), block));
                return new Loaded(RuleIndex.of(rules), store.hasDigests(db));
            });
        } finally {
            loading.unlock();
        }
    }
}
