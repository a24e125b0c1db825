package im.gatehouse.xml;

import im.gatehouse.xml.XmlException.Condition;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts elements together from the tags and texts of {@link XmlReader}: resolves prefixes, matches end tags with start
 * tags and keeps the limits of nesting, elements and attributes.
 */
final class TreeBuilder {
    private static final String XMLNS = "http://www.w3.org/2000/xmlns/";
    private static final String[] NO_PREFIXES = {};

    /**
     * An element whose end tag is still to come.
     *
     * @param tagName its name with prefix, as the end tag must have it
     * @param defaultNamespace the default namespace of its content
     * @param outerPrefixes how much of the prefixes in scope belongs to what is around it
     * @param outerNodes how many of the collected nodes belong to what is around it
     */
    record Open(
            @Nullable Open parent,
            String tagName,
            String namespace,
            String name,
            Attribute[] attributes,
            String defaultNamespace,
            int outerPrefixes,
            int outerNodes) {}

    /**
     * What of a stream's header holds in all its stanzas.
     *
     * @param root the header, without its attributes
     * @param prefixes the prefixes that it declares, each followed by its namespace
     */
    record Scope(Open root, String[] prefixes) {}

    private @Nullable Open open;
    private int depth;
    private int elements;

    /** The prefixes in scope, each followed by its namespace, the innermost last. */
    private String[] prefixes = NO_PREFIXES;

    private int prefixCount;

    /** The finished content of all open elements, the innermost element's last. */
    private Node[] nodes = Element.NO_CONTENT;

    private int nodeCount;

    // From here on: the start tag that is being read.
    private String tagName = "";
    private String namespace = "";
    private String name = "";
    private @Nullable String declaredDefault;

    /** The attributes so far. Until the tag ends, the prefix stands where the namespace belongs. */
    private Attribute[] attributes = Element.NO_ATTRIBUTES;

    private int attributeCount;
    private int declarations;
    private int outerPrefixes;

    /** A builder for what stands inside a stream's header, or for a whole document where there is none. */
    TreeBuilder(@Nullable Scope scope) {
        if (scope != null) {
            open = scope.root;
            depth = 1;
            // Shared until it grows, which makes a copy.
            prefixes = scope.prefixes;
            prefixCount = prefixes.length;
        }
    }

    /** What the innermost open element gives to its content; null where none is open. */
    @Nullable Scope scope() {
        return open == null ? null : new Scope(open, Arrays.copyOf(prefixes, prefixCount));
    }

    /** How many elements are open. */
    int depth() {
        return depth;
    }

    /** The default namespace at this place. */
    String defaultNamespace() {
        return open == null ? "" : open.defaultNamespace;
    }

    /** From here on elements count anew. */
    void countAnew() {
        elements = 0;
    }

    /** A start tag begins; {@code nesting} is how deep its element stands, 1 for a stanza. */
    void startTag(String tagName, int nesting, XmlReader.Limits limits) throws XmlException {
        if (nesting > limits.maxDepth()) {
            throw tooBig("elements are nested more than " + limits.maxDepth() + " deep");
        }
        if (++elements > limits.maxElements() && limits.maxElements() > 0) {
            throw tooBig("more than " + limits.maxElements() + " elements");
        }
        this.tagName = tagName;
        declaredDefault = null;
        attributeCount = 0;
        declarations = 0;
        outerPrefixes = prefixCount;
    }

    /** One more attribute or declaration begins. */
    void attributeBegins(XmlReader.Limits limits) throws XmlException {
        if (attributeCount + declarations >= limits.maxAttributes()) {
            throw tooBig("more than " + limits.maxAttributes() + " attributes");
        }
    }

    /** An attribute or declaration of the start tag is complete. */
    void attribute(String qualifiedName, boolean prefixed, String value, XmlReader.Limits limits) throws XmlException {
        if (!prefixed) {
            if (qualifiedName.equals("xmlns")) {
                declareDefault(value);
            } else {
                add(new Attribute("", qualifiedName, value));
            }
            return;
        }
        int colon = qualifiedName.indexOf(':');
        if (colon == 5 && qualifiedName.startsWith("xmlns")) {
            declarePrefix(KnownNames.part(qualifiedName, 6, qualifiedName.length()), value, limits);
        } else {
            add(new Attribute(qualifiedName.substring(0, colon), qualifiedName.substring(colon + 1), value));
        }
    }

    /** The start tag is complete, and content follows. */
    void open() throws XmlException {
        resolveTag();
        push(finishedAttributes());
    }

    /** The start tag of a stream is complete. The element is open, but only this answer keeps its attributes. */
    Element openStream() throws XmlException {
        resolveTag();
        Element header = new Element(namespace, name, finishedAttributes(), Element.NO_CONTENT);
        push(Element.NO_ATTRIBUTES);
        return header;
    }

    /** The tag of an element without content is complete. */
    Element openAndClose() throws XmlException {
        resolveTag();
        Element element = new Element(namespace, name, finishedAttributes(), Element.NO_CONTENT);
        prefixCount = outerPrefixes;
        return element;
    }

