package im.gatehouse.modules.avatar;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.pep.Pep;
import im.gatehouse.modules.pubsub.Engine;
import im.gatehouse.modules.pubsub.Item;
import im.gatehouse.modules.vcard.VCards;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import java.util.function.BiConsumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies avatars between what is published and visiting cards (XEP-0398 section 3), and knows the hash of each. All of
 * it may block.
 */
final class Avatars {
    private static final Logger log = LoggerFactory.getLogger(Avatars.class);

    private final AvatarStore store = new AvatarStore();
    private final ModuleContext context;
    private final Engine nodes;
    private final VCards cards;
    private final BiConsumer<Jid, String> changed;

    /**
     * @param changed is told of an account's new hash, empty for none
     */
    Avatars(ModuleContext context, BiConsumer<Jid, String> changed) {
        this.context = context;
        this.nodes = context.service(Pep.class).engine();
        this.cards = context.service(VCards.class);
        this.changed = changed;
    }

    // --- from what is published to the card (section 3.1) ---

    /** A client changes its avatar: the card and the hash are changed in the same unit of work. */
    void stored(DSLContext db, Engine.Change change) {
        Jid account = change.node().service();
        Item item = change.item();
        boolean ofData = change.node().name().equals(Picture.DATA);
        if (ofData && item != null) {
            Item last = nodes.last(db, account, Picture.METADATA);
            if (last != null && last.id().equals(item.id())) { // which has come first, against the rules
                follow(db, account, last.payload());
            }
        } else if (concernsMetadata(change) && item != null) {
            follow(db, account, item.payload());
        } else if (concernsMetadata(change) && nodes.last(db, account, Picture.METADATA) == null) {
            show(db, account, null); // some clients take their avatar back so
        }
    }

    private static boolean concernsMetadata(Engine.Change change) {
        return change.node().name().equals(Picture.METADATA);
    }

    private void follow(DSLContext db, Jid account, @Nullable Element metadata) {
        if (metadata == null) {
            return;
        }
        Element info = metadata.children("info", Picture.METADATA).stream()
                .filter(each -> each.attribute("url") == null && each.attribute("id") != null)
                .findFirst()
                .orElse(null);
        if (info != null) {
            Picture picture = data(db, account, info);
            if (picture != null) {
                show(db, account, picture);
            }
        } else if (metadata.children("info", Picture.METADATA).isEmpty()) {
            show(db, account, null);
        }
    }

    /** The picture that an info names, if it is the one that its hash stands for. */
    private @Nullable Picture data(DSLContext db, Jid account, Element info) {
        String id = info.attributeOr("id", "");
        Item data = nodes.item(db, account, Picture.DATA, id);
        Element payload = data == null ? null : data.payload();
        Picture picture = payload == null ? null : Picture.of(info.attribute("type"), payload.text());
        return picture != null && picture.hash().equals(id) ? picture : null;
    }

    /** The hash is that of the card's picture: where the card cannot take a new one, it stays as it was, too. */
    private void show(DSLContext db, Jid account, @Nullable Picture picture) {
        if (cards.update(db, account, card -> Picture.on(card, picture))) {
            put(db, account, picture == null ? "" : picture.hash());
        }
    }

    /** A client has changed its avatar: those who see the user's presence are told. */
    void published(Engine.Change change) {
        if (concernsMetadata(change) || change.node().name().equals(Picture.DATA)) {
            Jid account = change.node().service();
            changed.accept(account, hash(account));
        }
    }

    // --- from the card to what is published (section 3.2) ---

    void carded(VCards.Change change) {
        Jid account = change.account();
        Picture before = Picture.of(change.before());
        Picture picture = Picture.of(change.card());
        boolean same = before == null ? picture == null : picture != null && before.hash().equals(picture.hash());
        if (same) {
            return;
        }
        remember(account, picture);
        try {
            if (picture == null) {
                nodes.publish(
                        account, Picture.METADATA, account, "current", Element.of("metadata", Picture.METADATA), null);
            } else {
                nodes.publish(account, Picture.DATA, account, picture.hash(), picture.data(), null);
                nodes.publish(account, Picture.METADATA, account, picture.hash(), picture.metadata(), null);
            }
        } catch (StanzaException e) {
            log.debug("The picture of a card is not published: {}", e.getMessage());
        }
    }

    // --- hashes ---

    /** The hash of an account's avatar, empty where it has none. */
    String hash(Jid account) {
        String known = context.database().read(db -> store.find(db, account));
        if (known != null) {
            return known;
        }
        Picture picture = cards.find(account).map(Picture::of).orElse(null);
        String hash = picture == null ? "" : picture.hash();
        put(account, hash);
        return hash;
    }

    private void remember(Jid account, @Nullable Picture picture) {
        String hash = picture == null ? "" : picture.hash();
        put(account, hash);
        changed.accept(account, hash);
    }

    private void put(Jid account, String hash) {
        context.database().write(db -> {
            put(db, account, hash);
            return true;
        });
    }

    private void put(DSLContext db, Jid account, String hash) {
        if (context.accounts().hold(db, account)) {
            store.put(db, account, hash);
        }
    }

    void remove(DSLContext db, Jid account) {
        store.remove(db, account);
    }

    void removeDomain(DSLContext db, String domain) {
        store.removeDomain(db, domain);
    }
}
