package im.gatehouse.xml;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An XML element: a value that never changes and may be shared between threads.
 *
 * <p>Names are pairs of namespace and local name; prefixes are not kept. Two elements are equal when their names, their
 * content and their attributes (in any order) are.
 */
public final class Element implements Node {
    static final Attribute[] NO_ATTRIBUTES = {};
    static final Node[] NO_CONTENT = {};

    private final String namespace;
    private final String name;
    private final Attribute[] attributes;
    private final Node[] content;

    /** An element that takes the arrays over: nobody may change them any more. */
    Element(String namespace, String name, Attribute[] attributes, Node[] content) {
        this.namespace = namespace;
        this.name = name;
        this.attributes = attributes;
        this.content = content;
    }

    /** An element with neither attributes nor content. */
    public static Element of(String name, String namespace) {
        return new Element(namespace, name, NO_ATTRIBUTES, NO_CONTENT);
    }

    /** An element whose only content is text. */
    public static Element of(String name, String namespace, String text) {
        return new Element(
                namespace, name, NO_ATTRIBUTES, text.isEmpty() ? NO_CONTENT : new Node[] {new Text(text)});
    }

    public static Builder builder(String name, String namespace) {
        return new Builder(name, namespace);
    }

    public String name() {
        return name;
    }

    public String namespace() {
        return namespace;
    }

    public boolean is(String name, String namespace) {
        return this.name.equals(name) && this.namespace.equals(namespace);
    }

    /** All attributes in document order. */
    public List<Attribute> attributes() {
        return Collections.unmodifiableList(Arrays.asList(attributes));
    }

    /** The value of an attribute without namespace, or null where it is absent. */
    public @Nullable String attribute(String name) {
        return attribute("", name);
    }

    /** The value of an attribute, or null where it is absent. */
    public @Nullable String attribute(String namespace, String name) {
        for (Attribute attribute : attributes) {
            if (attribute.name().equals(name) && attribute.namespace().equals(namespace)) {
                return attribute.value();
            }
        }
        return null;
    }

    /** The value of an attribute without namespace, or the fallback where it is absent. */
    public String attributeOr(String name, String fallback) {
        String value = attribute(name);
        return value == null ? fallback : value;
    }

    /** The {@code xml:lang} of this element itself, or null. */
    public @Nullable String lang() {
        return attribute(Namespaces.XML, "lang");
    }

    /** Elements and text in document order. */
    public List<Node> content() {
        return Collections.unmodifiableList(Arrays.asList(content));
    }

    /** The child elements in document order. */
    public List<Element> children() {
        if (content.length == 0) {
            return List.of();
        }
        List<Element> children = new ArrayList<>(content.length);
        for (Node node : content) {
            if (node instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }

    /** The child elements of that name, in document order. */
    public List<Element> children(String name, String namespace) {
        List<Element> found = new ArrayList<>();
        for (Node node : content) {
            if (node instanceof Element element && element.is(name, namespace)) {
                found.add(element);
            }
        }
        return found;
    }

    /** The first child element of that name, or null. */
    public @Nullable Element child(String name, String namespace) {
        for (Node node : content) {
            if (node instanceof Element element && element.is(name, namespace)) {
                return element;
            }
        }
        return null;
    }

    /** The attributes themselves, for this package's loops; never to be changed. */
    Attribute[] attributeArray() {
        return attributes;
    }

    /** The content itself, for this package's loops; never to be changed. */
    Node[] contentArray() {
        return content;
    }

    /** The first child element whatever its name, or null. */
    public @Nullable Element firstChild() {
        for (Node node : content) {
            if (node instanceof Element element) {
                return element;
            }
        }
        return null;
    }

    /** All text directly inside this element, joined. */
    public String text() {
        if (content.length == 1 && content[0] instanceof Text(String value)) {
            return value;
        }
        StringBuilder joined = new StringBuilder();
        for (Node node : content) {
            if (node instanceof Text(String value)) {
                joined.append(value);
            }
        }
        return joined.toString();
    }

    /** The text of the first child element of that name, or null where there is no such child. */
    public @Nullable String childText(String name, String namespace) {
        Element child = child(name, namespace);
        return child == null ? null : child.text();
    }

    /** A builder that starts with everything this element has. */
    public Builder toBuilder() {
        Builder builder = new Builder(name, namespace);
        builder.attributes.addAll(attributes());
        builder.content.addAll(content());
        return builder;
    }

    /** This element with one more child at its end. */
    public Element with(Element child) {
        return toBuilder().child(child).build();
    }

    /** This element without the child elements that match; itself when none does. */
    public Element without(Predicate<Element> matching) {
        Predicate<Node> gone = node -> node instanceof Element element && matching.test(element);
        Node[] kept = Arrays.stream(content).filter(gone.negate()).toArray(Node[]::new);
        return kept.length == content.length ? this : new Element(namespace, name, attributes, kept);
    }

    /** About how many bytes of memory it takes, for bounds. */
    public int footprint() {
        int sum = 56;
        for (Attribute attribute : attributes) {
            sum += 48 + attribute.value().length();
        }
        for (Node node : content) {
            sum += switch (node) {
                case Element element -> element.footprint();
                case Text(String value) -> 44 + value.length();
            };
        }
        return sum;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Element element
                && name.equals(element.name)
                && namespace.equals(element.namespace)
                && attributes.length == element.attributes.length
                && attributes().containsAll(element.attributes())
                && Arrays.equals(content, element.content);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, namespace, Arrays.hashCode(content));
    }

    /** The element as XML, declaring its namespace. For people and tests; streams are written by {@link XmlWriter}. */
    @Override
    public String toString() {
        return XmlWriter.toString(this);
    }

    /** Puts an element together. Not for use by several threads. */
    public static final class Builder {
        private final String name;
        private final String namespace;
        private final List<Attribute> attributes = new ArrayList<>(4);
        private final List<Node> content = new ArrayList<>(4);

        private Builder(String name, String namespace) {
            this.name = Objects.requireNonNull(name);
            this.namespace = Objects.requireNonNull(namespace);
        }

        /** Sets an attribute without namespace; a null value leaves it out, and takes away one set before. */
        public Builder attribute(String name, @Nullable String value) {
            return attribute("", name, value);
        }

        /** Sets an attribute; a null value leaves it out, and takes away one set before. */
        public Builder attribute(String namespace, String name, @Nullable String value) {
            attributes.removeIf(a -> a.name().equals(name) && a.namespace().equals(namespace));
            if (value != null) {
                attributes.add(new Attribute(namespace, name, value));
            }
            return this;
        }

        public Builder lang(@Nullable String lang) {
            return attribute(Namespaces.XML, "lang", lang);
        }

        public Builder text(String text) {
            if (!text.isEmpty()) {
                content.add(new Text(text));
            }
            return this;
        }

        /** Adds a child; null adds nothing. */
        public Builder child(@Nullable Element child) {
            if (child != null) {
                content.add(child);
            }
            return this;
        }

        /** Adds an empty child in this element's own namespace. */
        public Builder child(String name) {
            return child(Element.of(name, namespace));
        }

        /** Adds a child with text in this element's own namespace; null text adds nothing. */
        public Builder child(String name, @Nullable String text) {
            return text == null ? this : child(Element.of(name, namespace, text));
        }

        public Builder children(Iterable<Element> children) {
            children.forEach(content::add);
            return this;
        }

        public Element build() {
            return new Element(
                    namespace, name, attributes.toArray(NO_ATTRIBUTES), content.toArray(NO_CONTENT));
        }
    }
}
