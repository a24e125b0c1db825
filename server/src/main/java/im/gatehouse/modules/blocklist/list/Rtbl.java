package im.gatehouse.modules.blocklist.list;

/** Names that real-time block lists use. */
final class Rtbl {
    /** XEP-0060. */
    static final String PUBSUB = "http://jabber.org/protocol/pubsub";

    /** XEP-0377. */
    static final String REPORTING = "urn:xmpp:reporting:1";

    /** What the kinds of reports begin with. */
    static final String KINDS = "urn:xmpp:reporting:";

    /** The node under which lists are published. */
    static final String NODE = "muc_bans_sha256";

    private Rtbl() {}
}
