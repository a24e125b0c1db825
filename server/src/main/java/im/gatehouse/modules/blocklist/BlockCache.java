package im.gatehouse.modules.blocklist;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Remembers which blocks name an account, none too, so that most logins need no query. What is changed through this server is
 * seen at once; what another program changes in the table, after a minute.
 *
 * <p>Safe from any thread. Nobody waits for the query of another.
 */
final class BlockCache {
    private static final int MOST_REMEMBERED = 50_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final Function<Jid, Standing> source;
    private final Cache<Jid, Standing> cache;

    /** Raised before anything is forgotten: what a query found that began earlier is not kept. */
    private final AtomicLong changes = new AtomicLong();

    /**
     * @param source asks the database; may block and throw
     */
    BlockCache(Function<Jid, Standing> source, Time time) {
        this.source = source;
        this.cache = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(REMEMBERED)
                .ticker(time::nanos)
                .executor(Runnable::run)
                .build();
    }

    /** What is so now, or was at some moment since the call began. May block; throws what the source throws. */
    Standing get(Jid account) {
        Standing known = cache.getIfPresent(account);
        return known == null ? load(account) : known;
    }

    private Standing load(Jid account) {
        long before = changes.get();
        Standing found = source.apply(account);
        cache.asMap().compute(account, (_, _) -> changes.get() == before ? found : null);
        return found;
    }

    /** Call it after the change is stored: whoever asks from then on sees it. */
    void forget(Jid account) {
        changes.incrementAndGet();
        cache.asMap().compute(account, (_, _) -> null); // waits for a load that is just putting its find in
    }

    /** As {@link #forget} for everybody. */
    void forgetAll() {
        changes.incrementAndGet();
        cache.asMap().keySet().forEach(account -> cache.asMap().compute(account, (_, _) -> null));
    }
}
