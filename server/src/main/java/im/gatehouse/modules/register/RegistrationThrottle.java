package im.gatehouse.modules.register;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.time.Time;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bounds how many accounts come from one address: so many in the hour that begins with the first. Attempts that fail
 * count too, but ten times as many are allowed, so that a name that is taken costs no account and names cannot be
 * tried out for long. An IPv6 address counts as its /64, which is what one customer has.
 *
 * <p>Safe from any thread; never blocks. It remembers 100,000 addresses, those used last.
 */
final class RegistrationThrottle {
    private static final int MOST_REMEMBERED = 100_000;
    private static final int ATTEMPTS_PER_ACCOUNT = 10;
    private static final int IPV6_NETWORK_BYTES = 8;
    private static final Duration WINDOW = Duration.ofHours(1);

    private record Count(long since, int accounts, int attempts) {}

    private final Time time;
    private final Cache<String, Count> counts;

    RegistrationThrottle(Time time) {
        this.time = time;
        this.counts = Caffeine.newBuilder()
                .maximumSize(MOST_REMEMBERED)
                .expireAfterWrite(WINDOW)
                .ticker(time::nanos)
                .build();
    }

    /**
     * Takes one of the accounts that an address may make; {@link #giveBack} it when none came of it.
     *
     * @param perHour how many there are in an hour; 0 for any number
     * @return false when none is left
     */
    boolean take(InetAddress address, int perHour) {
        if (perHour == 0) {
            return true;
        }
        boolean[] taken = {false};
        counts.asMap().compute(network(address), (_, present) -> {
            Count count = present == null || isOver(present) ? new Count(time.nanos(), 0, 0) : present;
            taken[0] = count.accounts < perHour && count.attempts < (long) perHour * ATTEMPTS_PER_ACCOUNT;
            return taken[0] ? new Count(count.since, count.accounts + 1, count.attempts + 1) : count;
        });
        return taken[0];
    }

    /** Gives an account back that was not made; the attempt still counts. */
    void giveBack(InetAddress address) {
        counts.asMap()
                .computeIfPresent(
                        network(address),
                        (_, count) -> new Count(count.since, Math.max(0, count.accounts - 1), count.attempts));
    }

    private boolean isOver(Count count) {
        return time.nanos() - count.since >= WINDOW.toNanos();
    }

    private static String network(InetAddress address) {
        return address instanceof Inet6Address v6
                ? HexFormat.of().formatHex(Arrays.copyOf(v6.getAddress(), IPV6_NETWORK_BYTES))
                : address.getHostAddress();
    }
}
