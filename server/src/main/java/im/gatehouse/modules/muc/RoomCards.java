package im.gatehouse.modules.muc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Shows a room's visiting card to everybody who knows of the room, and lets its owners write it (XEP-0486). The card of
 * a stored room is in the database alone. In the room's lane.
 */
final class RoomCards {
    /** Bytes of a card at most, its pictures included. */
    private static final int MOST_BYTES = 229_376;

    private static final StanzaError UNREADABLE = Condition.INTERNAL_SERVER_ERROR
            .error("The card cannot be read at present")
            .type(StanzaError.Type.WAIT);

    /** Characters of cards that are remembered, all rooms together. */
    private static final int MOST_REMEMBERED = 16 << 20;

    private final Parts parts;
    private final Commits commits;

    /** Cards that were asked for lately, so that nobody makes a room wait for the database again and again. */
    private final Cache<Room, Element> remembered = Caffeine.newBuilder()
            .weakKeys()
            .maximumWeight(MOST_REMEMBERED)
            .weigher((Room _, Element card) -> StoredXml.write(card).length())
            .executor(Runnable::run)
            .build();

    RoomCards(Parts parts, Commits commits) {
        this.parts = parts;
        this.commits = commits;
    }

    void receive(Room room, Iq iq) {
        if (!iq.request().name().equals("vCard")) {
            throw new StanzaException(Condition.BAD_REQUEST);
        }
        if (iq.type() == Iq.Type.SET) {
            set(room, iq);
            return;
        }
        Element card = room.stored ? remembered.getIfPresent(room) : shown(room.card);
        if (card != null) {
            parts.router.route(iq.result(card), room.lane());
        } else {
            room.lane().blocking(() -> read(room, iq));
        }
    }

    private void read(Room room, Iq iq) {
        Element card;
        try {
            card = shown(parts.database.read(db -> parts.cards.find(db, room.jid())));
        } catch (StorageException _) {
            parts.bounce(room, iq, UNREADABLE);
            return;
        }
        remembered.put(room, card);
        parts.router.route(iq.result(card), room.lane());
    }

    private static Element shown(@Nullable RoomCard card) {
        return card == null ? Element.of("vCard", Muc.VCARD) : card.card();
    }

    private void set(Room room, Iq iq) {
        if (parts.affiliation(room, iq.sender()) != Affiliation.OWNER) {
            throw new StanzaException(Condition.FORBIDDEN, "Only owners write the card of a room");
        }
        Element written = iq.request();
        if (StoredXml.write(written).getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new StanzaException(
                    Condition.POLICY_VIOLATION, "A card may have %,d bytes, its picture included".formatted(MOST_BYTES));
        }
        RoomCard card = written.content().isEmpty() ? null : RoomCard.of(written);
        commits.commit(room, iq, db -> parts.cards.put(db, room.jid(), card), () -> {
            room.card(card);
            remembered.invalidate(room);
            parts.router.route(iq.result(), room.lane());
            parts.broadcast.tell(room, Status.CONFIGURATION_CHANGED);
        });
    }
}
