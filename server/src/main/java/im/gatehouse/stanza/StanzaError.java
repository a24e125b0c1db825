package im.gatehouse.stanza;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a refused stanza is answered with (RFC 6120 section 8.3).
 *
 * @param condition the defined condition
 * @param type what the sender may do about it
 * @param text words for people, or null
 * @param details application-specific conditions, each in its own namespace
 * @param legacyCode the number of the time before RFC 3920 (XEP-0086), for the few errors in which others' software
 *     looks for it; 0 for none
 * @param uri where to turn to instead (sections 8.3.3.5 and 8.3.3.15), or null
 * @param by whose error it is (section 8.3.2), or null for that of whoever the answer comes from
 */
public record StanzaError(
        Condition condition,
        Type type,
        @Nullable String text,
        List<Element> details,
        int legacyCode,
        @Nullable String uri,
        @Nullable Jid by) {
    /** What the sender may do about an error (RFC 6120 section 8.3.2). */
    public enum Type {
        AUTH,
        CANCEL,
        CONTINUE,
        MODIFY,
        WAIT;

        private final String wire = name().toLowerCase(java.util.Locale.ROOT);

        public String wire() {
            return wire;
        }
    }

    /** The defined conditions (RFC 6120 section 8.3.3), each with the type that the RFC recommends. */
    public enum Condition {
        BAD_REQUEST(Type.MODIFY),
        CONFLICT(Type.CANCEL),
        FEATURE_NOT_IMPLEMENTED(Type.CANCEL),
        FORBIDDEN(Type.AUTH),
        GONE(Type.CANCEL),
        INTERNAL_SERVER_ERROR(Type.CANCEL),
        ITEM_NOT_FOUND(Type.CANCEL),
        JID_MALFORMED(Type.MODIFY),
        NOT_ACCEPTABLE(Type.MODIFY),
        NOT_ALLOWED(Type.CANCEL),
        NOT_AUTHORIZED(Type.AUTH),
        POLICY_VIOLATION(Type.MODIFY),
        RECIPIENT_UNAVAILABLE(Type.WAIT),
        REDIRECT(Type.MODIFY),
        REGISTRATION_REQUIRED(Type.AUTH),
        REMOTE_SERVER_NOT_FOUND(Type.CANCEL),
        REMOTE_SERVER_TIMEOUT(Type.WAIT),
        RESOURCE_CONSTRAINT(Type.WAIT),
        SERVICE_UNAVAILABLE(Type.CANCEL),
        SUBSCRIPTION_REQUIRED(Type.AUTH),
        UNDEFINED_CONDITION(Type.CANCEL),
        UNEXPECTED_REQUEST(Type.WAIT);

        private final Type usual;
        private final String wire = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');

        Condition(Type usual) {
            this.usual = usual;
        }

        public String wire() {
            return wire;
        }

        /** The error of this condition with its usual type and no text. */
        public StanzaError error() {
            return new StanzaError(this, usual, null, List.of(), 0, null, null);
        }

        /** The error of this condition with its usual type. */
        public StanzaError error(String text) {
            return new StanzaError(this, usual, text, List.of(), 0, null, null);
        }
    }

    public StanzaError {
        details = List.copyOf(details);
    }

    public StanzaError type(Type type) {
        return new StanzaError(condition, type, text, details, legacyCode, uri, by);
    }

    /** This error with other words for people, or none. */
    public StanzaError text(@Nullable String text) {
        return new StanzaError(condition, type, text, details, legacyCode, uri, by);
    }

    /** This error with a number of the time before RFC 3920, too. */
    public StanzaError legacyCode(int legacyCode) {
        return new StanzaError(condition, type, text, details, legacyCode, uri, by);
    }

    /** This error, which is {@code gone} or {@code redirect}, with where to turn to instead. */
    public StanzaError uri(String uri) {
        return new StanzaError(condition, type, text, details, legacyCode, uri, by);
    }

    /** This error with whose it is, where the answer comes in another's name: a room's, and not an occupant's. */
    public StanzaError by(Jid by) {
        return new StanzaError(condition, type, text, details, legacyCode, uri, by);
    }

    /** This error with one application-specific condition more. */
    public StanzaError detail(Element detail) {
        List<Element> more = new java.util.ArrayList<>(details);
        more.add(detail);
        return new StanzaError(condition, type, text, more, legacyCode, uri, by);
    }

    /** The {@code <error/>} child of a stanza. */
    public Element toElement() {
        Element.Builder error = Element.builder("error", Namespaces.CLIENT)
                .attribute("by", by == null ? null : by.toString())
                .attribute("type", type.wire())
                .attribute("code", legacyCode == 0 ? null : Integer.toString(legacyCode))
                .child(
                        uri == null
                                ? Element.of(condition.wire(), Namespaces.STANZA_ERRORS)
                                : Element.of(condition.wire(), Namespaces.STANZA_ERRORS, uri));
        if (text != null) {
            error.child(Element.of("text", Namespaces.STANZA_ERRORS, text));
        }
        return error.children(details).build();
    }
}
