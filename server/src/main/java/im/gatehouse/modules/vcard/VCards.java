package im.gatehouse.modules.vcard;

import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger log = LoggerFactory.getLogger(VCards.class);

    private final VCardStore store = new VCardStore();
    private final NoticePoint<Change> changed = new NoticePoint<>("a change of a card");
    private final ModuleContext context;

    /** Whose change others may not have followed because the server was killed. */
    private final Set<Jid> unfollowed = ConcurrentHashMap.newKeySet();

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
            store.note(db, owner, found.orElse(""));
            if (gone) {
                store.remove(db, owner);
            } else {
                store.put(db, owner, text);
            }
            return found;
        });
        tell(new Change(owner, before.map(StoredXml::read).orElse(null), gone ? null : card));
        return request.result();
    }

    private void tell(Change change) {
        changed.tell(change);
        try {
            context.database().write(db -> {
                store.followed(db, change.account());
                return true;
            });
        } catch (StorageException e) {
            log.debug("A card that has been copied will be so once more: {}", e.getMessage());
        }
    }

    // --- after a kill ---

    /** Reads whose change others may not have followed because the server was killed. */
    void load() {
        unfollowed.addAll(context.database().read(store::unfollowed));
    }

    /** Has such a change followed when the user comes, before the user's client says anything. */
    void opened(Session session) {
        if (unfollowed.contains(session.account())) {
            session.lane().add(() -> session.lane().blocking(() -> follow(session.account())));
        }
    }

    private void follow(Jid account) {
        if (!unfollowed.remove(account)) {
            return;
        }
        try {
            Optional<String> before = context.database().read(db -> store.before(db, account));
            Element card = find(account).orElse(null);
            before.ifPresent(text -> tell(new Change(account, text.isEmpty() ? null : StoredXml.read(text), card)));
        } catch (StorageException e) {
            unfollowed.add(account);
            log.warn("What was on a card is not copied to where it belongs: {}", e.getMessage());
        }
    }

    // --- for other modules ---

    /**
     * Told after an owner's change has been stored, before it is answered. Runs on a virtual thread and may block. When
     * the server is killed in between, it is told when the owner next comes, maybe for the second time.
     */
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
        context.undoLater(context.accounts().onRemoval(context.module(), (db, account) -> {
            store.remove(db, account);
            store.followed(db, account);
        }));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), store::removeDomain));
    }
}