    /**
     * A quick look whether the bytes are the rest of the innermost element's end tag: its name and {@code >}.
     *
     * @return where what follows begins; 0 when it takes a longer look, which is so for all that is not ASCII
     */
    int endOfEndTag(byte[] bytes, int offset, int end) {
        String expected = open == null ? "" : open.tagName;
        int length = expected.length();
        if (end - offset <= length || bytes[offset + length] != '>') {
            return 0;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[offset + i] != expected.charAt(i)) {
                return 0;
            }
        }
        return offset + length + 1;
    }

    /** Refuses an end tag of another name than the innermost element's. */
    void checkEndTag(String tagName) throws XmlException {
        if (open == null || !open.tagName.equals(tagName)) {
            throw notWellFormed("the end tag does not match the start tag");
        }
    }

    /** The innermost open element ends. */
    Element close() {
        Open closing = open;
        if (closing == null) {
            throw new IllegalStateException("no element is open");
        }
        Node[] content = nodeCount == closing.outerNodes
                ? Element.NO_CONTENT
                : Arrays.copyOfRange(nodes, closing.outerNodes, nodeCount);
        nodeCount = closing.outerNodes;
        prefixCount = closing.outerPrefixes;
        open = closing.parent;
        depth--;
        return new Element(closing.namespace, closing.name, closing.attributes, content);
    }

    /** Adds to the content of the innermost open element. */
    void add(Node node) {
        if (nodeCount == nodes.length) {
            nodes = Arrays.copyOf(nodes, Math.max(8, nodeCount * 2));
        }
        nodes[nodeCount++] = node;
    }

    private void add(Attribute attribute) {
        if (attributeCount == attributes.length) {
            attributes = Arrays.copyOf(attributes, Math.max(8, attributeCount * 2));
        }
        attributes[attributeCount++] = attribute;
    }

    private void push(Attribute[] finished) {
        String inner = declaredDefault == null ? defaultNamespace() : declaredDefault;
        open = new Open(open, tagName, namespace, name, finished, inner, outerPrefixes, nodeCount);
        depth++;
    }

    private void resolveTag() throws XmlException {
        int colon = tagName.indexOf(':');
        if (colon < 0) {
            name = tagName;
            namespace = declaredDefault == null ? defaultNamespace() : declaredDefault;
        } else {
            name = KnownNames.part(tagName, colon + 1, tagName.length());
            namespace = resolve(tagName.substring(0, colon));
        }
    }

    private Attribute[] finishedAttributes() throws XmlException {
        if (attributeCount == 0) {
            return Element.NO_ATTRIBUTES;
        }
        Attribute[] finished = Arrays.copyOf(attributes, attributeCount);
        for (int i = 0; i < finished.length; i++) {
            Attribute attribute = finished[i];
            if (!attribute.namespace().isEmpty()) {
                attribute = new Attribute(resolve(attribute.namespace()), attribute.name(), attribute.value());
                finished[i] = attribute;
            }
            checkOnlyOne(finished, i);
        }
        return finished;
    }

    /** Compares with each one before: at most 128 of them, so no choice of names makes this slow. */
    private static void checkOnlyOne(Attribute[] attributes, int index) throws XmlException {
        Attribute attribute = attributes[index];
        for (int i = 0; i < index; i++) {
            if (attributes[i].name().equals(attribute.name())
                    && attributes[i].namespace().equals(attribute.namespace())) {
                throw notWellFormed("an element has an attribute twice");
            }
        }
    }

    private void declareDefault(String uri) throws XmlException {
        if (declaredDefault != null) {
            throw notWellFormed("an element declares its namespace twice");
        }
        if (uri.equals(Namespaces.XML) || uri.equals(XMLNS)) {
            throw notWellFormed("a reserved namespace is declared");
        }
        declaredDefault = uri;
        declarations++;
    }

    private void declarePrefix(String prefix, String uri, XmlReader.Limits limits) throws XmlException {
        if (prefix.equals("xmlns") || uri.equals(XMLNS) || prefix.equals("xml") != uri.equals(Namespaces.XML)) {
            throw notWellFormed("a reserved prefix or namespace is declared");
        }
        if (uri.isEmpty()) {
            throw notWellFormed("a prefix is declared without a namespace");
        }
        for (int i = outerPrefixes; i < prefixCount; i += 2) {
            if (prefixes[i].equals(prefix)) {
                throw notWellFormed("an element declares a prefix twice");
            }
        }
        // Resolving looks at all prefixes in scope, so there must not be many: else a stanza could cost seconds.
        if (prefixCount / 2 >= limits.maxAttributes()) {
            throw tooBig("more than " + limits.maxAttributes() + " prefixes in scope");
        }
        if (prefixCount == prefixes.length) {
            prefixes = Arrays.copyOf(prefixes, prefixCount + 4);
        }
        prefixes[prefixCount++] = prefix;
        prefixes[prefixCount++] = uri;
        declarations++;
    }

    private String resolve(String prefix) throws XmlException {
        for (int i = prefixCount - 2; i >= 0; i -= 2) {
            if (prefixes[i].equals(prefix)) {
                return prefixes[i + 1];
            }
        }
        if (prefix.equals("xml")) {
            return Namespaces.XML;
        }
        throw notWellFormed("a prefix is not declared");
    }

    private static XmlException notWellFormed(String message) {
        return new XmlException(Condition.NOT_WELL_FORMED, message);
    }

    private static XmlException tooBig(String message) {
        return new XmlException(Condition.STANZA_TOO_BIG, message);
    }
}
