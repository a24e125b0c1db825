package im.gatehouse.modules.blocklist.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    private static final String ALICE_DIGEST = "7a64adf28737ea90719cbdf0b1a87a5effff3753b79c91d717f4f4153ead0498";
    private static final Jid NOBODY = Jid.parse("nobody@nowhere");

    private static boolean matches(String target, String account) {
        return Target.parse(target).matches(Jid.parse(account), null);
    }

    private static boolean holds(String target, String address) {
        return Target.parse(target).matches(NOBODY, InetAddress.ofLiteral(address));
    }

    @ParameterizedTest
    @CsvSource({
        "alice@example.org, ACCOUNT, alice@example.org",
        "Alice@Example.ORG, ACCOUNT, alice@example.org",
        "alice@example.org/phone, ACCOUNT, alice@example.org",
        "alice@example.org/*, ACCOUNT, alice@example.org",
        "a?b@example.org, ACCOUNT, a?b@example.org",
        "account:alice@example.org, ACCOUNT, alice@example.org",
        "account:a*b@example.org, ACCOUNT, account:a*b@example.org",
        "ACCOUNT:A*b@example.org/x, ACCOUNT, account:a*b@example.org",
        "example.org, DOMAIN, example.org",
        "EXAMPLE.org., DOMAIN, example.org",
        "localhost, DOMAIN, localhost",
        "xn--bcher-kva.example, DOMAIN, b\u00FCcher.example",
        "domain:example.org, DOMAIN, example.org",
        "domain:192.0.2.1, DOMAIN, domain:192.0.2.1",
        "domain:256.1.1.1, DOMAIN, domain:256.1.1.1",
        "domain:[2001:DB8::1], DOMAIN, domain:[2001:db8::1]",
        "spam*@example.org, PATTERN, spam*@example.org",
        "SPAM*@Example.ORG, PATTERN, spam*@example.org",
        "***a**b*@example.org, PATTERN, *a*b*@example.org",
        "*@*, PATTERN, *@*",
        "a?*@example.org., PATTERN, a?*@example.org",
        "alice@*.Example.org, PATTERN, alice@*.example.org",
        "*@a-*-b.example.org., PATTERN, *@a-*-b.example.org",
        "*@*.xn--bcher-kva.example, PATTERN, *@*.b\u00FCcher.example",
        "*@B\u00DCcher*, PATTERN, *@b\u00FCcher*",
        "*@*\u3002example\uFF0Eorg, PATTERN, *@*.example.org",
        "\u0420\u041E\u041C\u0415*@example.org, PATTERN, \u0440\u043E\u043C\u0435*@example.org",
        "*@[2001:DB8::1], PATTERN, *@[2001:db8::1]",
        "*a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p@x, PATTERN, *a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p@x",
        "\u05D0*1\u05D1*@example.org, PATTERN, \u05D0*1\u05D1*@example.org",
        "192.0.2.1, ADDRESS, 192.0.2.1",
        "192.0.2.1/24, ADDRESS, 192.0.2.0/24",
        "192.0.2.1/32, ADDRESS, 192.0.2.1",
        "0.0.0.0/0, ADDRESS, 0.0.0.0/0",
        "::/0, ADDRESS, ::/0",
        "2001:DB8::1/32, ADDRESS, 2001:db8::/32",
        "[2001:db8::1], ADDRESS, 2001:db8::1",
        "::ffff:192.0.2.1, ADDRESS, 192.0.2.1",
        "::ffff:192.0.2.1/120, ADDRESS, 192.0.2.0/24",
        "sha256:" + ALICE_DIGEST + ", DIGEST, sha256:" + ALICE_DIGEST,
        "SHA256:7A64ADF28737EA90719CBDF0B1A87A5EFFFF3753B79C91D717F4F4153EAD0498, DIGEST, sha256:" + ALICE_DIGEST
    })
    void aTargetIsReadAsPeopleWriteIt(String text, Target.Kind kind, String canonical) {
        Target target = Target.parse(text);
        assertEquals(kind, target.kind());
        assertEquals(canonical, target.toString());
        assertEquals(target, Target.parse(canonical));
        assertEquals(target.hashCode(), Target.parse(canonical).hashCode());
    }

    @ParameterizedTest
    @CsvSource({
        "'', the target is empty",
        "domain:, the target is empty",
        "@example.org, the part before @ is empty",
        "alice@, the domain is empty",
        "alice@example.org/, is empty",
        "account:example.org, an account has a part before @",
        "a b@example.org, the part before @ must not contain",
        "exa mple.org, the domain is not a host name",
        "example.org/phone, 'a domain has no resource, and this is no IP address'",
        "256.1.1.1, 'not an IP address: 256.1.1.1'",
        "10.0.0/8, 'not an IP address: 10.0.0'",
        "2001:db8:::1, 'not an IP address: 2001:db8:::1'",
        "fe80::1%eth0, 'not an IP address: fe80::1%eth0'",
        "10.0.0.0/33, the prefix is a whole number from 0 to 32",
        "10.0.0.0/, the prefix is a whole number from 0 to 32",
        "::1/129, the prefix is a whole number from 0 to 128",
        "sha256:, a SHA-256 digest has 64 hexadecimal digits",
        "sha256:ff8d98, a SHA-256 digest has 64 hexadecimal digits",
        "spam*, a pattern has exactly one @",
        "10.0.*, 192.0.2.0/24",
        "*@a@b, a pattern has exactly one @",
        "*@example.org/phone, a pattern has no resource",
        "*@, the domain is empty",
        "@*, the part before @ is empty",
        "*@*..org, the domain has an empty label",
        "*@*.org.., the domain has an empty label",
        "a b*@example.org, the part before @ must not contain",
        "a&*@example.org, the part before @ must not contain",
        "a\u2603*@example.org, the part before @ contains a character that is not allowed",
        "\uFF0A*@example.org, not allowed next to a *",
        "\uD800*@example.org, half a character",
        "*@exa_mple*, the domain is not a host name",
        "*@[*], the domain is not an IPv6 address",
        "*@*-.org, the domain is not a host name",
        "*@a:*, the domain is not a host name",
        "*@xn--bcher*, an encoded label",
        "spam@example.org*/x, a pattern has no resource",
        "*a*b*c*d*e*f*g*h*i*j*k*l*m*n*o*p@*.org, at most 16",
    })
    void aMistakeIsToldPlainly(String text, String message) {
        String told = assertThrows(IllegalArgumentException.class, () -> Target.parse(text)).getMessage();
        assertTrue(told.contains(message), told);
    }

    @Test
    void partsOfPatternsAreAsLongAsThoseOfAddresses() {
        assertEquals(1023 + 2, Target.parse("a".repeat(1022) + "*@*").toString().length());
        assertThrows(IllegalArgumentException.class, () -> Target.parse("a".repeat(1023) + "*@*"));
        assertThrows(IllegalArgumentException.class, () -> Target.parse("\u00FC".repeat(512) + "*@*"));
        assertThrows(IllegalArgumentException.class, () -> Target.parse("*@*" + ".abc".repeat(256)));
        assertThrows(IllegalArgumentException.class, () -> Target.parse("*".repeat(100_000) + "@*"));
    }

    @Test
    void whatIsMadeByHandIsCheckedToo() {
        assertThrows(IllegalArgumentException.class, () -> new Target.Pattern("spam", "example.org"));
        assertThrows(IllegalArgumentException.class, () -> new Target.Pattern("spam*", "a@b"));
        assertThrows(IllegalArgumentException.class, () -> new Target.Account(Jid.parse("example.org/x")));
        assertThrows(IllegalArgumentException.class, () -> new Target.Domain("*.org"));
        assertEquals("alice@example.org", new Target.Account(Jid.parse("alice@example.org/x")).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "alice@example.org, example.org",
        "example.org, example.org",
        "spam*@example.org, example.org",
        "alice@*.example.org,",
        "192.0.2.1,",
        "sha256:" + ALICE_DIGEST + ","
    })
    void theOneDomainIsKnownWhereThereIsOne(String text, String domain) {
        assertEquals(Optional.ofNullable(domain), Target.parse(text).domain());
    }

    @Test
    void anAccountIsMatchedWithAnyResource() {
        assertTrue(matches("alice@example.org", "alice@example.org/phone"));
        assertFalse(matches("alice@example.org", "bob@example.org"));
        assertFalse(matches("alice@example.org", "alice@example.net"));
        assertTrue(matches("account:a*b@example.org", "a*b@example.org"));
        assertFalse(matches("account:a*b@example.org", "axb@example.org"));
    }

    @Test
    void aDomainIsMatchedWithoutItsSubdomains() {
        assertTrue(matches("example.org", "alice@example.org/phone"));
        assertTrue(matches("example.org", "example.org"));
        assertFalse(matches("example.org", "alice@sub.example.org"));
    }

    @ParameterizedTest
    @CsvSource({
        "spam*@example.org, spam@example.org, true",
        "spam*@example.org, Spam42@EXAMPLE.org/x, true",
        "spam*@example.org, aspam@example.org, false",
        "spam*@example.org, spam@example.net, false",
        "spam*@example.org, example.org, false",
        "*@example.org, example.org, false",
        "*a*b@example.org, xaybxb@example.org, true",
        "*a*b@example.org, xaybx@example.org, false",
        "*ab@example.org, aab@example.org, true",
        "a*a@example.org, a@example.org, false",
        "a*a@example.org, aa@example.org, true",
        "a*b@example.org, a*b@example.org, true",
        "a*b@example.org, a*c@example.org, false",
        "a?*@example.org, ab@example.org, false",
        "alice@*.org, alice@a.b.org, true",
        "alice@*.org, alice@org, false",
        "*@*, a@b, true"
    })
    void aStarStandsForAnythingWithinItsPart(String pattern, String account, boolean expected) {
        assertEquals(expected, matches(pattern, account));
    }

    @Test
    void anAddressIsMatchedByWhereSomebodyComesFrom() {
        assertTrue(holds("192.0.2.0/24", "192.0.2.255"));
        assertFalse(holds("192.0.2.0/24", "192.0.3.0"));
        assertTrue(holds("0.0.0.0/0", "203.0.113.9"));
        assertFalse(holds("::/0", "203.0.113.9"));
        assertTrue(holds("2001:db8::/32", "2001:db8::1"));
        assertFalse(Target.parse("0.0.0.0/0").matches(NOBODY, null));
    }

    @Test
    void anIpv6AddressThatStandsForAnIpv4AddressIsThat() throws Exception {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xFF, (byte) 0xFF, (byte) 192, 0, 2, 1};
        InetAddress address = Inet6Address.getByAddress(null, mapped, -1);
        assertInstanceOf(Inet6Address.class, address);
        assertTrue(Target.parse("192.0.2.0/24").matches(NOBODY, address));
        assertFalse(Target.parse("::/0").matches(NOBODY, address));
    }

    @Test
    void aDigestIsThatOfAnAccountOrOfADomain() {
        assertEquals(ALICE_DIGEST, Target.Digest.of(Jid.parse("Alice@example.org/phone")).hex());
        assertTrue(matches("sha256:" + ALICE_DIGEST, "alice@example.org/phone"));
        assertFalse(matches("sha256:" + ALICE_DIGEST, "bob@example.org"));
        Target.Digest domain = Target.Digest.ofDomain("EXAMPLE.org");
        assertEquals(domain, Target.Digest.of(Jid.parse("example.org")));
        assertTrue(domain.matches(Jid.parse("bob@example.org"), null));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverIsReadIsWrittenAndReadAsTheSame(long seed) {
        Random random = new Random(seed);
        int read = 0;
        for (int i = 0; i < 6000; i++) {
            String text = text(random);
            Target target;
            try {
                target = Target.parse(text);
            } catch (IllegalArgumentException e) {
                continue;
            }
            read++;
            assertEquals(target, Target.parse(target.toString()), text);
            assertEquals(target.toString(), Target.parse(target.toString()).toString(), text);
        }
        assertTrue(read > 600, "read: " + read);
    }

    @Test
    void aHostilePatternTakesNoLongTime() {
        Target target = Target.parse("*a".repeat(15) + "*@x");
        Target other = Target.parse("*a".repeat(15) + "b@x");
        Jid account = Jid.parse("a".repeat(1023) + "@x");
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime(); // which does not grow while others have the machine
        for (int i = 0; i < 100; i++) {
            assertTrue(target.matches(account, null));
            assertFalse(other.matches(account, null));
        }
        Duration taken = Duration.ofNanos(threads.getCurrentThreadCpuTime() - before);
        assertTrue(taken.toSeconds() < 5, () -> "took " + taken);
    }

    private static String text(Random random) {
        String[] pieces = {
            "a", "B", "@", "@", "*", "*", ".", "-", "1", "9", "/", ":", "10.0.0.1", "::1", "[", "]", "xn--", "q", "account:",
            "domain:", "sha256:", "\u00FC", "\u00DC", "\u05D0", "\u0627", "\u0661", "\u0301", "\u03A3", "\u03C2", "\uFF21",
            "\uFF0A", "\u3002", "\u200D", "\u094D", "\u0915", "\uD83D\uDE00", "\u0130", "\u00DF", "\u1E9E", "\u00B7", "l",
            new String(Character.toChars(0xA1 + random.nextInt(0x3000)))
        };
        return random.ints(1 + random.nextInt(7), 0, pieces.length)
                .mapToObj(i -> pieces[i])
                .collect(Collectors.joining("", "", random.nextInt(4) == 0 ? "@b.*" : ""));
    }
}
