package im.gatehouse.modules.muc;

import im.gatehouse.hook.GuardPoint;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.modules.muc.setting.RoomSettings;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;

/** Where other modules take part in what rooms do; a service for those that require {@code mod_muc}. */
public final class RoomHooks {
    /**
     * Something that was said to all in a room.
     *
     * @param room where
     * @param message as everybody got it, with its stanza-id, but for the receiver
     */
    public record Said(Room room, Message message) {}

    private final GuardPoint<RoomEvent, StanzaError> events =
            new GuardPoint<>("an event in a room", Condition.INTERNAL_SERVER_ERROR.error());
    private final NoticePoint<Said> said = new NoticePoint<>("something said in a room");
    private final RoomSettings settings = new RoomSettings();

    /** Asked in the room's lane before something happens that the room itself allows. Must not block. */
    public GuardPoint<RoomEvent, StanzaError> events() {
        return events;
    }

    /** Told in the room's lane of what was said to all. Must not block. */
    public NoticePoint<Said> said() {
        return said;
    }

    /** The settings of rooms, to which others may be added. */
    public RoomSettings settings() {
        return settings;
    }
}
