package im.gatehouse.router;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** The mark by which an archive tells under which id it has a message (XEP-0359). */
public final class StanzaId {
    public static final String NAMESPACE = "urn:xmpp:sid:0";
    public static final String NAME = "stanza-id";

    private StanzaId() {}

    /**
     * The mark.
     *
     * @param by whose archive
     */
    public static Element of(Jid by, String id) {
        return Element.builder(NAME, NAMESPACE)
                .attribute("by", by.toString())
                .attribute("id", id)
                .build();
    }

    /** Whether a message says that somebody's archive has it; what reaches a local account says so truly. */
    public static boolean isOn(Message message, Jid owner) {
        return on(message, owner) != null;
    }

    /** The id under which somebody's archive has a message, or null; what reaches a local account says it truly. */
    public static @Nullable String on(Message message, Jid owner) {
        for (Element child : message.children()) {
            if (isBy(child, owner)) {
                return child.attributeOr("id", "");
            }
        }
        return null;
    }

    static boolean isBy(Element child, Jid owner) {
        String by = child.is(NAME, NAMESPACE) ? child.attribute("by") : null;
        try {
            return by != null && (by.equals(owner.toString()) || Jid.parse(by).bare().equals(owner));
        } catch (InvalidJidException _) {
            return false;
        }
    }
}
