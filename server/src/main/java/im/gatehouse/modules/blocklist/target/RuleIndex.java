package im.gatehouse.modules.blocklist.target;

import im.gatehouse.config.AddressRange;
import im.gatehouse.jid.Jid;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds which rules for domains, patterns and IP addresses are about somebody who signs in, as quickly among ten
 * thousand rules as among ten. Immutable, so any thread may ask; nothing blocks.
 *
 * @param <R> the rule
 */
public final class RuleIndex<R> {
    private static final int IPV4_BYTES = 4;
    private static final long MAPPED_IPV4 = 0xFFFFL;

    private final Map<String, R> domains;
    private final PatternTrie<R> patterns;
    private final AddressTree<R> ipv4;
    private final AddressTree<R> ipv6;
    private final int size;

    private RuleIndex(Sorted<R> sorted, int size) {
        this.domains = Map.copyOf(sorted.domains);
        this.patterns = new PatternTrie<>(
                List.copyOf(sorted.patterns.keySet()), List.copyOf(sorted.patterns.values()));
        this.ipv4 = new AddressTree<>(sorted.ipv4);
        this.ipv6 = new AddressTree<>(sorted.ipv6);
        this.size = size;
    }

    /**
     * Builds the index. The map is copied.
     *
     * @param rules for domains, patterns and addresses
     * @throws IllegalArgumentException when one is for an account or a digest: these are found by equality
     */
    public static <R> RuleIndex<R> of(Map<Target, R> rules) {
        Sorted<R> sorted = new Sorted<>();
        rules.forEach(sorted::add);
        return new RuleIndex<>(sorted, rules.size());
    }

    /**
     * The rules for the account's domain and for patterns that it fits: patterns first, in the order of their texts;
     * empty when there are none. A resource does not matter; what has no local part fits no pattern.
     */
    public List<R> byAccount(Jid account) {
        List<R> fitting =
                account.hasLocal() ? patterns.find(account.local(), account.domain()) : List.of();
        R domain = domains.get(account.domain());
        if (domain == null) {
            return fitting;
        }
        if (fitting.isEmpty()) {
            return List.of(domain);
        }
        List<R> all = new ArrayList<>(fitting);
        all.add(domain);
        return List.copyOf(all);
    }

    /**
     * The rules for the ranges that the address lies in, the innermost first; empty when there are none. An IPv6
     * address that stands for an IPv4 address (RFC 4291 section 2.5.5.2) is that.
     */
    public List<R> byAddress(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == IPV4_BYTES) {
            return ipv4.find(leading(ByteBuffer.wrap(bytes).getInt()), 0);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long high = buffer.getLong();
        long low = buffer.getLong();
        boolean mapped = high == 0 && low >>> Integer.SIZE == MAPPED_IPV4;
        return mapped ? ipv4.find(leading((int) low), 0) : ipv6.find(high, low);
    }

    /** How many rules there are. */
    public int size() {
        return size;
    }

    /** How many states are looked at to find the patterns that an account fits. */
    int patternSteps(Jid account) {
        return patterns.steps(account.local(), account.domain());
    }

    private static long leading(int ipv4) {
        return (long) ipv4 << Integer.SIZE;
    }

    /** The rules by what finds them. */
    private static final class Sorted<R> {
        private final Map<String, R> domains = new HashMap<>();
        private final Map<String, R> patterns = new TreeMap<>();
        private final List<AddressTree.Entry<R>> ipv4 = new ArrayList<>();
        private final List<AddressTree.Entry<R>> ipv6 = new ArrayList<>();

        private void add(Target target, R rule) {
            switch (target) {
                case Target.Domain domain -> domains.put(domain.name(), rule);
                case Target.Pattern pattern -> patterns.put(pattern.toString(), rule);
                case Target.Address address -> add(address.range(), rule);
                case Target.Account _, Target.Digest _ ->
                    throw new IllegalArgumentException("found by equality, not here: " + target);
            }
        }

        private void add(AddressRange range, R rule) {
            String[] parts = range.toString().split("/");
            byte[] bytes = NetUtil.createByteArrayFromIpAddressString(parts[0]);
            int prefix = parts.length > 1 ? Integer.parseInt(parts[1]) : bytes.length * Byte.SIZE;
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            if (bytes.length == IPV4_BYTES) {
                ipv4.add(new AddressTree.Entry<>(leading(buffer.getInt()), 0, prefix, rule));
            } else {
                ipv6.add(new AddressTree.Entry<>(buffer.getLong(), buffer.getLong(), prefix, rule));
            }
        }
    }
}
