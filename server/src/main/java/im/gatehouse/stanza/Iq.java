package im.gatehouse.stanza;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A question and its answer (RFC 6120 section 8.2.3). */
public final class Iq extends Stanza {
    /** The types of RFC 6120 section 8.2.3. */
    public enum Type {
        GET,
        SET,
        RESULT,
        ERROR;

        private final String wire = name().toLowerCase(Locale.ROOT);

        public String wire() {
            return wire;
        }

        private static Type of(@Nullable String text) {
            return switch (text) {
                case "get" -> GET;
                case "set" -> SET;
                case "result" -> RESULT;
                case "error" -> ERROR;
                case null, default -> throw new StanzaException(
                        StanzaError.Condition.BAD_REQUEST, "An iq is get, set, result or error");
            };
        }
    }

    private final Type type;

    Iq(@Nullable Jid to, Contents contents) {
        super(to, contents);
        this.type = Type.of(contents.type);
        if (contents.id == null) {
            throw new StanzaException(StanzaError.Condition.BAD_REQUEST, "An iq needs an id");
        }
        if (isRequest() && contents.children.size() != 1) {
            throw new StanzaException(StanzaError.Condition.BAD_REQUEST, "A request has exactly one child");
        }
        if (type == Type.RESULT && contents.children.size() > 1) {
            throw new StanzaException(StanzaError.Condition.BAD_REQUEST, "A result has one child at most");
        }
    }

    /** A query of any type with the given children. */
    public static Iq of(Type type, @Nullable Jid from, @Nullable Jid to, String id, Element... children) {
        return new Iq(to, new Contents("iq", type.wire(), from, id, null, List.of(), List.of(children)));
    }

    public Type type() {
        return type;
    }

    /** Whether it asks (get or set) and so must be answered. */
    public boolean isRequest() {
        return type == Type.GET || type == Type.SET;
    }

    /** The first child: what is asked for or answered; null in an empty result. */
    public @Nullable Element payload() {
        return contents.children.isEmpty() ? null : contents.children.getFirst();
    }

    /**
     * The one child of a request.
     *
     * @throws NullPointerException when this is no request
     */
    public Element request() {
        return Objects.requireNonNull(payload());
    }

    /** The empty answer to this request. */
    public Iq result() {
        return new Iq(from(), new Contents("iq", "result", to(), id(), null, List.of(), List.of()));
    }

    /** The answer to this request. */
    public Iq result(Element payload) {
        return new Iq(from(), new Contents("iq", "result", to(), id(), null, List.of(), List.of(payload)));
    }

    @Override
    public Iq to(@Nullable Jid to) {
        return new Iq(to, contents.share());
    }

    @Override
    public Iq from(@Nullable Jid from) {
        return new Iq(to(), contents.withFrom(from));
    }

    @Override
    public Iq id(@Nullable String id) {
        return new Iq(to(), contents.withId(id));
    }

    @Override
    public Iq lang(@Nullable String lang) {
        return new Iq(to(), contents.withLang(lang));
    }

    @Override
    public Iq children(List<Element> children) {
        return new Iq(to(), contents.withChildren(children));
    }

    @Override
    public Iq with(Element child) {
        return (Iq) super.with(child);
    }

    @Override
    public Iq without(Predicate<Element> matching) {
        return (Iq) super.without(matching);
    }

    @Override
    Iq make(@Nullable Jid to, Contents contents) {
        return new Iq(to, contents);
    }
}
