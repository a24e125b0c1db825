package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.OnlyChild;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request, taken apart.
 *
 * @param pubsub the request's child
 * @param action the child of that which says what is wanted
 */
record Asked(Iq request, Element pubsub, Element action) {
    /** The address of the service, or of the account, that is asked. */
    Jid service() {
        return request.receiver().bare();
    }

    /** The full address of who asks. */
    Jid asker() {
        return request.sender();
    }

    /**
     * The node that it is about.
     *
     * @throws StanzaException when none is named
     */
    String node() {
        String node = nodeOrNull();
        if (node == null) {
            throw Refusals.noNodeId();
        }
        return node;
    }

    @Nullable String nodeOrNull() {
        String node = action.attribute("node");
        if (node == null || node.isEmpty()) {
            return null;
        }
        if (bytes(node) > Limits.NAME_BYTES) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "The name of a node has at most " + Limits.NAME_BYTES + " bytes");
        }
        return node;
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The address in an attribute {@code jid}.
     *
     * @throws StanzaException when there is none
     */
    static Jid jid(Element element) {
        String text = element.attribute("jid");
        if (text == null) {
            throw Refusals.of(Condition.BAD_REQUEST, "jid-required");
        }
        try {
            return Jid.parse(text);
        } catch (InvalidJidException _) {
            throw Refusals.invalidJid();
        }
    }

    /**
     * The form in an element.
     *
     * @return null where there is no element or no form in it
     * @throws StanzaException when the form is about something else, or is not the only one
     */
    static @Nullable DataForm form(@Nullable Element holder, String formType) {
        if (holder == null) {
            return null;
        }
        Element element = OnlyChild.of(holder, "x", DataForm.NAMESPACE);
        if (element == null) {
            return null;
        }
        DataForm form = DataForm.of(element);
        if (form == null || form.formType() != null && !form.formType().equals(formType)) {
            throw new StanzaException(Condition.BAD_REQUEST, "The form is not one of " + formType);
        }
        return form;
    }

    /** The answer whose {@code <pubsub/>} has these children. */
    Iq answer(@Nullable Element... children) {
        Element.Builder answer = Element.builder("pubsub", pubsub.namespace());
        for (Element child : children) {
            answer.child(child);
        }
        return request.result(answer.build());
    }

    /**
     * What stands beside the action and says how it is to be done.
     *
     * @return null where there is none
     * @throws StanzaException when it comes first, names a node or an address of its own (sections 6.3.7 and 8.1.3), or
     *     is there twice
     */
    @Nullable Element beside(String name) {
        Element beside = OnlyChild.of(pubsub, name, Pubsub.NAMESPACE);
        if (beside != null) {
            boolean follows = pubsub.children().indexOf(action) < pubsub.children().indexOf(beside);
            if (!follows || beside.attribute("node") != null || beside.attribute("jid") != null) {
                throw new StanzaException(
                        Condition.BAD_REQUEST, "<" + name + "/> follows <" + action.name() + "/> and names nothing");
            }
        }
        return beside;
    }
}
