package im.gatehouse.modules.pubsub;

/** The namespaces of XEP-0060 and of what stands in its stanzas beside it. */
public final class Pubsub {
    public static final String NAMESPACE = "http://jabber.org/protocol/pubsub";
    public static final String OWNER = NAMESPACE + "#owner";
    public static final String EVENT = NAMESPACE + "#event";
    public static final String ERRORS = NAMESPACE + "#errors";
    public static final String NODE_CONFIG = NAMESPACE + "#node_config";
    public static final String META_DATA = NAMESPACE + "#meta-data";
    public static final String PUBLISH_OPTIONS = NAMESPACE + "#publish-options";
    public static final String SUBSCRIBE_OPTIONS = NAMESPACE + "#subscribe_options";
    public static final String AUTHORIZATION = NAMESPACE + "#subscribe_authorization";

    static final String ADDRESS = "http://jabber.org/protocol/address";
    static final String DELAY = "urn:xmpp:delay";
    static final String RSM = "http://jabber.org/protocol/rsm";

    private Pubsub() {}
}
