package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks owners whether somebody may subscribe, and takes their answers (XEP-0060 section 8.6). */
final class Authorizations {
    private static final String NODE = "pubsub#node";
    private static final String SUBSCRIBER = "pubsub#subscriber_jid";
    private static final String SUBID = "pubsub#subid";
    private static final String ALLOW = "pubsub#allow";

    private final Parts parts;

    Authorizations(Parts parts) {
        this.parts = parts;
    }

    void ask(Turns.Turn turn, Node node, Subscription subscription) {
        parts.notifier.tellOwners(turn, node, question(node, subscription));
    }

    /** The nodes of an owner at which somebody waits, by name. */
    List<String> pending(Jid service, Jid owner) {
        return parts.database().read(db -> parts.store.pendingNodes(db, service)).stream()
                .filter(name -> {
                    Node node = parts.nodes.find(service, name);
                    return node != null && parts.access.affiliation(node, owner) == Affiliation.OWNER;
                })
                .toList();
    }

    /** Asks an owner once more about all who wait at a node. */
    void askAgain(Jid service, String name, Jid owner) {
        parts.inTurn(service, name, work -> {
            Node node = parts.existing(service, name, owner);
            parts.access.checkOwns(node, owner);
            node.subscriptions().values().stream()
                    .filter(Subscription::pending)
                    .sorted(Comparator.comparing(Subscription::jid))
                    .forEach(waiting -> parts.notifier.ask(work.turn(), node, question(node, waiting), owner));
            return true;
        });
    }

    private static Element question(Node node, Subscription subscription) {
        DataForm form = new DataForm(
                DataForm.Type.FORM,
                "A subscription waits for you",
                List.of("Decide whether this address may subscribe to your node."),
                List.of(
                        Field.of("FORM_TYPE", FieldType.HIDDEN, null, Pubsub.AUTHORIZATION),
                        Field.of(NODE, FieldType.TEXT_SINGLE, "Node", node.name()),
                        Field.of(
                                SUBSCRIBER,
                                FieldType.JID_SINGLE,
                                "Subscriber",
                                subscription.jid().toString()),
                        Field.of(SUBID, FieldType.HIDDEN, null, subscription.subid()),
                        Field.bool(ALLOW, "Allow the subscription", false)));
        return form.toElement();
    }

    /** The form of an owner's answer, or null where a message holds none. */
    static @Nullable DataForm answer(Message message) {
        DataForm form = DataForm.of(message.child("x", DataForm.NAMESPACE));
        return form != null
                        && form.type() == DataForm.Type.SUBMIT
                        && Pubsub.AUTHORIZATION.equals(form.formType())
                ? form
                : null;
    }

    /**
     * Does what an owner has decided. An answer about what does not wait any more is ignored, and so is one from
     * somebody who is no owner.
     */
    void answered(Jid service, Jid owner, DataForm form) {
        String name = form.value(NODE);
        Jid subscriber = jid(form.value(SUBSCRIBER));
        String allow = form.value(ALLOW);
        String subid = form.value(SUBID);
        if (name == null || subscriber == null || allow == null) {
            return;
        }
        parts.inTurn(service, name, work -> {
            Node node = parts.nodes.find(service, name);
            Subscription waiting = node == null ? null : node.subscriptions().get(subscriber);
            if (node != null
                    && waiting != null
                    && waiting.pending()
                    && (subid == null || subid.equals(waiting.subid()))
                    && parts.access.affiliation(node, owner) == Affiliation.OWNER) {
                decide(work, node, waiting, allow.equals("1") || allow.equals("true"));
            }
            return true;
        });
    }

    private static @Nullable Jid jid(@Nullable String text) {
        try {
            return text == null ? null : Jid.parse(text);
        } catch (InvalidJidException _) {
            return null;
        }
    }

    /** Lets a subscription stand, or ends it, and tells its subscriber. The caller has asked who decides. */
    Node decide(Parts.Work work, Node node, Subscription waiting, boolean allowed) {
        if (!allowed) {
            return new Subscribing(parts, this).cancel(work, node, waiting);
        }
        Subscription approved = waiting.approved();
        Node after = node.with(approved);
        work.store(after, db -> parts.subscribe(db, node, approved));
        tellOfApproval(work, after, approved);
        return after;
    }

    /** Tells a subscriber that the subscription stands now. */
    void tellOfApproval(Parts.Work work, Node after, Subscription approved) {
        parts.notifier.tellOf(
                work.turn(), after, approved.toElement(Pubsub.EVENT, after.name()), approved.jid());
        new Subscribing(parts, this).sendLast(work, after, approved.jid());
    }
}
