package im.gatehouse.modules.vcard4;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.modules.pubsub.Engine;
import im.gatehouse.modules.pubsub.Item;
import im.gatehouse.modules.pubsub.Node;
import im.gatehouse.modules.pubsub.Pubsub;
import im.gatehouse.modules.pubsub.setting.AccessModel;
import im.gatehouse.modules.vcard.VCards;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers those who ask for a user's card with what the user has published, and keeps it and the card of the old format
 * alike. What not everybody may read is never copied to the old card, which everybody may. All of it may block.
 */
final class VCard4 {
    static final String NAMESPACE = "urn:ietf:params:xml:ns:vcard-4.0";
    static final String NODE = "urn:xmpp:vcard4";

    private static final Logger log = LoggerFactory.getLogger(VCard4.class);

    private static final String CURRENT = "current";

    private static final Element NOTHING = Element.of("vcard", NAMESPACE);

    /** What is stored as a card for everybody is one. */
    private static final DataForm PUBLIC = DataForm.of(
            DataForm.Type.SUBMIT,
            Pubsub.PUBLISH_OPTIONS,
            null,
            List.of(Field.of("pubsub#access_model", FieldType.LIST_SINGLE, null, "open")));

    private final ModuleContext context;
    private final Engine nodes;
    private final VCards cards;

    VCard4(ModuleContext context, Engine nodes, VCards cards) {
        this.context = context;
        this.nodes = nodes;
        this.cards = cards;
    }

    // --- without publish-subscribe ---

    Iq get(Iq request) {
        Jid owner = request.receiver().bare();
        Node node = nodes.find(owner, NODE);
        boolean mayRead = node != null && nodes.mayRead(node, request.sender());
        if (!mayRead && !PresenceAccess.mayKnow(context, owner, request.sender())) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE); // as for an account that is not there
        }
        if (node != null && !mayRead) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        Element card = node == null ? null : current(owner);
        return request.result(card == null ? NOTHING : card);
    }

    private @Nullable Element current(Jid owner) {
        Item last = nodes.last(owner, NODE);
        Element card = last == null ? null : last.payload();
        return card != null && card.is("vcard", NAMESPACE) ? card : null;
    }

    Iq set(Iq request) {
        Jid owner = request.receiver().bare();
        if (!request.sender().bare().equals(owner)) {
            boolean knows = PresenceAccess.mayKnow(context, owner, request.sender());
            throw new StanzaException(knows ? Condition.FORBIDDEN : Condition.SERVICE_UNAVAILABLE);
        }
        boolean isNew = nodes.find(owner, NODE) == null;
        nodes.publish(owner, NODE, request.sender(), CURRENT, request.request(), isNew ? PUBLIC : null);
        return request.result();
    }

    // --- the old card ---

    /**
     * A client publishes a card or takes it back: clients that know the old format alone see it, too. Part of the same
     * unit of work.
     */
    void stored(DSLContext db, Engine.Change change) {
        Node node = change.node();
        if (!node.name().equals(NODE) || node.access() != AccessModel.Access.OPEN) {
            return;
        }
        Item item = change.item() == null ? nodes.last(db, node.service(), NODE) : change.item();
        Element card = item == null ? NOTHING : item.payload();
        if (card != null && card.is("vcard", NAMESPACE)) {
            cards.update(db, node.service(), old -> CardMapping.toOld(card, old));
        }
    }

    /**
     * A client has stored a card of the old format. A node that is not for everybody may hold more than the old card,
     * to which it is never copied: it is left alone.
     */
    void carded(VCards.Change change) {
        Jid owner = change.account();
        Node node = nodes.find(owner, NODE);
        if (node != null && node.access() != AccessModel.Access.OPEN
                || mapped(change.before()).equals(mapped(change.card()))) {
            return;
        }
        Element before = node == null ? null : current(owner);
        Element old = change.card() == null ? Element.of("vCard", VCards.NAMESPACE) : change.card();
        Element card = CardMapping.toNew(old, before == null ? NOTHING : before);
        if (card.equals(before) || before == null && card.content().isEmpty()) {
            return;
        }
        try {
            nodes.publish(owner, NODE, owner, CURRENT, card, PUBLIC);
        } catch (StanzaException e) {
            log.debug("A card is not published: {}", e.getMessage());
        }
    }

    /** What of an old card has a place on a new one. */
    private static Element mapped(@Nullable Element old) {
        return old == null ? NOTHING : CardMapping.toNew(old, NOTHING);
    }
}
