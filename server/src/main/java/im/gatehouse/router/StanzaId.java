package im.gatehouse.router;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;

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
        for (Element child : message.children()) {
            if (isBy(child, owner)) {
                return true;
            }
        }
        return false;
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
