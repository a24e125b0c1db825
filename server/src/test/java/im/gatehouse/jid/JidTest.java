package im.gatehouse.jid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.text.Normalizer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JidTest {
    /** RFC 7622 section 3.5, table 1. */
    static Stream<Arguments> addressesThatTheRfcCallsValid() {
        return Stream.of(
                Arguments.of("juliet@example.com", "juliet", "example.com", ""),
                Arguments.of("juliet@example.com/foo", "juliet", "example.com", "foo"),
                Arguments.of("juliet@example.com/foo bar", "juliet", "example.com", "foo bar"),
                Arguments.of("juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar"),
                Arguments.of("foo\\20bar@example.com", "foo\\20bar", "example.com", ""),
                Arguments.of("fussball@example.com", "fussball", "example.com", ""),
                Arguments.of("fu\u00DFball@example.com", "fu\u00DFball", "example.com", ""),
                Arguments.of("\u03C0@example.com", "\u03C0", "example.com", ""),
                Arguments.of("\u03A3@example.com/foo", "\u03C3", "example.com", "foo"),
                Arguments.of("\u03C3@example.com/foo", "\u03C3", "example.com", "foo"),
                Arguments.of("\u03C2@example.com/foo", "\u03C2", "example.com", "foo"),
                Arguments.of("king@example.com/\u265A", "king", "example.com", "\u265A"),
                Arguments.of("example.com", "", "example.com", ""),
                Arguments.of("example.com/foobar", "", "example.com", "foobar"),
                Arguments.of("a.example.com/b@example.net", "", "a.example.com", "b@example.net"));
    }

    @ParameterizedTest
    @MethodSource("addressesThatTheRfcCallsValid")
    void anAddressThatTheRfcCallsValidIsRead(String text, String local, String domain, String resource) {
        Jid jid = Jid.parse(text);
        assertEquals(List.of(local, domain, resource), List.of(jid.local(), jid.domain(), jid.resource()));
        assertEquals(jid, Jid.parse(jid.toString()));
        assertEquals(jid, Jid.of(local, domain, resource));
    }

    /** RFC 7622 section 3.5, table 2, without its leading space in a resource, which section 3.4 itself allows. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"juliet\"@example.com",
                "foo bar@example.com",
                "@example.com/",
                "henry\u2163@example.com",
                "\u265A@example.com",
                "juliet@",
                "/foobar"
            })
    void anAddressThatTheRfcCallsInvalidIsRefused(String text) {
        assertThrows(InvalidJidException.class, () -> Jid.parse(text));
    }

    @Test
    void aResourceMayBeginWithASpace() {
        assertEquals(" foo", Jid.parse("juliet@example.com/ foo").resource());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "/",
                "@/",
                "@example.com",
                "example.com/",
                "a@example.com/",
                "a@b@example.com",
                "a@.",
                ".",
                "..",
                "a..b",
                ".example.com",
                "example.com..",
                "-a.example.com",
                "a-.example.com",
                "a_b.example.com",
                "exa mple.com",
                "example.com\u0000",
                "xn--a.example.com",
                "\u265A.example.com",
                "a\u200Db.example.com",
                "a\u0640b.example.com",
                "\u05D0a.example.com",
                "[::1",
                "[::1]a",
                "[]",
                "[",
                "[::1%1]",
                "[1.2.3.4]",
                "[example.com]",
                "[:::]",
                "[1:2:3:4:5:6:7]",
                "a&b@example.com",
                "a'b@example.com",
                "a:b@example.com",
                "a<b@example.com",
                "a>b@example.com",
                "a\tb@example.com",
                "a\u007Fb@example.com",
                "a\uFF20b@example.com",
                "a\uFF0Fb@example.com",
                "a\uD800b@example.com",
                "a@example.com/\uDC00",
                "a@example.com/\u0007",
                "a@example.com/\u007F",
                "a@example.com/a\u200Bb",
            })
    void anAddressThatBreaksARuleIsRefusedWithWords(String text) {
        InvalidJidException refusal = assertThrows(InvalidJidException.class, () -> Jid.parse(text));
        assertTrue(refusal.getMessage().startsWith("the "), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"", "&", "'", "/", ":", "<", ">", "@", " "})
    void aForbiddenCharacterIsRefusedInALocalPartThatIsGivenAsSuch(String character) {
        assertThrows(InvalidJidException.class, () -> Jid.of("a" + character + "b", "example.com"));
        assertThrows(InvalidJidException.class, () -> Jid.of("\u00FC" + character + "b", "example.com"));
    }

    @Test
    void capitalLettersOfLocalPartAndDomainBecomeSmall() {
        assertEquals("juliet@example.com/Balcony", Jid.parse("JuLieT@Example.COM/Balcony").toString());
        assertEquals("\u00FCbung@example.com", Jid.parse("\u00DCBUNG@example.com").toString());
    }

    @Test
    void wideLettersBecomePlainOnes() {
        assertEquals("abc@example.com", Jid.parse("\uFF21\uFF42\uFF43@example.com").toString());
    }

    @Test
    void decomposedCharactersAreComposed() {
        String composed = "\u00E9t\u00E9@\u00E9t\u00E9.example/\u00E9t\u00E9";
        assertEquals(composed, Jid.parse(Normalizer.normalize(composed, Normalizer.Form.NFD)).toString());
    }

    @Test
    void otherSpacesInAResourceBecomePlainOnes() {
        assertEquals("a b", Jid.parse("example.com/a\u3000b").resource());
    }

    @Test
    void anEncodedDomainIsTheSameAsItsUnicodeForm() {
        Jid unicode = Jid.parse("b\u00FCcher.example");
        assertEquals(unicode, Jid.parse("xn--bcher-kva.example"));
        assertEquals(unicode, Jid.parse("XN--BCHER-KVA.Example"));
        assertEquals(unicode, Jid.parse("B\u00DCCHER.example"));
        assertEquals("b\u00FCcher.example", unicode.toString());
    }

    @Test
    void sharpSAndFinalSigmaAreNotMappedAway() {
        assertEquals("stra\u00DFe.example", Jid.parse("stra\u00DFe.example").domain());
        String lot = "\u03B2\u03CC\u03BB\u03BF\u03C2.example";
        assertEquals(lot, Jid.parse(lot).domain());
    }

    @Test
    void aDotAtTheEndOfADomainIsRemoved() {
        assertEquals("example.com", Jid.parse("example.com.").toString());
        assertEquals("a@example.com/b", Jid.parse("a@example.com./b").toString());
        assertEquals("b\u00FCcher.example", Jid.parse("b\u00FCcher.example\u3002").toString());
    }

    @Test
    void ipAddressesAreDomains() {
        assertEquals("127.0.0.1", Jid.parse("a@127.0.0.1/b").domain());
        assertEquals("[::1]", Jid.parse("a@[::1]/b").domain());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[2001:db8::1]", "[2001:DB8::1]", "[2001:0db8:0:0:0:0:0:1]", "[2001:db8::0.0.0.1]"})
    void everyWritingOfAnIpv6AddressIsTheSameDomain(String text) {
        assertEquals("[2001:db8::1]", Jid.parse(text).domain());
    }

    @Test
    void ipv6AddressesLeaveOutTheFirstOfTheLongestRunsOfZeros() {
        assertEquals("[::]", Jid.parse("[0:0:0:0:0:0:0:0]").domain());
        assertEquals("[1:0:0:2::3]", Jid.parse("[1:0:0:2:0:0:0:3]").domain());
        assertEquals("[1::2:0:0:3:4]", Jid.parse("[1:0:0:2:0:0:3:4]").domain());
        assertEquals("[1:0:2:3:4:5:6:7]", Jid.parse("[1:0:2:3:4:5:6:7]").domain());
        assertEquals("[1::]", Jid.parse("[1:0:0:0:0:0:0:0]").domain());
        assertEquals("[::ffff:192.0.2.1]", Jid.parse("[::FFFF:192.0.2.1]").domain());
    }

    @Test
    void aPartMayHave1023BytesAndNoMore() {
        assertEquals(1023, Jid.of("a".repeat(1023), "example.com").local().length());
        assertEquals(1023, Jid.of("a", "example.com", "b".repeat(1023)).resource().length());
        assertThrows(InvalidJidException.class, () -> Jid.of("a".repeat(1024), "example.com"));
        assertThrows(InvalidJidException.class, () -> Jid.of("a", "example.com", "b".repeat(1024)));
        assertThrows(InvalidJidException.class, () -> Jid.ofDomain("a.".repeat(511) + "ab"));
        assertThrows(InvalidJidException.class, () -> Jid.of("a", "example.com", "b".repeat(1_000_000)));
    }

    @Test
    void lengthIsThatOfThePreparedPartInUtf8() {
        assertEquals(511, Jid.of("\u00FC".repeat(511), "example.com").local().length());
        assertThrows(InvalidJidException.class, () -> Jid.of("\u00FC".repeat(512), "example.com"));
        assertEquals(255, Jid.of("a", "example.com", "\uD83D\uDE00".repeat(255)).resource().length() / 2);
        assertThrows(InvalidJidException.class, () -> Jid.of("a", "example.com", "\uD83D\uDE00".repeat(256)));
        assertEquals(500, Jid.of("u\u0308".repeat(500), "example.com").local().length());
    }

    @Test
    void aLabelMayHave63Characters() {
        assertEquals(71, Jid.ofDomain("a".repeat(63) + ".example").domain().length());
        assertThrows(InvalidJidException.class, () -> Jid.ofDomain("a".repeat(64) + ".example"));
    }

    @Test
    void theBareAddressHasNoResource() {
        Jid full = Jid.parse("juliet@example.com/balcony");
        assertTrue(full.isFull());
        assertEquals(Jid.parse("juliet@example.com"), full.bare());
        assertTrue(full.bare().isBare());
        assertSame(full.bare(), full.bare().bare());
        assertEquals("juliet@example.com", full.bare().toString());
    }

    @Test
    void aResourceCanBeExchanged() {
        Jid jid = Jid.parse("juliet@example.com/balcony");
        assertEquals(Jid.parse("juliet@example.com/chamber"), jid.withResource("chamber"));
        assertEquals(jid.bare(), jid.withResource(""));
        assertThrows(InvalidJidException.class, () -> jid.withResource("\u0000"));
    }

    @Test
    void aPlainAddressKeepsTheTextItWasReadFrom() {
        String text = "juliet@example.com/balcony";
        assertSame(text, Jid.parse(text).toString());
    }

    @Test
    void addressesDifferWhenAPartDiffers() {
        Jid jid = Jid.parse("a@b/c");
        assertNotEquals(jid, Jid.parse("x@b/c"));
        assertNotEquals(jid, Jid.parse("a@x/c"));
        assertNotEquals(jid, Jid.parse("a@b/x"));
        assertNotEquals(jid, Jid.parse("a@b/C"));
        assertEquals(jid.hashCode(), Jid.of("A", "B", "c").hashCode());
        assertFalse(jid.equals(null));
    }

    @Test
    void addressesAreOrderedByDomainThenLocalPartThenResource() {
        List<Jid> ordered = Stream.of("a", "a/r", "b@a", "b@a/r", "b@a/s", "a@b").map(Jid::parse).toList();
        assertEquals(ordered, ordered.reversed().stream().sorted().toList());
    }

    @Test
    void anAddressThatIsReadAgainIsTheSame() {
        Random random = new Random(7622);
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            String text = randomPart(random) + '@' + randomPart(random) + '/' + randomPart(random);
            Jid jid;
            try {
                jid = Jid.parse(text);
            } catch (InvalidJidException expected) {
                continue;
            }
            read++;
            assertEquals(jid, Jid.parse(jid.toString()), text);
            assertEquals(jid, Jid.of(jid.local(), jid.domain(), jid.resource()), text);
        }
        assertTrue(read > 500, () -> "too few addresses were valid");
    }

    private static String randomPart(Random random) {
        String alphabet = "aA0.-\u00E9\u0301\u00DF\u03A3\u03C2\u0130\u0131\u1E9E\uFF21\uFF41\u3002"
                + "\u30A2\uFF71\u05D0\u0660\u200D\u0915\u094D\u1E00\u0345\u01C4\uAB70\u13A0";
        StringBuilder part = new StringBuilder();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            part.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return part.toString();
    }
}
