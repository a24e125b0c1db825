package im.gatehouse.modules.archive;

/** The namespaces of XEP-0313 and of what stands in archives' stanzas beside it. */
final class Mam {
    static final String NAMESPACE = "urn:xmpp:mam:2";
    static final String EXTENDED = "urn:xmpp:mam:2#extended";
    static final String GROUPCHAT_FIELD = "urn:xmpp:mam:2#groupchat-field";
    static final String RSM = "http://jabber.org/protocol/rsm";
    static final String FORWARD = "urn:xmpp:forward:0";
    static final String DELAY = "urn:xmpp:delay";
    static final String RETRACT = "urn:xmpp:message-retract:1";
    static final String TOMBSTONE = "urn:xmpp:message-retract:1#tombstone";
    static final String HINTS = "urn:xmpp:hints";
    static final String ROOM_USER = "http://jabber.org/protocol/muc#user";
    static final String OCCUPANT_ID = "urn:xmpp:occupant-id:0";

    private Mam() {}
}
