package im.gatehouse.xml;

import java.util.List;

/**
 * Writes elements as restricted XML in UTF-8 (RFC 6120 section 11).
 *
 * <p>A namespace is declared only where it changes. Elements of the stream's own namespace are written with the prefix
 * {@code stream}, because many clients look for it. They declare it, so that they may stand in any transport's frame;
 * {@link #writeInStream} leaves that out where the header has done it.
 */
public final class XmlWriter {
    private static final byte[] XMLNS = XmlBuffer.utf8(" xmlns='");
    private static final byte[] XMLNS_STREAM = XmlBuffer.utf8(" xmlns:stream='" + Namespaces.STREAM + '\'');
    private static final String STREAM_PREFIX = "stream:";
    private static final String XML_PREFIX = "xml:";
    private static final byte[] END_TAG = XmlBuffer.utf8("</");
    private static final byte[] EMPTY_TAG = XmlBuffer.utf8("/>");

    private XmlWriter() {}

    /**
     * Writes an element with all its content.
     *
     * @param defaultNamespace the default namespace in force where the element will stand, empty for none
     */
    public static void write(Element element, String defaultNamespace, XmlBuffer out) {
        write(element, defaultNamespace, false, out);
    }

    /**
     * Writes an element with all its content where the prefix {@code stream} is declared already: within the header of
     * a stream.
     *
     * @param defaultNamespace as the header declares it
     */
    public static void writeInStream(Element element, String defaultNamespace, XmlBuffer out) {
        write(element, defaultNamespace, true, out);
    }

    private static void write(Element element, String defaultNamespace, boolean prefixDeclared, XmlBuffer out) {
        String prefix = prefix(element, defaultNamespace);
        String inner = prefix.isEmpty() ? element.namespace() : defaultNamespace;
        out.append('<').append(prefix).append(element.name());
        if (prefix.equals(STREAM_PREFIX)) {
            if (!prefixDeclared) {
                out.append(XMLNS_STREAM);
            }
        } else if (!inner.equals(defaultNamespace)) {
            declareDefault(inner, out);
        }
        writeAttributes(element.attributeArray(), out);
        if (element.contentArray().length == 0) {
            out.append(EMPTY_TAG);
            return;
        }
        out.append('>');
        writeContent(element.contentArray(), inner, out);
        out.append(END_TAG).append(prefix).append(element.name()).append('>');
    }

    /**
     * Writes the start tag that opens a document, such as a stream's header, and declares the default namespace on it.
     *
     * @param header the element, of which name and attributes are written
     * @param defaultNamespace the default namespace of what will stand inside, for example {@code jabber:client}
     */
    public static void writeOpenTag(Element header, String defaultNamespace, XmlBuffer out) {
        String prefix = prefix(header, defaultNamespace);
        out.append('<').append(prefix).append(header.name());
        declareDefault(prefix.isEmpty() ? header.namespace() : defaultNamespace, out);
        if (prefix.equals(STREAM_PREFIX)) {
            out.append(XMLNS_STREAM);
        }
        writeAttributes(header.attributeArray(), out);
        out.append('>');
    }

    /** Writes {@code  name='value'} with a space before it and the value escaped. */
    public static void attribute(XmlBuffer out, String name, String value) {
        out.append(' ').append(name).append('=').append('\'').appendEscapedAttribute(value).append('\'');
    }

    /** Writes character data, escaped. */
    public static void escapeText(String text, XmlBuffer out) {
        out.appendEscapedText(text);
    }

    /** Writes an attribute's value without quotes, escaped for either kind of them. */
    public static void escapeAttribute(String value, XmlBuffer out) {
        out.appendEscapedAttribute(value);
    }

    static String toString(Element element) {
        XmlBuffer out = new XmlBuffer();
        write(element, "", out);
        return out.toString();
    }

    private static void writeContent(Node[] content, String defaultNamespace, XmlBuffer out) {
        for (Node node : content) {
            switch (node) {
                case Element child -> write(child, defaultNamespace, out);
                case Text(String value) -> out.appendEscapedText(value);
            }
        }
    }

    /** The prefix that the element is written with, with its colon; empty where its namespace is the default one. */
    private static String prefix(Element element, String defaultNamespace) {
        String namespace = element.namespace();
        if (namespace.equals(Namespaces.XML)) {
            return XML_PREFIX;
        }
        return namespace.equals(Namespaces.STREAM) && !defaultNamespace.equals(namespace) ? STREAM_PREFIX : "";
    }

    private static void declareDefault(String namespace, XmlBuffer out) {
        out.append(XMLNS).appendEscapedAttribute(namespace).append('\'');
    }

    /** Writes attributes, each with a space before it; one in a namespace brings the declaration of its prefix. */
    public static void attributes(List<Attribute> attributes, XmlBuffer out) {
        if (!attributes.isEmpty()) {
            writeAttributes(attributes.toArray(Attribute[]::new), out);
        }
    }

    private static void writeAttributes(Attribute[] attributes, XmlBuffer out) {
        for (int i = 0; i < attributes.length; i++) {
            Attribute attribute = attributes[i];
            if (attribute.namespace().isEmpty()) {
                attribute(out, attribute.name(), attribute.value());
            } else if (attribute.namespace().equals(Namespaces.XML)) {
                attribute(out, XML_PREFIX + attribute.name(), attribute.value());
            } else {
                int first = firstOfItsNamespace(attributes, i);
                String prefix = "ns" + first;
                if (first == i) {
                    attribute(out, "xmlns:" + prefix, attribute.namespace());
                }
                attribute(out, prefix + ':' + attribute.name(), attribute.value());
            }
        }
    }

    /** The index of the first attribute that shares the namespace of the one at {@code index}. */
    private static int firstOfItsNamespace(Attribute[] attributes, int index) {
        int first = 0;
        while (!attributes[first].namespace().equals(attributes[index].namespace())) {
            first++;
        }
        return first;
    }
}
