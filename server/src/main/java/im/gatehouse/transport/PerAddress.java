package im.gatehouse.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts how many connections each address has at a listener. Safe from any thread. */
public final class PerAddress {
    private final Map<InetAddress, AtomicInteger> present = new ConcurrentHashMap<>();

    /**
     * Counts a connection until it closes.
     *
     * @param most how many an address may have at a time, 0 for any number
     * @return whether this one may stay
     */
    public boolean enter(Channel channel, InetAddress address, int most) {
        if (most == 0) {
            return true;
        }
        AtomicInteger now = present.compute(address, (_, counter) -> {
            AtomicInteger counted = counter == null ? new AtomicInteger() : counter;
            counted.incrementAndGet();
            return counted;
        });
        channel.closeFuture().addListener(_ -> present.computeIfPresent(
                address, (_, counter) -> counter.decrementAndGet() == 0 ? null : counter));
        return now.get() <= most;
    }
}
