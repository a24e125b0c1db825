package im.gatehouse.xml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class XmlWriterTest {
    private static final XmlReader.Limits LIMITS = new XmlReader.Limits(1 << 20, 64, 128, 0);

    @Test
    void aNamespaceIsDeclaredOnlyWhereItChanges() {
        Element message = Element.builder("message", "jabber:client")
                .attribute("to", "a@b")
                .child("body", "Hi")
                .child(Element.builder("x", "urn:x").child("y").child(Element.of("z", "jabber:client")).build())
                .build();
        assertEquals(
                "<message to='a@b'><body>Hi</body><x xmlns='urn:x'><y/><z xmlns='jabber:client'/></x></message>",
                written(message, "jabber:client"));
        assertTrue(written(message, "jabber:server").startsWith("<message xmlns='jabber:client' to='a@b'>"));
    }

    @Test
    void anElementWithoutNamespaceTakesTheDefaultOneBack() {
        assertEquals("<a xmlns=''/>", written(Element.of("a", ""), "jabber:client"));
        assertEquals("<a/>", written(Element.of("a", ""), ""));
    }

    @Test
    void textIsEscaped() {
        assertEquals(
                "<a>&lt;b&gt; &amp; '\"\t\n&#13;]]&gt;</a>", written(Element.of("a", "", "<b> & '\"\t\n\r]]>"), ""));
    }

    @Test
    void attributesAreEscaped() {
        Element element = Element.builder("a", "").attribute("b", "<>&'\"\t\n\r\u00E9").build();
        assertEquals("<a b='&lt;&gt;&amp;&apos;&quot;&#9;&#10;&#13;\u00E9'/>", written(element, ""));
    }

    @Test
    void charactersThatXmlDoesNotAllowAreReplaced() {
        assertEquals(
                "<a>\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDx\uFFFD</a>",
                written(Element.of("a", "", "\u0000\u001F\uFFFE\uFFFF\uD800x\uDC00"), ""));
        assertEquals(
                "<a b='\uFFFD'/>", written(Element.builder("a", "").attribute("b", "\u0001").build(), ""));
    }

    @Test
    void charactersOfEveryLengthAreWrittenInUtf8() {
        String text = "a\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFD\uD800\uDC00\uDBFF\uDFFF";
        XmlBuffer out = new XmlBuffer(1);
        out.appendEscapedText(text);
        assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), out.toByteArray());
    }

    @Test
    void theLanguageHasThePrefixXml() {
        assertEquals("<a xml:lang='de'/>", written(Element.builder("a", "").lang("de").build(), ""));
    }

    @Test
    void attributesOfOtherNamespacesGetPrefixes() {
        Element element = Element.builder("a", "")
                .attribute("plain", "0")
                .attribute("urn:x", "b", "1")
                .attribute("urn:y", "b", "2")
                .attribute("urn:x", "c", "3")
                .build();
        assertEquals(
                "<a plain='0' xmlns:ns1='urn:x' ns1:b='1' xmlns:ns2='urn:y' ns2:b='2' ns1:c='3'/>",
                written(element, ""));
    }

    @Test
    void elementsOfTheStreamHaveItsPrefix() {
        Element features = Element.builder("features", Namespaces.STREAM)
                .child(Element.of("starttls", Namespaces.TLS))
                .child(Element.of("x", "jabber:client"))
                .build();
        assertEquals(
                "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
                        + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><x/></stream:features>",
                written(features, "jabber:client"));
    }

    @Test
    void withinAStreamItsPrefixIsNotDeclaredOnceMore() {
        XmlBuffer out = new XmlBuffer();
        Element error = Element.builder("error", Namespaces.STREAM)
                .child(Element.of("reset", Namespaces.STREAM_ERRORS))
                .build();
        XmlWriter.writeInStream(error, "jabber:client", out);
        assertEquals(
                "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>", out.toString());
    }

    @Test
    void aStreamHeaderDeclaresBothNamespaces() {
        XmlBuffer out = new XmlBuffer();
        Element header = Element.builder("stream", Namespaces.STREAM)
                .attribute("from", "example.com")
                .lang("en")
                .build();
        XmlWriter.writeOpenTag(header, "jabber:client", out);
        assertEquals(
                "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
                        + " from='example.com' xml:lang='en'>",
                out.toString());
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() throws XmlException {
        RandomDocument documents = new RandomDocument(2);
        StaxOracle oracle = new StaxOracle();
        int written = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] document = documents.element().getBytes(StandardCharsets.UTF_8);
            if (!(oracle.judge(document) instanceof StaxOracle.Tree(Element tree))) {
                continue;
            }
            written++;
            XmlBuffer out = new XmlBuffer(1);
            XmlWriter.write(tree, "", out);
            assertEquals(tree, XmlReader.parse(out.toByteArray(), LIMITS), tree::toString);
            assertEquals(tree, assertInstanceOf(StaxOracle.Tree.class, oracle.judge(out.toByteArray())).root());
        }
        assertTrue(written > 5_000);
    }

    @Test
    void whatIsWrittenInsideAStreamIsReadAsTheSame() throws XmlException {
        RandomDocument documents = new RandomDocument(3);
        XmlBuffer out = new XmlBuffer();
        XmlWriter.writeOpenTag(Element.of("stream", Namespaces.STREAM), "jabber:client", out);
        Recorder recorder = new Recorder();
        XmlReader reader = new XmlReader(LIMITS, recorder);
        for (int i = 0; i < 1_000; i++) {
            Element element;
            try {
                element = XmlReader.parse(documents.element().getBytes(StandardCharsets.UTF_8), LIMITS);
            } catch (XmlException e) {
                continue;
            }
            XmlWriter.write(element, "jabber:client", out);
            reader.feed(out.array(), 0, out.length());
            assertEquals(element, recorder.elements.getLast());
            out.clear();
        }
    }

    private static String written(Element element, String defaultNamespace) {
        XmlBuffer out = new XmlBuffer(1);
        XmlWriter.write(element, defaultNamespace, out);
        return out.toString();
    }
}
