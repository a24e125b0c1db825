package im.gatehouse.xml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.xml.XmlException.Condition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XmlReaderTest {
    private static final XmlReader.Limits LIMITS = XmlReader.Limits.AFTER_SIGN_IN;
    private static final String HEADER =
            "<stream:stream xmlns='jabber:client' xmlns:stream='" + Namespaces.STREAM + "'>";

    private final Recorder recorder = new Recorder();
    private final XmlReader reader = new XmlReader(LIMITS, recorder);

    // What a stream is made of

    @Test
    void aStreamIsAHeaderStanzasAndAnEnd() throws XmlException {
        feed("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" + Namespaces.STREAM
                + "' to='example.com' version='1.0' xml:lang='en'>");
        feed("<message to='a@b'><body>Hi</body></message> \n <presence/>");
        feed("</stream:stream>\n");
        assertEquals(
                List.of(
                        "opened <stream:stream xmlns:stream='http://etherx.jabber.org/streams' to='example.com'"
                                + " version='1.0' xml:lang='en'/> in jabber:client",
                        "element <message xmlns='jabber:client' to='a@b'><body>Hi</body></message>",
                        "element <presence xmlns='jabber:client'/>",
                        "closed"),
                recorder.events);
    }

    @Test
    void aHeaderThatIsAnEmptyElementOpensAndClosesTheStream() throws XmlException {
        feed("<stream/>");
        assertEquals(List.of("opened <stream/> in ", "closed"), recorder.events);
    }

    @Test
    void whitespaceBeforeTheDeclarationOfAStreamIsAllowed() throws XmlException {
        feed(" \n<?xml version='1.0'?><a>");
        assertEquals(List.of("opened <a/> in "), recorder.events);
    }

    @Test
    void prefixesOfTheHeaderHoldInAllStanzas() throws XmlException {
        feed("<s:stream xmlns='jabber:server' xmlns:s='urn:s' xmlns:db='urn:db'><db:result db:a='1'/>"
                + "<x xmlns:db='urn:x'/><db:verify/>");
        assertEquals("urn:db", recorder.elements.get(0).namespace());
        assertEquals("1", recorder.elements.get(0).attribute("urn:db", "a"));
        assertEquals("jabber:server", recorder.elements.get(1).namespace());
        assertEquals("urn:db", recorder.elements.get(2).namespace());
    }

    @Test
    void keepAliveWhitespaceCostsNothing() throws XmlException {
        feed(HEADER);
        for (int i = 0; i < 1000; i++) {
            feed(" ".repeat(1000));
        }
        feed("<a/>");
        assertEquals(1, recorder.elements.size());
    }

    @Test
    void textBetweenStanzasIsBadFormat() throws XmlException {
        feed(HEADER);
        assertRefused(Condition.BAD_FORMAT, "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00E9", "&#32;", "<![CDATA[ ]]>", "<![CDATA["})
    void otherTextBetweenStanzasIsBadFormatToo(String text) throws XmlException {
        feed(HEADER);
        assertRefused(Condition.BAD_FORMAT, text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "</a>", "&#32;", "<a/><b/>", "<a></a>x", "<>", "< a/>", "\uFEFF<a/>"})
    void textOrSecondRootsOutsideTheRootAreNotWellFormed(String document) {
        assertRefused(Condition.NOT_WELL_FORMED, document);
    }

    // What is refused

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE a>",
                "<!-- x --><a/>",
                "<a><!-- x --></a>",
                "<a><?x y?></a>",
                "<?x y?><a/>",
                "<?xml-stylesheet href='x'?><a/>",
                "<a/><!-- x -->",
                "<a/><?x?>",
                "<a>&nbsp;</a>",
                "<a b='&foo;'/>",
                "<a>&ampamp;</a>",
                "<a>&xxxxxxxxxxxxxxamp;</a>",
                "<a>&LT;</a>",
                "<a/><?xml version='1.0'?>",
                "<a><?xml version='1.0'?></a>",
                "<?xml version='1.0'?><?xml version='1.0'?><a/>",
                " <?xml version='1.0'?><a/>",
                "<?xml?><a/>"
            })
    void whatStreamsDoNotAllowIsRestrictedXml(String document) {
        assertConditionOf(document, Condition.RESTRICTED_XML);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a></b>",
                "<a></a b>",
                "<a></A>",
                "<p:a xmlns:p='u' xmlns:q='u'></q:a>",
                "<p:a/>",
                "<a p:b=''/>",
                "<a xmlns:p=''/>",
                "<a b='1' b='2'/>",
                "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>",
                "<a xmlns='u' xmlns='u'/>",
                "<a xmlns:p='u' xmlns:p='u'/>",
                "<a xmlns:xml='u'/>",
                "<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>",
                "<a xmlns='http://www.w3.org/XML/1998/namespace'/>",
                "<a xmlns:xmlns='u'/>",
                "<a xmlns:xmlns='http://www.w3.org/2000/xmlns/'/>",
                "<a xmlns:p='http://www.w3.org/2000/xmlns/'/>",
                "<a xmlns='http://www.w3.org/2000/xmlns/'/>",
                "<xmlns:a/>",
                "<a>]]></a>",
                "<a>x]]]></a>",
                "<a b='<'/>",
                "<a b/>",
                "<a b=c/>",
                "<a b='c'd='e'/>",
                "<a b='c' /x>",
                "<a / >",
                "<a b='c\"/>",
                "<1a/>",
                "<-a/>",
                "<a 1=''/>",
                "<:a/>",
                "<a:/>",
                "<a:b:c xmlns:a='u'/>",
                "<a:1 xmlns:a='u'/>",
                "<a:\u00B7 xmlns:a='u'/>",
                "<\u00D7/>",
                "<a\u00D7/>",
                "<a>&</a>",
                "<a>& </a>",
                "<a>&;</a>",
                "<a>&amp</a>",
                "<a>&#;</a>",
                "<a>&#x;</a>",
                "<a>&#X41;</a>",
                "<a>&#xg;</a>",
                "<a>&#-65;</a>",
                "<a>&#0;</a>",
                "<a>&#8;</a>",
                "<a>&#xD800;</a>",
                "<a>&#xFFFE;</a>",
                "<a>&#x110000;</a>",
                "<a>&#99999999999999999999999;</a>",
                "<a>\u0000</a>",
                "<a>\u001F</a>",
                "<a>\uFFFE</a>",
                "<a b='\u0001'/>",
                "<a><![CDATA[\u0002]]></a>",
                "<a",
                "<a>",
                "<a></a",
                "<a/><",
                "",
                "  ",
                "<?xml encoding='UTF-8'?><a/>",
                "<?xml version='1.1'?><a/>",
                "<?xml version='1.0' ><a/>",
                "<?xml version='1.0' standalone='maybe'?><a/>",
                "<?xml version='1.0'encoding='UTF-8'?><a/>",
                "<?xml version='1.0' encoding='UTF-8\"?><a/>",
                "<?xml version='1.0' <a/>",
            })
    void whatXmlDoesNotAllowIsNotWellFormed(String document) {
        assertConditionOf(document, Condition.NOT_WELL_FORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latin1", "UTF-16", "US-ASCII"})
    void anotherEncodingThanUtf8IsUnsupported(String encoding) {
        assertConditionOf("<?xml version='1.0' encoding='" + encoding + "'?><a/>", Condition.UNSUPPORTED_ENCODING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "utf-8", "Utf-8"})
    void utf8IsSupportedInAnyCase(String encoding) throws XmlException {
        assertEquals(Element.of("a", ""), parse("<?xml version='1.0' encoding='" + encoding + "'?><a/>"));
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_WELL_FORMED, not-well-formed, ''",
        "RESTRICTED_XML, restricted-xml, ''",
        "UNSUPPORTED_ENCODING, unsupported-encoding, ''",
        "BAD_FORMAT, bad-format, ''",
        "BAD_NAMESPACE_PREFIX, bad-namespace-prefix, ''",
        "STANZA_TOO_BIG, policy-violation, stanza-too-big"
    })
    void conditionsHaveTheNamesOfTheRfc(Condition condition, String name, String applicationName) {
        assertEquals(name, condition.xmlName());
        assertEquals(applicationName, condition.applicationName());
    }

    @Test
    void afterAnErrorEverythingIsRefused() throws XmlException {
        feed(HEADER);
        assertRefused(Condition.RESTRICTED_XML, "<!--");
        assertRefused(Condition.RESTRICTED_XML, "<a/>");
        reader.reset();
        assertRefused(Condition.RESTRICTED_XML, HEADER);
        assertEquals(0, recorder.elements.size());
    }

    // UTF-8

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00", "01", "0B", "1F", "80", "BF", "C080", "C1BF", "C241", "C2", "DF", "E08080", "E09FBF", "E0A0",
                "E0A041", "EDA080", "EDBFBF", "EFBFBE", "EFBFBF", "F0808080", "F08FBFBF", "F09080", "F4908080",
                "F5808080", "F8888080",                "FC", "FE", "FF", "FFFE", "FEFF", "C3A9C3", "E282AC80"
            })
    void bytesThatAreNotStrictUtf8AreNotWellFormed(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        String[][] places = {
            {"<a>", "</a>"}, {"<a b='", "'/>"}, {"<a><![CDATA[", "]]></a>"}, {"<a", "/>"}, {"<a ", "=''/>"},
            {"", "<a/>"}
        };
        for (String[] around : places) {
            ByteArrayOutputStream document = new ByteArrayOutputStream();
            document.writeBytes(utf8(around[0]));
            document.writeBytes(bytes);
            document.writeBytes(utf8(around[1]));
            XmlException e = assertThrows(XmlException.class, () -> XmlReader.parse(document.toByteArray(), LIMITS));
            assertEquals(Condition.NOT_WELL_FORMED, e.condition());
        }
    }

    @Test
    void badBytesBetweenStanzasAreNotWellFormed() throws XmlException {
        feed(HEADER);
        XmlException e = assertThrows(XmlException.class, () -> reader.feed(new byte[] {(byte) 0xC0}));
        assertEquals(Condition.NOT_WELL_FORMED, e.condition());
    }

    @Test
    void everyCharacterThatXmlAllowsIsRead() throws XmlException {
        for (int c = 0x20; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 61) {
            if (XmlCharacters.isCharacter(c) && "<&".indexOf(c) < 0) {
                String text = Character.toString(c);
                assertEquals(text, parse("<a>" + text + "</a>").text());
                assertEquals(text, parse("<a>&#" + c + ";</a>").text());
                assertEquals(text, parse("<a>&#x" + Integer.toHexString(c) + ";</a>").text());
            }
        }
    }

    @Test
    void namesMayHaveTheCharactersOfTheFifthEdition() throws XmlException {
        int[] starts = {
            0xC0, 0x2FF, 0x370, 0x200C, 0x2070, 0x2C00, 0x3001, 0xF900, 0xFDF0, 0xFFFD, 0x10000, 0xEFFFF
        };
        for (int c : starts) {
            String name = Character.toString(c) + "\u00B7\u0300\u203F-.9";
            assertEquals(name, parse("<" + name + " " + name + "=''></" + name + ">").name());
        }
    }

    // What text and values become

    @Test
    void cdataSectionsAreText() throws XmlException {
        Element element = parse("<a>x<![CDATA[<&]]]><![CDATA[]]]]><![CDATA[>]]>y</a>");
        assertEquals(List.of(new Text("x<&]]]>y")), element.content());
    }

    @Test
    void referencesAreResolved() throws XmlException {
        assertEquals("<>&'\"Aa\uD83D\uDE00", parse("<a>&lt;&gt;&amp;&apos;&quot;&#65;&#x61;&#x1F600;</a>").text());
        assertEquals("<\n", parse("<a b='&lt;&#10;'/>").attribute("b"));
    }

    @Test
    void lineEndsBecomeLineFeeds() throws XmlException {
        assertEquals("a\nb\nc\n\nd\n\re", parse("<a>a\r\nb\rc\r\rd\n&#13;e</a>").text());
        assertEquals("\n\n", parse("<a>\r<![CDATA[\n]]></a>").text());
    }

    @Test
    void whitespaceInValuesBecomesSpaces() throws XmlException {
        assertEquals("a b c  d\t\n\r", parse("<a b='a\r\nb\tc\r\rd&#9;&#10;&#13;'/>").attribute("b"));
    }

    @Test
    void elementsWithoutTextHaveNone() throws XmlException {
        assertEquals(List.of(), parse("<a><![CDATA[]]></a>").content());
    }

    @Test
    void namespacesFollowPrefixesAndDefaults() throws XmlException {
        Element root = parse("<p:a xmlns:p='u1' xmlns='u2' p:x='1' x='2'>"
                + "<b xmlns:p='u3'><p:c/><d xmlns=''/></b><p:e/></p:a>");
        assertEquals("u1", root.namespace());
        assertEquals("1", root.attribute("u1", "x"));
        assertEquals("2", root.attribute("x"));
        Element b = root.child("b", "u2");
        assertEquals(List.of("u3", ""), b.children().stream().map(Element::namespace).toList());
        assertEquals("u1", root.children().get(1).namespace());
        assertNull(root.attribute("u2", "x"));
    }

    @Test
    void aNamespaceMayBeDeclaredAfterItIsUsed() throws XmlException {
        assertEquals("u", parse("<p:a p:b='' xmlns:p='u'/>").namespace());
    }

    // Limits

    @Test
    void aStanzaIsRefusedWithTheFirstByteTooMany() throws XmlException {
        feed(HEADER);
        feed("<a>");
        byte[] text = utf8("x".repeat(1024));
        for (int i = 0; i < 255; i++) {
            reader.feed(text);
        }
        reader.feed(text, 0, 1021);
        assertRefused(Condition.STANZA_TOO_BIG, "x");
    }

    @Test
    void aStanzaMayBeAsLongAsTheLimit() throws XmlException {
        feed(HEADER);
        String stanza = "<a>" + "x".repeat(256 * 1024 - 7) + "</a>";
        feed(stanza + stanza + "<a/>");
        assertEquals(3, recorder.elements.size());
        assertRefused(Condition.STANZA_TOO_BIG, stanza.replace("<a>", "<a> "));
    }

    @Test
    void aStanzaThatComesByteByByteCostsLinearTime() throws XmlException {
        feed(HEADER);
        byte[] stanza = utf8("<a b='" + "y".repeat(100_000) + "'>" + "x]&amp;\r".repeat(16_000) + "</a>");
        for (int i = 0; i < stanza.length; i++) {
            reader.feed(stanza, i, 1);
        }
        assertEquals(1, recorder.elements.size());
    }

    @Test
    void aHeaderIsLimitedAsStanzasAre() {
        assertRefused(Condition.STANZA_TOO_BIG, "<a b='" + "x".repeat(256 * 1024));
    }

    @Test
    void aDeclarationIsLimitedAsStanzasAre() {
        assertRefused(Condition.STANZA_TOO_BIG, "<?xml" + " ".repeat(256 * 1024));
    }

    @Test
    void attributesAndDeclarationsAreCountedTogether() throws XmlException {
        String attributes = attributes(100) + declarations(28);
        assertEquals(100, parse("<a" + attributes + "/>").attributes().size());
        assertConditionOf("<a" + attributes + " b=''/>", Condition.STANZA_TOO_BIG);
    }

    @Test
    void theFirstAttributeTooManyIsRefusedBeforeItIsRead() throws XmlException {
        feed(HEADER + "<a" + attributes(128) + " ");
        assertRefused(Condition.STANZA_TOO_BIG, "b");
    }

    @Test
    void prefixesInScopeAreLimited() {
        String nested = "<a" + declarations(100) + "><b" + declarations(28).replace("xmlns:p", "xmlns:q");
        assertConditionOf(nested + "/></a>", null);
        assertConditionOf(nested + " xmlns:r='u'/></a>", Condition.STANZA_TOO_BIG);
        assertConditionOf("<c>" + (nested + "/></a>").repeat(10) + "</c>", null);
    }

    @Test
    void nestingIsLimited() {
        assertConditionOf("<a>".repeat(64) + "</a>".repeat(64), null);
        assertConditionOf("<a>".repeat(64) + "<b/>", Condition.STANZA_TOO_BIG);
    }

    @Test
    void inAStreamAStanzaIsTheFirstLevelOfNesting() throws XmlException {
        feed(HEADER + "<a>".repeat(64) + "</a>".repeat(64));
        assertEquals(1, recorder.elements.size());
        assertRefused(Condition.STANZA_TOO_BIG, "<a>".repeat(65));
    }

    @Test
    void beforeSignInAStanzaMayHave32Elements() throws XmlException {
        reader.limits(XmlReader.Limits.BEFORE_SIGN_IN);
        feed(HEADER);
        String stanza = "<a>" + "<b/>".repeat(31) + "</a>";
        feed(stanza + stanza);
        assertEquals(2, recorder.elements.size());
        assertRefused(Condition.STANZA_TOO_BIG, "<a>" + "<b/>".repeat(32) + "</a>");
    }

    @Test
    void limitsCanBeReplacedAtAnyTime() throws XmlException {
        reader.limits(XmlReader.Limits.BEFORE_SIGN_IN);
        feed(HEADER + "<a>" + "x".repeat(8000));
        reader.limits(XmlReader.Limits.AFTER_SIGN_IN);
        feed("x".repeat(8000) + "</a>");
        assertEquals(1, recorder.elements.size());
        feed("<a>" + "x".repeat(9000));
        reader.limits(XmlReader.Limits.BEFORE_SIGN_IN);
        assertRefused(Condition.STANZA_TOO_BIG, "x");
    }

    @ParameterizedTest
    @CsvSource({"0,1,1,0", "1,0,1,0", "1,1,0,0", "1,1,1,-1"})
    void limitsMustBePositive(int bytes, int depth, int attributes, int elements) {
        assertThrows(IllegalArgumentException.class, () -> new XmlReader.Limits(bytes, depth, attributes, elements));
    }

    // What a handler may do

    @Test
    void aHandlerMayRestartTheStream() throws XmlException {
        XmlReader[] restarted = new XmlReader[1];
        Recorder restarter = new Recorder() {
            @Override
            public void element(Element child) {
                super.element(child);
                if (child.name().equals("auth")) {
                    restarted[0].reset();
                }
            }
        };
        restarted[0] = new XmlReader(LIMITS, restarter);
        restarted[0].feed(utf8("<s xmlns:p='u'><auth>x</auth>\n<?xml version='1.0'?><t><p/></t>"));
        assertEquals(
                List.of("opened <s/> in ", "element <auth>x</auth>", "opened <t/> in ", "element <p/>", "closed"),
                restarter.events);
        restarted[0].reset();
        assertThrows(XmlException.class, () -> restarted[0].feed(utf8("<t><p:a/>")));
    }

    @Test
    void aHandlerMayRestartTheStreamWhenItOpensOrCloses() throws XmlException {
        XmlReader[] restarted = new XmlReader[1];
        Recorder restarter = new Recorder() {
            @Override
            public void streamOpened(Element header, String defaultNamespace) {
                super.streamOpened(header, defaultNamespace);
                if (header.name().equals("again")) {
                    restarted[0].reset();
                }
            }

            @Override
            public void streamClosed() {
                super.streamClosed();
                restarted[0].reset();
            }
        };
        restarted[0] = new XmlReader(LIMITS, restarter);
        restarted[0].feed(utf8("<again/><again><s></s><t><x/>"));
        assertEquals(
                List.of("opened <again/> in ", "opened <again/> in ", "opened <s/> in ", "closed", "opened <t/> in ",
                        "element <x/>"),
                restarter.events);
    }

    @Test
    void aHandlerMayDiscardTheRestOfWhatWasFed() throws XmlException {
        XmlReader[] discarded = new XmlReader[1];
        Recorder discarder = new Recorder() {
            @Override
            public void element(Element child) {
                super.element(child);
                if (child.name().equals("starttls")) {
                    discarded[0].discardRest();
                    discarded[0].reset();
                }
            }
        };
        discarded[0] = new XmlReader(LIMITS, discarder);
        discarded[0].feed(utf8("<s><starttls/><evil/><!-- not even looked at \u0000"));
        discarded[0].feed(utf8("<t><a/>"));
        assertEquals(
                List.of("opened <s/> in ", "element <starttls/>", "opened <t/> in ", "element <a/>"), discarder.events);
    }

    @Test
    void aHandlerMayReplaceTheLimits() throws XmlException {
        XmlReader[] limited = new XmlReader[1];
        limited[0] = new XmlReader(XmlReader.Limits.BEFORE_SIGN_IN, new Recorder() {
            @Override
            public void element(Element child) {
                limited[0].limits(XmlReader.Limits.AFTER_SIGN_IN);
            }
        });
        limited[0].feed(utf8("<s><a/><a>" + "x".repeat(10_000) + "</a>"));
    }

    @Test
    void aHandlerMustNotFeedItsReader() throws XmlException {
        XmlReader[] fed = new XmlReader[1];
        fed[0] = new XmlReader(LIMITS, new Recorder() {
            @Override
            public void element(Element child) {
                try {
                    fed[0].feed(utf8("<b/>"));
                } catch (XmlException e) {
                    throw new AssertionError(e);
                }
            }
        });
        fed[0].feed(utf8("<s>"));
        assertThrows(IllegalStateException.class, () -> fed[0].feed(utf8("<a/>")));
    }

    @Test
    void nothingIsReadAfterAHandlerThrew() throws XmlException {
        XmlReader failing = new XmlReader(LIMITS, new Recorder() {
            @Override
            public void element(Element child) {
                throw new IllegalArgumentException("as a test");
            }
        });
        failing.feed(utf8("<s>"));
        assertThrows(IllegalArgumentException.class, () -> failing.feed(utf8("<a/><b/>")));
        assertThrows(XmlException.class, () -> failing.feed(utf8("<c/>")));
    }

    // Framed documents

    @Test
    void aFrameIsOneDocument() throws XmlException {
        byte[] bytes = utf8("xx<open xmlns='urn:o'><a>1</a></open>xx");
        assertEquals(
                "<open xmlns='urn:o'><a>1</a></open>", XmlReader.parse(bytes, 2, bytes.length - 4, LIMITS).toString());
    }

    @Test
    void aFrameMayNotHoldTwoElementsOrHalfAnElement() {
        assertConditionOf("<a/><b/>", Condition.NOT_WELL_FORMED);
        assertConditionOf("<a><b/>", Condition.NOT_WELL_FORMED);
    }

    // Memory

    @Test
    void betweenStanzasAReaderKeepsLessThan300Bytes() throws Exception {
        String header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' to='example.com' version='1.0'"
                + " xml:lang='en' xmlns:stream='" + Namespaces.STREAM + "'>";
        String stanza = "<message to='a@b' id='\u00E9&amp;'><body>" + "x".repeat(5000)
                + "</body><y/><p:z xmlns:p='u'/></message>";
        feed(header);
        long afterHeader = Footprint.of(reader, recorder);
        for (byte b : utf8(stanza)) {
            reader.feed(new byte[] {b});
        }
        feed(stanza + " ");
        assertEquals(2, recorder.elements.size());
        assertEquals(afterHeader, Footprint.of(reader, recorder));
        assertTrue(afterHeader < 300, () -> afterHeader + " bytes");
    }

    @Test
    void afterAnErrorAReaderKeepsLittle() throws Exception {
        feed(HEADER + "<a>" + "x".repeat(100_000));
        assertRefused(Condition.RESTRICTED_XML, "<!--");
        assertTrue(Footprint.of(reader, recorder) < 512);
    }

    private static String attributes(int count) {
        return IntStream.range(0, count).mapToObj(i -> " a" + i + "=''").reduce("", String::concat);
    }

    private static String declarations(int count) {
        return IntStream.range(0, count).mapToObj(i -> " xmlns:p" + i + "='u'").reduce("", String::concat);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Element parse(String document) throws XmlException {
        return XmlReader.parse(utf8(document), LIMITS);
    }

    private static void assertConditionOf(String document, @Nullable Condition condition) {
        @Nullable Condition actual = null;
        try {
            parse(document);
        } catch (XmlException e) {
            actual = e.condition();
        }
        assertEquals(condition, actual, document);
    }

    private void feed(String text) throws XmlException {
        reader.feed(utf8(text));
    }

    private void assertRefused(Condition condition, String text) {
        XmlException e = assertThrows(XmlException.class, () -> feed(text));
        assertEquals(condition, e.condition(), e.getMessage());
    }
}
