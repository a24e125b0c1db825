package im.gatehouse.modules.mds;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.Engine;
import im.gatehouse.modules.pubsub.Node;
import im.gatehouse.modules.pubsub.Pubsub;
import im.gatehouse.router.SentMessages;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the mark of what a user has read out of the user's message and publishes it for the user's other clients
 * (XEP-0490 section 4.4). Nobody else ever sees it, whatever becomes of it.
 */
final class DisplayedMarks implements SentMessages {
    static final String NODE = "urn:xmpp:mds:displayed:0";

    private static final Logger log = LoggerFactory.getLogger(DisplayedMarks.class);

    private static final String DISPLAYED = "displayed";

    /** Nothing is published to a node that others may read. */
    private static final DataForm PRIVATE = DataForm.of(
            DataForm.Type.SUBMIT,
            Pubsub.PUBLISH_OPTIONS,
            null,
            List.of(Field.of("pubsub#access_model", FieldType.LIST_SINGLE, null, "whitelist")));

    private final Engine nodes;

    DisplayedMarks(Engine nodes) {
        this.nodes = nodes;
    }

    @Override
    public boolean concern(Message message) {
        return message.has(DISPLAYED, NODE);
    }

    @Override
    public Message take(Session session, Message message) {
        Element mark = message.child(DISPLAYED, NODE);
        if (mark != null && message.type() != Message.Type.ERROR) {
            publish(session.account(), message.receiver(), mark);
        }
        return message.without(child -> child.is(DISPLAYED, NODE));
    }

    private void publish(Jid account, Jid chat, Element mark) {
        Node node = nodes.find(account, NODE);
        if (node != null && !node.isOwnersAlone()) {
            log.debug("A mark of what was read is not published: others may read the node");
            return;
        }
        try {
            nodes.publish(account, NODE, account, chat.toString(), mark, PRIVATE);
        } catch (StanzaException e) {
            log.debug("A mark of what was read is not published: {}", e.getMessage());
        }
    }
}
