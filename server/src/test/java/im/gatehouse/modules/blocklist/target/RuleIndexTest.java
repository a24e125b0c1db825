package im.gatehouse.modules.blocklist.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleIndexTest {
    private static final Jid NOBODY = Jid.parse("nobody@nowhere");

    /** An index whose rules are the targets themselves. */
    private static RuleIndex<Target> index(Stream<String> targets) {
        return index(targets.map(Target::parse).collect(Collectors.toSet()));
    }

    private static RuleIndex<Target> index(Set<Target> targets) {
        return RuleIndex.of(targets.stream().collect(Collectors.toMap(Function.identity(), Function.identity())));
    }

    private static List<String> texts(List<Target> targets) {
        return targets.stream().map(Target::toString).toList();
    }

    private static Target parse(String text) {
        return Target.parse(text);
    }

    @Test
    void thePatternsOfAnAccountAreFoundAndItsDomainLast() {
        RuleIndex<Target> index = index(Stream.of(
                "spam*@example.org", "*m*@example.org", "*@*.org", "spam@*", "ham*@example.org", "example.org",
                "example.net"));
        assertEquals(7, index.size());
        assertEquals(
                List.of("*@*.org", "*m*@example.org", "spam*@example.org", "spam@*", "example.org"),
                texts(index.byAccount(Jid.parse("spam@example.org/phone"))));
        assertEquals(List.of("example.net"), texts(index.byAccount(Jid.parse("a@example.net"))));
        assertEquals(List.of("example.org"), texts(index.byAccount(Jid.parse("example.org"))));
    }

    @Test
    void theRangesOfAnAddressAreFoundInnermostFirst() {
        RuleIndex<Target> index = index(Stream.of(
                "0.0.0.0/0", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "10.2.0.0/16", "::/0", "2001:db8::/32",
                "2001:db8::1", "255.255.255.255"));
        assertEquals(List.of("10.1.2.3", "10.1.0.0/16", "10.0.0.0/8", "0.0.0.0/0"), found(index, "10.1.2.3"));
        assertEquals(List.of("10.0.0.0/8", "0.0.0.0/0"), found(index, "10.255.0.1"));
        assertEquals(List.of("0.0.0.0/0"), found(index, "9.255.255.255"));
        assertEquals(List.of("255.255.255.255", "0.0.0.0/0"), found(index, "255.255.255.255"));
        assertEquals(List.of("2001:db8::1", "2001:db8::/32", "::/0"), found(index, "2001:db8::1"));
        assertEquals(List.of("::/0"), found(index, "ffff::"));
    }

    private static List<String> found(RuleIndex<Target> index, String address) {
        return texts(index.byAddress(InetAddress.ofLiteral(address)));
    }

    @Test
    void anIpv6AddressThatStandsForAnIpv4AddressIsThat() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xFF, (byte) 0xFF, (byte) 192, 0, 2, 1};
        RuleIndex<Target> index = index(Stream.of("192.0.2.0/24", "::/0"));
        assertEquals(
                List.of("192.0.2.0/24"), texts(index.byAddress(Inet6Address.getByAddress(null, mapped, -1))));
    }

    @Test
    void whereThereIsNothingNothingIsFound() {
        RuleIndex<Target> index = index(Stream.of());
        assertEquals(0, index.size());
        assertSame(List.of(), index.byAccount(NOBODY));
        assertSame(List.of(), index.byAddress(InetAddress.ofLiteral("::1")));
        RuleIndex<Target> full = index(Stream.of("a*@nowhere", "somewhere", "10.0.0.0/8", "::1"));
        assertSame(List.of(), full.byAccount(NOBODY));
        assertSame(List.of(), full.byAddress(InetAddress.ofLiteral("11.0.0.0")));
        assertSame(List.of(), full.byAddress(InetAddress.ofLiteral("::")));
    }

    @Test
    void whatIsFoundByEqualityIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> index(Stream.of("alice@example.org")));
        Target digest = Target.Digest.ofDomain("example.org");
        assertThrows(IllegalArgumentException.class, () -> index(Set.of(digest)));
    }

    @Test
    void theMapMayChangeAfterwards() {
        Map<Target, String> rules = new HashMap<>(Map.of(parse("*@a"), "pattern", parse("b"), "domain"));
        RuleIndex<String> index = RuleIndex.of(rules);
        rules.clear();
        assertEquals(2, index.size());
        assertEquals(List.of("pattern"), index.byAccount(Jid.parse("x@a")));
        assertEquals(List.of("domain"), index.byAccount(Jid.parse("x@b")));
    }

    /** Few characters and short texts, so that much matches in many ways; some names have a real *. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 30, 300, 2000})
    void patternsAreFoundAsTheSimpleWayFindsThem(int size) {
        Random random = new Random(size);
        int matched = 0;
        for (int round = 0; round < rounds(size); round++) {
            Set<Target> targets = new HashSet<>();
            for (int i = 0; i < size; i++) {
                targets.add(random.nextInt(10) == 0
                        ? new Target.Domain(word(random, "ab", 3))
                        : pattern(random));
            }
            RuleIndex<Target> index = index(targets);
            for (int i = 0; i < 40; i++) {
                Jid account = Jid.parse(word(random, "abc*", 7) + '@' + word(random, "ab", 4));
                List<Target> found = index.byAccount(account);
                assertSameElements(targets.stream().filter(t -> t.matches(account, null)), found, account);
                matched += found.size();
            }
        }
        assertTrue(matched > 0);
    }

    /** As many as take about the same time. */
    private static int rounds(int size) {
        return Math.clamp(10_000 / size, 8, 50);
    }

    private static void assertSameElements(Stream<Target> expected, List<Target> found, Object of) {
        assertEquals(
                expected.map(Target::toString).sorted().toList(),
                found.stream().map(Target::toString).sorted().toList(),
                of::toString);
    }

    private static Target pattern(Random random) {
        String local = word(random, "aabbc***", 7);
        String host = word(random, "ab*", 4);
        return new Target.Pattern(local, local.indexOf('*') < 0 ? host + '*' : host);
    }

    private static String word(Random random, String alphabet, int most) {
        return random.ints(1 + random.nextInt(most), 0, alphabet.length())
                .mapToObj(i -> String.valueOf(alphabet.charAt(i)))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 30, 300, 2000})
    void rangesAreFoundAsTheSimpleWayFindsThem(int size) throws UnknownHostException {
        Random random = new Random(size);
        int matched = 0;
        for (int round = 0; round < rounds(size); round++) {
            Set<Target> targets = new HashSet<>();
            for (int i = 0; i < size; i++) {
                InetAddress start = address(random);
                int bits = start.getAddress().length * 8;
                targets.add(Target.parse(start.getHostAddress() + '/' + random.nextInt(bits + 1)));
            }
            RuleIndex<Target> index = index(targets);
            for (int i = 0; i < 100; i++) {
                InetAddress address = address(random);
                List<Target> found = index.byAddress(address);
                assertSameElements(targets.stream().filter(t -> t.matches(NOBODY, address)), found, address);
                assertEquals(found.stream().sorted((a, b) -> prefix(b) - prefix(a)).toList(), found);
                matched += found.size();
            }
        }
        assertTrue(matched > 0);
    }

    /** Of each byte only the outer bits vary, and of few bytes: neighbours and nests are frequent. */
    private static InetAddress address(Random random) throws UnknownHostException {
        byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
        for (int i = 0; i < 4; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) (random.nextInt(4) * 0x55 & 0x81);
        }
        return InetAddress.getByAddress(bytes);
    }

    private static int prefix(Target target) {
        String text = target.toString();
        int slash = text.indexOf('/');
        return slash < 0 ? 128 : Integer.parseInt(text.substring(slash + 1));
    }

    @Test
    void tenThousandPatternsCostNoMoreThanAHundred() {
        for (String form : List.of("spam%d*@example.org", "*bad%d*@example.org")) {
            RuleIndex<Target> some = index(IntStream.range(0, 100).mapToObj(form::formatted));
            RuleIndex<Target> many = index(IntStream.range(0, 10_000).mapToObj(form::formatted));
            for (String name : List.of("alice", "spammer", "spam99", "notbad99", "badbad55bad77", "spam123spam", "b")) {
                Jid account = Jid.parse(name + "@example.org");
                // Each digit leads to one more place, and each place that was reached is looked at for each character.
                assertTrue(many.patternSteps(account) <= 3 * some.patternSteps(account) + 3 * name.length(), name);
                assertTrue(many.patternSteps(account) <= 250, () -> name + ": " + many.patternSteps(account));
            }
        }
    }

    @Test
    void allTenThousandPatternsAreFoundByTheirOwn() {
        RuleIndex<Target> index = index(IntStream.range(0, 10_000).mapToObj("*bad%d*@example.org"::formatted));
        assertEquals(
                List.of("*bad1*@example.org", "*bad12*@example.org", "*bad123*@example.org", "*bad1234*@example.org"),
                texts(index.byAccount(Jid.parse("notbad1234@example.org"))));
        for (int i = 0; i < 10_000; i++) {
            Target target = parse("*bad" + i + "*@example.org");
            assertTrue(index.byAccount(Jid.parse("x-bad" + i + "-@example.org")).contains(target));
        }
    }

    @Test
    void aHostilePatternCostsNoMoreThanItsPlacesForEachCharacter() {
        String pattern = "*a".repeat(15) + "*@" + "b";
        RuleIndex<Target> index = index(Stream.of(pattern));
        Jid account = Jid.parse("a".repeat(1023) + "@b");
        assertEquals(1, index.byAccount(account).size());
        assertTrue(index.patternSteps(account) <= 1025 * pattern.length());
    }

    @Test
    void longChainsOfPatternsThatBeginAlikeAreFound() {
        RuleIndex<Target> index = index(IntStream.rangeClosed(1, 1022).mapToObj(i -> "a".repeat(i) + "*@b"));
        assertEquals(1022, index.byAccount(Jid.parse("a".repeat(1023) + "@b")).size());
        assertEquals(10, index.byAccount(Jid.parse("a".repeat(10) + "@b")).size());
    }
}
