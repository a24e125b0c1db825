package im.gatehouse.xml;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** What the JDK's own XML parser makes of a document. */
final class StaxOracle {
    /** The JDK's verdict. */
    sealed interface Verdict {}

    /** Well-formed, with nothing in it that streams do not allow. */
    record Tree(Element root) implements Verdict {}

    /** Well-formed, with a comment or another thing that streams do not allow. */
    record Restricted() implements Verdict {}

    /** Not well-formed. */
    record Malformed(String reason) implements Verdict {}

    private final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();

    StaxOracle() {
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    }

    Verdict judge(byte[] document) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document)).toString();
        } catch (CharacterCodingException e) {
            return new Malformed("encoding");
        }
        try {
            return read(factory.createXMLStreamReader(new StringReader(text)));
        } catch (XMLStreamException e) {
            return new Malformed(String.valueOf(e.getMessage()));
        }
    }

    private static Verdict read(XMLStreamReader in) throws XMLStreamException {
        Deque<Element.Builder> open = new ArrayDeque<>();
        Element root = null;
        boolean restricted = false;
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.START_ELEMENT -> open.push(startTag(in));
                case XMLStreamConstants.END_ELEMENT -> {
                    Element element = open.pop().build();
                    if (open.isEmpty()) {
                        root = element;
                    } else {
                        open.peek().child(element);
                    }
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
                    if (!open.isEmpty()) {
                        open.peek().text(in.getText());
                    }
                }
                case XMLStreamConstants.COMMENT,
                        XMLStreamConstants.PROCESSING_INSTRUCTION,
                        XMLStreamConstants.DTD,
                        XMLStreamConstants.ENTITY_REFERENCE -> restricted = true;
                default -> {}
            }
        }
        if (root != null && hasColonInName(root)) {
            return new Malformed("a name that only the JDK lets pass");
        }
        return restricted || root == null ? new Restricted() : new Tree(joined(root));
    }

    /** The JDK lets names begin with a colon, which the namespaces of XML do not allow. */
    private static boolean hasColonInName(Element element) {
        return element.name().contains(":")
                || element.attributes().stream().anyMatch(a -> a.name().contains(":"))
                || element.children().stream().anyMatch(StaxOracle::hasColonInName);
    }

    private static Element.Builder startTag(XMLStreamReader in) {
        Element.Builder element = Element.builder(in.getLocalName(), orEmpty(in.getNamespaceURI()));
        for (int i = 0; i < in.getAttributeCount(); i++) {
            element.attribute(
                    orEmpty(in.getAttributeNamespace(i)), in.getAttributeLocalName(i), in.getAttributeValue(i));
        }
        return element;
    }

    /** The same element with texts that follow each other joined: the JDK does not always do so. */
    private static Element joined(Element element) {
        Element.Builder joined = Element.builder(element.name(), element.namespace());
        element.attributes().forEach(a -> joined.attribute(a.namespace(), a.name(), a.value()));
        StringBuilder text = new StringBuilder();
        for (Node node : element.content()) {
            switch (node) {
                case Text(String value) -> text.append(value);
                case Element child -> {
                    joined.text(text.toString()).child(joined(child));
                    text.setLength(0);
                }
            }
        }
        return joined.text(text.toString()).build();
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }
}
