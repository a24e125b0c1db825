package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.form.DataForm.Option;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;

/** The forms by which owners ask who waits to be let in to their nodes (XEP-0060 section 8.7). All of it may block. */
public final class PendingForms {
    public static final String COMMAND = Pubsub.NAMESPACE + "#get-pending";
    public static final String NAME = "Subscriptions that wait for you";

    private static final String NODE = "pubsub#node";

    private final Engine engine;

    public PendingForms(Engine engine) {
        this.engine = engine;
    }

    /** The form with the nodes at which somebody waits. */
    public DataForm choice(Jid service, Jid owner) {
        List<Option> nodes = engine.pending(service, owner).stream()
                .map(node -> new Option(node, null))
                .toList();
        return DataForm.of(
                DataForm.Type.FORM,
                Pubsub.AUTHORIZATION,
                NAME,
                List.of(new Field(NODE, FieldType.LIST_SINGLE, "Node", List.of(), nodes, false)));
    }

    /**
     * Sends the owner a question for each who waits at the chosen node.
     *
     * @throws StanzaException when there is no such node, or it is another's
     */
    public void askAgain(Jid service, Jid owner, DataForm submitted) {
        String node = submitted.value(NODE);
        if (node == null || node.isEmpty()) {
            throw new StanzaException(Condition.BAD_REQUEST, "Choose a node");
        }
        engine.askAgain(service, node, owner);
    }
}
