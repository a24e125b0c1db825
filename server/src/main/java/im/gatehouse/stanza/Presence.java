package im.gatehouse.stanza;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Whether somebody is there, or a step of a subscription to that (RFC 6121 sections 3 and 4). */
public final class Presence extends Stanza {
    /** The types of RFC 6121 section 4.7.1; available is the absence of one. */
    public enum Type {
        AVAILABLE,
        UNAVAILABLE,
        SUBSCRIBE,
        SUBSCRIBED,
        UNSUBSCRIBE,
        UNSUBSCRIBED,
        PROBE,
        ERROR;

        private final String wire = name().toLowerCase(Locale.ROOT);

        public String wire() {
            return wire;
        }

        /** Whether it manages a subscription (RFC 6121 section 3). */
        public boolean isSubscription() {
            return switch (this) {
                case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED -> true;
                case AVAILABLE, UNAVAILABLE, PROBE, ERROR -> false;
            };
        }

        private static Type of(@Nullable String text) {
            return switch (text) {
                case null -> AVAILABLE;
                case "unavailable" -> UNAVAILABLE;
                case "subscribe" -> SUBSCRIBE;
                case "subscribed" -> SUBSCRIBED;
                case "unsubscribe" -> UNSUBSCRIBE;
                case "unsubscribed" -> UNSUBSCRIBED;
                case "probe" -> PROBE;
                case "error" -> ERROR;
                default -> throw new StanzaException(
                        StanzaError.Condition.BAD_REQUEST, "This type of presence does not exist");
            };
        }
    }

    private final Type type;

    Presence(@Nullable Jid to, Contents contents) {
        super(to, contents);
        this.type = Type.of(contents.type);
    }

    /** A presence with the given children. */
    public static Presence of(Type type, @Nullable Jid from, @Nullable Jid to, Element... children) {
        String wire = type == Type.AVAILABLE ? null : type.wire();
        return new Presence(to, new Contents("presence", wire, from, null, null, List.of(), List.of(children)));
    }

    public Type type() {
        return type;
    }

    /** The priority from -128 to 127; 0 where none is given or it is no such number (RFC 6121 section 4.7.2.3). */
    public int priority() {
        Element element = child("priority", Namespaces.CLIENT);
        if (element == null) {
            return 0;
        }
        try {
            return Byte.parseByte(element.text().strip());
        } catch (NumberFormatException _) {
            return 0;
        }
    }

    @Override
    public Presence to(@Nullable Jid to) {
        return new Presence(to, contents.share());
    }

    @Override
    public Presence from(@Nullable Jid from) {
        return new Presence(to(), contents.withFrom(from));
    }

    @Override
    public Presence id(@Nullable String id) {
        return new Presence(to(), contents.withId(id));
    }

    @Override
    public Presence lang(@Nullable String lang) {
        return new Presence(to(), contents.withLang(lang));
    }

    @Override
    public Presence children(List<Element> children) {
        return new Presence(to(), contents.withChildren(children));
    }

    @Override
    public Presence with(Element child) {
        return (Presence) super.with(child);
    }

    @Override
    public Presence without(Predicate<Element> matching) {
        return (Presence) super.without(matching);
    }

    @Override
    Presence make(@Nullable Jid to, Contents contents) {
        return new Presence(to, contents);
    }
}
