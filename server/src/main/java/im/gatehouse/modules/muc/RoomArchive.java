package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is said to all in rooms that are archived: a port of the rooms (XEP-0313). Asked in the room's lane,
 * before anybody hears of the message; never blocks.
 */
@FunctionalInterface
public interface RoomArchive {
    /**
     * Takes a message; what is still to be stored is noted with the room ({@link Room#owe}).
     *
     * @param said as everybody will get it, without receiver and stanza-id
     * @param speaker the real bare address of who says it, the room's own where the room does
     * @param refused called, on any thread, when it could not be stored after all
     * @return the number of which the room makes the stanza-id, or null when it is not kept
     * @throws im.gatehouse.stanza.StanzaException when it cannot be taken; it must not be said then
     */
    @Nullable Long keep(Room room, Message said, Jid speaker, Consumer<StanzaError> refused);
}
