package im.gatehouse.modules.pubsub;

import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;

/** The errors of XEP-0060: a defined condition with one of the namespace {@code pubsub#errors} beside it. */
final class Refusals {
    private Refusals() {}

    static StanzaException of(Condition condition, String detail) {
        return new StanzaException(condition.error().detail(Element.of(detail, Pubsub.ERRORS)));
    }

    static StanzaException of(Condition condition, StanzaError.Type type, String detail) {
        return new StanzaException(condition.error().type(type).detail(Element.of(detail, Pubsub.ERRORS)));
    }

    static StanzaException of(Condition condition, String detail, String text) {
        return new StanzaException(condition.error(text).detail(Element.of(detail, Pubsub.ERRORS)));
    }

    static StanzaException unsupported(String feature) {
        Element detail = Element.builder("unsupported", Pubsub.ERRORS)
                .attribute("feature", feature)
                .build();
        return new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED.error().detail(detail));
    }

    static StanzaException noNodeId() {
        return of(Condition.BAD_REQUEST, "nodeid-required");
    }

    static StanzaException invalidJid() {
        return of(Condition.BAD_REQUEST, "invalid-jid");
    }

    static StanzaException forbidden() {
        return new StanzaException(Condition.FORBIDDEN);
    }

    static StanzaException itemNotFound() {
        return new StanzaException(Condition.ITEM_NOT_FOUND);
    }
}
