package im.gatehouse.modules.vcard;

import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Keeps one card for each account: its owner writes it, and everybody may read it. All of it may block. */
public final class VCards {
    /**
     * An owner has changed a card.
     *
     * @param before the card until then, or null
     * @param card the card from now on, or null
     */
    public record Change(Jid account, @Nullable Element before, @Nullable Element card) {}

    public static final String NAMESPACE = "vcard-temp";

    private final VCardStore store = new VCardStore();
    private final NoticePoint<Change> changed = new NoticePoint<>("a change of a card");
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
        Jid owner = request.receiver().bare();
        if (!isOwn(request)) {
            boolean knows = PresenceAccess.mayKnow(context, owner, request.sender());
            throw new StanzaException(knows ? Condition.FORBIDDEN : Condition.SERVICE_UNAVAILABLE);
        }
        Element card = request.request();
        String text = StoredXml.write(card);
        int most = config.maxBytes();
        if (text.getBytes(StandardCharsets.UTF_8).length > most) {
            throw new StanzaException(
                    Condition.POLICY_VIOLATION, "A vCard may have %,d bytes here, its picture included".formatted(most));
        }
        boolean gone = card.content().isEmpty();
        Optional<String> before = context.database().write(db -> {
            Optional<String> found = store.find(db, owner);
            if (gone) {
                store.remove(db, owner);
            } else {
                store.put(db, owner, text);
            }
            return found;
        });
        changed.tell(new Change(owner, before.map(StoredXml::read).orElse(null), gone ? null : card));
        return request.result();
    }

    // --- for other modules ---

    /** Told after an owner's change has been stored, before it is answered. Runs on a virtual thread and may block. */
    public NoticePoint<Change> changed() {
        return changed;
    }

    /** The card of an account. */
    public Optional<Element> find(Jid account) {
        return context.database().read(db -> store.find(db, account)).map(StoredXml::read);
    }

    /**
     * Changes the card of an account, of which {@link #changed} is not told. A card that would be too large stays as it
     * was; one with nothing on it goes.
     *
     * @param change is given the card, an empty one where there is none; may be asked more than once
     * @return whether the card is now as the change would have it
     */
    public boolean update(Jid account, UnaryOperator<Element> change) {
        return context.database().write(db -> update(db, account, change));
    }

    /** The same as part of a unit of work. */
    public boolean update(DSLContext db, Jid account, UnaryOperator<Element> change) {
        Optional<String> before = store.find(db, account);
        Element card = change.apply(before.map(StoredXml::read).orElse(Element.of("vCard", NAMESPACE)));
        if (card.content().isEmpty()) {
            store.remove(db, account);
            return true;
        }
        String text = StoredXml.write(card);
        if (before.equals(Optional.of(text))) {
            return true;
        }
        boolean fits = text.getBytes(StandardCharsets.UTF_8).length <= config.maxBytes();
        if (!fits || !context.accounts().hold(db, account)) {
            return false;
        }
        store.put(db, account, text);
        return true;
    }

    /** Takes part in the removal of accounts. */
    void forgetWithAccounts() {
        context.undoLater(context.accounts().onRemoval(context.module(), store::remove));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), store::removeDomain));
    }
}
