package im.gatehouse.modules.pubsub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.storage.Database;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/** Finds nodes: those in use lately in memory, all others in the database. Finding may block. */
final class Nodes {
    /** What the nodes in memory may weigh together, in units of some 200 bytes: about 20 MB. */
    private static final long MOST_WEIGHT = 100_000;

    private static final int SHARES = 4_096;

    private final Cache<Node.Key, Node> known = Caffeine.newBuilder()
            .maximumWeight(MOST_WEIGHT)
            .weigher((Node.Key _, Node node) -> node.weight())
            .build();

    /** Rises with each removal of many, so that what was read before is not remembered after. */
    private final AtomicLong generation = new AtomicLong();

    /**
     * How often nodes have changed, counted apart for each share of their keys: what was read before a change is not
     * remembered after it, even when the reading ends later.
     */
    private final AtomicLongArray changes = new AtomicLongArray(SHARES);

    private final Database database;
    private final PubsubStore store;

    Nodes(Database database, PubsubStore store) {
        this.database = database;
        this.store = store;
    }

    @Nullable Node find(Jid service, String name) {
        Node.Key key = new Node.Key(service, name);
        Node node = known.getIfPresent(key);
        if (node != null) {
            return node;
        }
        long before = version(key);
        Node read = database.read(db -> store.find(db, service, name));
        if (read != null) {
            remember(key, read, before);
        }
        return read;
    }

    /** Remembers what was read outside the node's turn, unless the node has changed since. */
    void remember(Node.Key key, Node read, long before) {
        known.asMap().compute(key, (_, newer) -> version(key) == before ? read : newer);
        if (version(key) != before) {
            known.invalidate(key);
        }
    }

    /** Rises with each change of a node, of some others, and of many. */
    long version(Node.Key key) {
        return generation.get() + changes.get(share(key));
    }

    private static int share(Node.Key key) {
        return Math.floorMod(key.hashCode(), SHARES);
    }

    /** Rises when much is changed in the database at once; see {@link #put}. */
    long generation() {
        return generation.get();
    }

    /**
     * Remembers what has been stored. Call it in the node's turn.
     *
     * @param since the generation when the turn began
     */
    void put(Node node, long since) {
        changes.incrementAndGet(share(node.key()));
        known.put(node.key(), node);
        if (generation.get() != since) {
            known.invalidate(node.key());
        }
    }

    /** Forgets a node that has been deleted. Call it in the node's turn. */
    void remove(Node node) {
        changes.incrementAndGet(share(node.key()));
        known.invalidate(node.key());
    }

    /** Forgets all that is in memory: much has been changed in the database. */
    void forget() {
        generation.incrementAndGet();
        known.invalidateAll();
    }
}
