package im.gatehouse.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.jid.Jid;
import im.gatehouse.time.Time;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Makes those who guess passwords wait, without ever locking an account: what counts is the address that guesses, so
 * that its owner gets in from anywhere else.
 *
 * <p>Wrong passwords are counted for the address and for the address with the account. Those above the limit within
 * the window make every further attempt wait: a second after the first of them, twice as long after each more, up to
 * {@link ThrottleSettings#longestWait}. They are forgotten when the window has passed since the first one or, once
 * there was a wait, since its end. An IPv6 address counts as its /64, which is what one customer has.
 *
 * <p>Safe from any thread; never blocks. It remembers 100,000 addresses and as many pairs, those used last.
 */
public final class SignInThrottle {
    private static final int MOST_REMEMBERED = 100_000;
    private static final int IPV6_NETWORK_BYTES = 8;
    private static final long FIRST_WAIT_NANOS = 1_000_000_000;

    private record Pair(String address, Jid account) {}

    /**
     * @param failures wrong passwords that are not forgotten
     * @param opens when the next attempt may be made, in nanoseconds of the monotonic clock
     * @param forgotten when all of this no longer counts, likewise
     */
    private record Count(int failures, long opens, long forgotten) {}

    private final ThrottleSettings settings;
    private final Time time;
    private final Cache<String, Count> addresses;
    private final Cache<Pair, Count> pairs;

    public SignInThrottle(ThrottleSettings settings, Time time) {
        this.settings = settings;
        this.time = time;
        this.addresses = cache();
        this.pairs = cache();
    }

    private <K> Cache<K, Count> cache() {
        return Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(settings.window().plus(settings.longestWait()))
                .ticker(time::nanos)
                .build();
    }

    /** How long an attempt must be refused without a look at the password; zero when it may be made. */
    public Duration mustWait(InetAddress address, Jid account) {
        String from = network(address);
        long wait = Math.max(
                waitLeft(addresses.getIfPresent(from)),
                waitLeft(pairs.getIfPresent(new Pair(from, account.bare()))));
        return Duration.ofNanos(wait);
    }

    private long waitLeft(@Nullable Count count) {
        return count == null ? 0 : Math.max(0, count.opens - time.nanos());
    }

    /** Notes a wrong password, or a name that does not exist: the two are not told apart. */
    public void failed(InetAddress address, Jid account) {
        String from = network(address);
        long now = time.nanos();
        addresses.asMap().compute(from, (_, count) -> oneMore(count, settings.perAddress(), now));
        pairs.asMap()
                .compute(new Pair(from, account.bare()), (_, count) -> oneMore(count, settings.perAccount(), now));
    }

    /** Notes a right password. The address keeps its count, or anybody with one account could clear it. */
    public void succeeded(InetAddress address, Jid account) {
        pairs.invalidate(new Pair(network(address), account.bare()));
    }

    private Count oneMore(@Nullable Count before, int limit, long now) {
        long window = settings.window().toNanos();
        boolean fresh = before == null || now - before.forgotten >= 0;
        int failures = fresh ? 1 : before.failures + 1;
        if (failures < limit) {
            return new Count(failures, now, fresh ? now + window : before.forgotten);
        }
        long opens = now + waitAfter(failures - limit);
        return new Count(failures, opens, opens + window);
    }

    private long waitAfter(int excess) {
        return Math.min(settings.longestWait().toNanos(), FIRST_WAIT_NANOS << Math.min(excess, 20));
    }

    private static String network(InetAddress address) {
        return address instanceof Inet6Address v6
                ? HexFormat.of().formatHex(Arrays.copyOf(v6.getAddress(), IPV6_NETWORK_BYTES))
                : address.getHostAddress();
    }
}
