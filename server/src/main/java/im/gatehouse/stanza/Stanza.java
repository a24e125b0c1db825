package im.gatehouse.stanza;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Attribute;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import im.gatehouse.xml.XmlBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A message, a presence or a query: the unit that is routed (RFC 6120 section 8). A value that never changes and may be
 * shared between threads.
 *
 * <p>Copies that differ in the receiver alone share everything else, the bytes on the wire included.
 */
public abstract sealed class Stanza permits Message, Presence, Iq {
    private final @Nullable Jid to;
    final Contents contents;

    Stanza(@Nullable Jid to, Contents contents) {
        this.to = to;
        this.contents = contents;
    }

    /**
     * Reads a stanza as it came from a stream.
     *
     * @throws StanzaException with {@code jid-malformed} or {@code bad-request} when it is none; the caller answers
     *     with {@link #malformed}
     */
    public static Stanza of(Element element) {
        Jid to = address(element.attribute("to"));
        Contents contents = contents(element, address(element.attribute("from")));
        return switch (element.name()) {
            case "message" -> new Message(to, contents);
            case "presence" -> new Presence(to, contents);
            case "iq" -> new Iq(to, contents);
            default -> throw new StanzaException(StanzaError.Condition.BAD_REQUEST, "This is not a stanza");
        };
    }

    /** Whether an element is a stanza by its name. */
    public static boolean isStanza(Element element) {
        return element.namespace().equals(Namespaces.CLIENT)
                && switch (element.name()) {
                    case "message", "presence", "iq" -> true;
                    default -> false;
                };
    }

    /** The id of the answer to a request that has none: an iq needs one (RFC 6120 section 8.2.3). */
    private static final String NO_ID = "no-id";

    /**
     * The answer to an element that {@link #of} refused, or null where RFC 6120 section 8.3.1 forbids one (the element
     * is itself an error, or an answer).
     */
    public static @Nullable Element malformed(Element element, StanzaError error) {
        String type = element.attribute("type");
        if ("error".equals(type) || "result".equals(type) && element.name().equals("iq")) {
            return null;
        }
        String id = element.attribute("id");
        return Element.builder(element.name(), element.namespace())
                .attribute("id", id == null && element.name().equals("iq") ? NO_ID : id)
                .attribute("from", readable(element.attribute("to")))
                .attribute("type", "error")
                .child(error.toElement())
                .build();
    }

    private static @Nullable String readable(@Nullable String address) {
        try {
            return address == null ? null : Jid.parse(address).toString();
        } catch (InvalidJidException _) {
            return null;
        }
    }

