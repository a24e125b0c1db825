package im.gatehouse.modules.pubsub.setting;

import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;

/** Who may subscribe to the node and ask for its items (XEP-0060 section 4.5). */
public final class AccessModel extends ChoiceSetting<AccessModel.Access> {
    public static final AccessModel SETTING = new AccessModel();

    /** Who may. */
    public enum Access {
        /** Everybody. */
        OPEN,
        /** Those who see an owner's presence. */
        PRESENCE,
        /** Those in certain groups of an owner's roster; see {@link RosterGroups}. */
        ROSTER,
        /** Those whom an owner approves of when they subscribe. */
        AUTHORIZE,
        /** Members, publishers and owners. */
        WHITELIST
    }

    private AccessModel() {
        super(
                "access_model",
                Access.OPEN,
                "Who may subscribe and read",
                "Everybody",
                "Those who see the owner's presence",
                "Those in certain roster groups of the owner",
                "Those whom an owner approves of",
                "Members only");
    }

    @Override
    public boolean isMetaData() {
        return true;
    }

    /** Section 8.1.2 names the mistake. */
    @Override
    protected StanzaException refused(String why) {
        return new StanzaException(super.refused(why)
                .error()
                .detail(Element.of("unsupported-access-model", "http://jabber.org/protocol/pubsub#errors")));
    }
}
