package im.gatehouse.bench;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.blocklist.target.RuleIndex;
import im.gatehouse.modules.blocklist.target.Target;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How long it takes a sign-in to find its rules among many: half of them patterns, a quarter each ranges of IPv4 and
 * of IPv6. {@code main} tells how much memory the index keeps for each rule.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BlocklistBenchmark {
    @Param({"10", "10000"})
    public int rules;

    private Map<Target, Integer> targets = Map.of();
    private RuleIndex<Integer> index = RuleIndex.of(targets);
    private Jid stranger = Jid.parse("juliet.capulet@example.org/balcony");
    private Jid beginsBadly = Jid.parse("spam2nobody@example.org");
    private Jid containsBadly = Jid.parse("a.verybad2.name@example.org");
    private Jid longest = Jid.parse("bad2".repeat(255) + "@example.org");
    private InetAddress freeIpv4 = InetAddress.ofLiteral("198.51.100.7");
    private InetAddress blockedIpv4 = InetAddress.ofLiteral("10.0.1.77");
    private InetAddress freeIpv6 = InetAddress.ofLiteral("fd00::1");
    private InetAddress blockedIpv6 = InetAddress.ofLiteral("2001:db8:1::77");

    public static void main(String[] args) {
        Map<Target, Integer> targets = targets(10_000);
        // The first one loads classes.
        RuleIndex<Integer> first = RuleIndex.of(targets);
        long before = liveHeap();
        RuleIndex<Integer> index = RuleIndex.of(targets);
        long after = liveHeap();
        System.out.printf("%d bytes for each of %d rules, without the rules and their targets%n",
                (after - before) / index.size(), first.size());
        long withTargets = liveHeap();
        Map<Target, Integer> again = targets(10_000);
        System.out.printf("%d bytes for each target in a hash map%n", (liveHeap() - withTargets) / again.size());
        // Both are needed until here, or they would not count.
        System.out.printf("rules: %d, %d, %d%n", targets.size(), index.size(), again.size());
    }

    @Setup
    public void build() {
        targets = targets(rules);
        index = RuleIndex.of(targets);
    }

    @Benchmark
    public List<Integer> accountMiss() {
        return index.byAccount(stranger);
    }

    @Benchmark
    public List<Integer> accountHitAtTheBeginning() {
        return index.byAccount(beginsBadly);
    }

    @Benchmark
    public List<Integer> accountHitInTheMiddle() {
        return index.byAccount(containsBadly);
    }

    /** The local part has 1020 characters, and each of them brings something back to life. */
    @Benchmark
    public List<Integer> accountHitAtWorst() {
        return index.byAccount(longest);
    }

    @Benchmark
    public List<Integer> ipv4Miss() {
        return index.byAddress(freeIpv4);
    }

    @Benchmark
    public List<Integer> ipv4Hit() {
        return index.byAddress(blockedIpv4);
    }

    @Benchmark
    public List<Integer> ipv6Miss() {
        return index.byAddress(freeIpv6);
    }

    @Benchmark
    public List<Integer> ipv6Hit() {
        return index.byAddress(blockedIpv6);
    }

    @Benchmark
    public RuleIndex<Integer> buildIndex() {
        return RuleIndex.of(targets);
    }

    private static Map<Target, Integer> targets(int rules) {
        Map<Target, Integer> targets = new HashMap<>();
        for (int i = 0; i < rules / 4 + 1 && targets.size() < rules; i++) {
            targets.put(Target.parse("spam" + i + "*@example.org"), i);
            targets.put(Target.parse("*bad" + i + "*@example.org"), i);
            targets.put(Target.parse("10." + i / 256 + '.' + i % 256 + ".0/24"), i);
            targets.put(Target.parse("2001:db8:" + Integer.toHexString(i) + "::/48"), i);
        }
        return targets;
    }

    private static long liveHeap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 4; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
