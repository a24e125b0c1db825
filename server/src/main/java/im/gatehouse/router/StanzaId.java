package im.gatehouse.router;

import im.gatehouse.jid.Jid;
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
}
