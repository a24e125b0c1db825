package im.gatehouse.modules.muc;

/** The namespaces of XEP-0045 and of what stands in rooms' stanzas beside it. */
public final class Muc {
    public static final String JOIN = "http://jabber.org/protocol/muc";
    public static final String USER = "http://jabber.org/protocol/muc#user";
    public static final String ADMIN = "http://jabber.org/protocol/muc#admin";
    public static final String OWNER = "http://jabber.org/protocol/muc#owner";
    public static final String ROOM_CONFIG = "http://jabber.org/protocol/muc#roomconfig";
    public static final String ROOM_INFO = "http://jabber.org/protocol/muc#roominfo";
    public static final String REQUEST = "http://jabber.org/protocol/muc#request";
    public static final String REGISTER_FORM = "http://jabber.org/protocol/muc#register";
    public static final String UNIQUE = "http://jabber.org/protocol/muc#unique";
    public static final String SELF_PING = "http://jabber.org/protocol/muc#self-ping-optimization";
    public static final String STABLE_ID = "http://jabber.org/protocol/muc#stable_id";
    public static final String RESERVED_NICK = "x-roomuser-item";
    public static final String TRAFFIC = "http://jabber.org/protocol/muc#traffic";
    public static final String HATS = "urn:xmpp:hats:0";
    public static final String RETRACT = "urn:xmpp:message-retract:1";
    public static final String TOMBSTONE = "urn:xmpp:message-retract:1#tombstone";
    public static final String MODERATE = "urn:xmpp:message-moderate:1";
    public static final String COMMANDS = "http://jabber.org/protocol/commands";
    public static final String REGISTER = "jabber:iq:register";
    public static final String STANZA_ID = "urn:xmpp:sid:0";
    public static final String OCCUPANT_ID = "urn:xmpp:occupant-id:0";
    public static final String DELAY = "urn:xmpp:delay";
    public static final String HINTS = "urn:xmpp:hints";
    public static final String PING = "urn:xmpp:ping";
    public static final String VCARD = "vcard-temp";
    public static final String DISCO_INFO = "http://jabber.org/protocol/disco#info";
    public static final String DISCO_ITEMS = "http://jabber.org/protocol/disco#items";
    public static final String RSM = "http://jabber.org/protocol/rsm";

    private Muc() {}
}
