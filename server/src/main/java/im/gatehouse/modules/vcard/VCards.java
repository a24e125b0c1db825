package im.gatehouse.modules.vcard;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.nio.charset.StandardCharsets;

/** Keeps one card for each account: its owner writes it, and everybody may read it. */
final class VCards {
    static final String NAMESPACE = "vcard-temp";

    private final VCardStore store = new VCardStore();
    private final ModuleContext context;

    private volatile VCardConfig config;

    VCards(VCardConfig config, ModuleContext context) {
        this.config = config;
        this.context = context;
    }

    void config(VCardConfig fresh) {
        config = fresh;
    }

    Iq get(Iq request) {
        Jid owner = request.receiver().bare();
        return context.database()
                .read(db -> store.find(db, owner))
                .map(card -> request.result(StoredXml.read(card)))
                .orElseThrow(() -> new StanzaException(noCard(request)));
    }

    /** A stranger without a card looks like nobody at all, so that names cannot be tried out. */
    private static Condition noCard(Iq request) {
        return isOwn(request) ? Condition.ITEM_NOT_FOUND : Condition.SERVICE_UNAVAILABLE;
    }

    private static boolean isOwn(Iq request) {
        return request.sender().bare().equals(request.receiver().bare());
    }

    /** Stores the card; an empty one takes it away. When this has returned it is on disk. */
    Iq set(Iq request) {
        if (!isOwn(request)) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        Jid owner = request.receiver().bare();
        Element card = request.request();
        String text = StoredXml.write(card);
        int most = config.maxBytes();
        if (text.getBytes(StandardCharsets.UTF_8).length > most) {
            throw new StanzaException(
                    Condition.POLICY_VIOLATION, "A vCard may have %,d bytes here, its picture included".formatted(most));
        }
        return context.database().write(db -> {
            if (card.content().isEmpty()) {
                store.remove(db, owner);
            } else {
                store.put(db, owner, text);
            }
            return request.result();
        });
    }

    /** Takes part in the removal of accounts. */
    void forgetWithAccounts() {
        context.undoLater(context.accounts().onRemoval(context.module(), store::remove));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), store::removeDomain));
    }
}
