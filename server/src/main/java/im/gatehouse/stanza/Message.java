package im.gatehouse.stanza;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Something said to somebody (RFC 6121 section 5). */
public final class Message extends Stanza {
    /** The types of RFC 6121 section 5.2.2. An unknown one counts as normal, as that section asks. */
    public enum Type {
        NORMAL,
        CHAT,
        GROUPCHAT,
        HEADLINE,
        ERROR;

        private final String wire = name().toLowerCase(Locale.ROOT);

        public String wire() {
            return wire;
        }

        private static Type of(@Nullable String text) {
            return switch (text) {
                case "chat" -> CHAT;
                case "groupchat" -> GROUPCHAT;
                case "headline" -> HEADLINE;
                case "error" -> ERROR;
                case null, default -> NORMAL;
            };
        }
    }

    private final Type type;
    private final @Nullable Handover handover;

    Message(@Nullable Jid to, Contents contents) {
        this(to, contents, null);
    }

    private Message(@Nullable Jid to, Contents contents, @Nullable Handover handover) {
        super(to, contents);
        this.type = Type.of(contents.type);
        this.handover = handover;
    }

    /** A message with the given children. */
    public static Message of(Type type, @Nullable Jid from, @Nullable Jid to, @Nullable String id, Element... children) {
        String wire = type == Type.NORMAL ? null : type.wire();
        return new Message(to, new Contents("message", wire, from, id, null, List.of(), List.of(children)));
    }

    public Type type() {
        return type;
    }

    /** The text of the first {@code <body/>}, or null where there is none. */
    public @Nullable String body() {
        Element body = child("body", Namespaces.CLIENT);
        return body == null ? null : body.text();
    }

    /** What wants to know how this message fares; null when nothing does. */
    public @Nullable Handover handover() {
        return handover;
    }

    /** The same message as it is handed to sessions. No other change of a message keeps this. */
    public Message handover(@Nullable Handover handover) {
        return handover == this.handover ? this : new Message(to(), contents.share(), handover);
    }

    /** The same message with another type. */
    public Message type(Type type) {
        return new Message(to(), contents.withType(type == Type.NORMAL ? null : type.wire()));
    }

    @Override
    public Message to(@Nullable Jid to) {
        return new Message(to, contents.share());
    }

    @Override
    public Message from(@Nullable Jid from) {
        return new Message(to(), contents.withFrom(from));
    }

    @Override
    public Message id(@Nullable String id) {
        return new Message(to(), contents.withId(id));
    }

    @Override
    public Message lang(@Nullable String lang) {
        return new Message(to(), contents.withLang(lang));
    }

    @Override
    public Message children(List<Element> children) {
        return new Message(to(), contents.withChildren(children));
    }

    @Override
    public Message with(Element child) {
        return (Message) super.with(child);
    }

    @Override
    public Message without(Predicate<Element> matching) {
        return (Message) super.without(matching);
    }

    @Override
    Message make(@Nullable Jid to, Contents contents) {
        return new Message(to, contents);
    }
}
