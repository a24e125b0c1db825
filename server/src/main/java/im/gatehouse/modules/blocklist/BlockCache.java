package im.gatehouse.modules.blocklist;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Remembers which blocks name an account, none too, so that most logins need no query. What is changed through this
 * server is seen at once; what another program changes in the table, after a minute.
 *
 * <p>Safe from any thread. Nobody waits for the query of another.
 */
final class BlockCache {
    private static final int MOST_REMEMBERED = 50_000;
    private static final Duration REMEMBERED = Duration.ofMinutes(1);

    /** What was found; of use only while the generation is the current one. */
    private record Known(long generation, Standing standing) {}

    private final Function<Jid, Standing> source;
    private final Cache<Jid, Known> cache;

    /** Raised before one account is forgotten: what a query found that began earlier is not kept. */
    private final AtomicLong changes = new AtomicLong();

    /** Raised when all is forgotten: what was kept before, or is just being put in, is of no use any more. */
    private final AtomicLong generation = new AtomicLong();

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
        Known known = cache.getIfPresent(account);
        return known == null || known.generation != generation.get() ? load(account) : known.standing;
    }

    private Standing load(Jid account) {
        long born = generation.get();
        long before = changes.get();
        Standing found = source.apply(account);
        cache.asMap().compute(account, (_, _) -> changes.get() == before ? new Known(born, found) : null);
        return found;
    }

    /** Call it after the change is stored: whoever asks from then on sees it. */
    void forget(Jid account) {
        changes.incrementAndGet();
        cache.asMap().compute(account, (_, _) -> null); // waits for a load that is just putting its find in
    }

    /** As {@link #forget} for everybody. */
    void forgetAll() {
        generation.incrementAndGet();
    }
}