    private static @Nullable Jid address(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return Jid.parse(text);
        } catch (InvalidJidException e) {
            throw new StanzaException(StanzaError.Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    private static Contents contents(Element element, @Nullable Jid from) {
        String id = null;
        String type = null;
        String lang = null;
        List<Attribute> others = List.of();
        List<Attribute> attributes = element.attributes();
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            String name = attribute.namespace().isEmpty() ? attribute.name() : "";
            switch (name) {
                case "to", "from" -> {}
                case "id" -> id = attribute.value();
                case "type" -> type = attribute.value();
                default -> {
                    if (attribute.name().equals("lang") && attribute.namespace().equals(Namespaces.XML)) {
                        lang = attribute.value();
                    } else {
                        others = others.isEmpty() ? new ArrayList<>() : others;
                        others.add(attribute);
                    }
                }
            }
        }
        return new Contents(element.name(), type, from, id, lang, others, List.copyOf(element.children()));
    }

    /** Who sent it; null only on a stanza from a client that has not been stamped yet. */
    public final @Nullable Jid from() {
        return contents.from;
    }

    /**
     * Who sent it, where that is known to be set: on everything that is routed.
     *
     * @throws NullPointerException when it is not
     */
    public final Jid sender() {
        return Objects.requireNonNull(contents.from);
    }

    /** Whom it is for; null means the sender's own account or server. */
    public final @Nullable Jid to() {
        return to;
    }

    /**
     * Whom it is for, where that is known to be set.
     *
     * @throws NullPointerException when it is not
     */
    public final Jid receiver() {
        return Objects.requireNonNull(to);
    }

    public final @Nullable String id() {
        return contents.id;
    }

    public final @Nullable String lang() {
        return contents.lang;
    }

    /** The child elements in document order. */
    public final List<Element> children() {
        return contents.children;
    }

    /** The first child of that name, or null. */
    public final @Nullable Element child(String name, String namespace) {
        List<Element> children = contents.children;
        for (int i = 0; i < children.size(); i++) {
            if (children.get(i).is(name, namespace)) {
                return children.get(i);
            }
        }
        return null;
    }

    public final boolean has(String name, String namespace) {
        return child(name, namespace) != null;
    }

    /** The same stanza for another receiver. Cheap: everything else, and the bytes of it, are shared. */
    public abstract Stanza to(@Nullable Jid to);

    /** The same stanza from another sender. */
    public abstract Stanza from(@Nullable Jid from);

    /** The same stanza with another id. */
    public abstract Stanza id(@Nullable String id);

    /** The same stanza in another language. */
    public abstract Stanza lang(@Nullable String lang);

    /** The same stanza with other children. */
    public abstract Stanza children(List<Element> children);

    /** The same stanza with one more child at its end. */
    public Stanza with(Element child) {
        List<Element> more = new ArrayList<>(contents.children.size() + 1);
        more.addAll(contents.children);
        more.add(child);
        return children(more);
    }

    /** The same stanza without the children that match; itself when none does. */
    public Stanza without(Predicate<Element> matching) {
        List<Element> children = contents.children;
        for (int i = 0; i < children.size(); i++) {
            if (matching.test(children.get(i))) {
                return children(children.stream().filter(matching.negate()).toList());
            }
        }
        return this;
    }

    /** Whether it is an error, which must never be answered with another. */
    public final boolean isError() {
        return "error".equals(contents.type);
    }

    /**
     * The answer that refuses this stanza: sent from its receiver to its sender (RFC 6120 section 8.3).
     *
     * @param echoed children of this stanza that the answer shows again, before the error; often none
     */
    public final Stanza refuse(StanzaError error, List<Element> echoed) {
        List<Element> answer = new ArrayList<>(echoed);
        answer.add(error.toElement());
        Contents refused =
                new Contents(contents.name, "error", to, contents.id, null, List.of(), List.copyOf(answer));
        return make(contents.from, refused);
    }

    /** The answer that refuses this stanza and shows nothing of it again. */
    public final Stanza refuse(StanzaError error) {
        return refuse(error, List.of());
    }

    abstract Stanza make(@Nullable Jid to, Contents contents);

    /**
     * Writes the stanza for a stream whose default namespace is {@code jabber:client} or {@code jabber:server}.
     *
     * @param declareNamespace whether to declare {@code jabber:client} on it, as framed transports need
     */
    public final void write(XmlBuffer out, boolean declareNamespace) {
        contents.write(to, declareNamespace, out);
    }

    /** About how many bytes of memory it takes, for bounds. What copies share counts in full for each. */
    public final int footprint() {
        return 24 + contents.footprint();
    }

    /** The stanza as an element in {@code jabber:client}, for instance to be forwarded or stored. */
    public final Element toElement() {
        Element.Builder element = Element.builder(contents.name, Namespaces.CLIENT)
                .attribute("to", to == null ? null : to.toString())
                .attribute("from", contents.from == null ? null : contents.from.toString())
                .attribute("id", contents.id)
                .attribute("type", contents.type)
                .lang(contents.lang);
        contents.others.forEach(a -> element.attribute(a.namespace(), a.name(), a.value()));
        return element.children(contents.children).build();
    }

    @Override
    public final String toString() {
        return toElement().toString();
    }
}
