package im.gatehouse.modules.muc;

import im.gatehouse.hook.GuardPoint;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.modules.muc.setting.RoomSettings;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.xml.Element;

/** Where other modules take part in what rooms do; a service for those that require {@code mod_muc}. */
public final class RoomHooks {
    /**
     * Something that was said to all in a room.
     *
     * @param room where
     * @param message as everybody got it, with its stanza-id, but for the receiver
     */
    public record Said(Room room, Message message) {}

    /**
     * Something that was said in a room and was taken back since.
     *
     * @param room where
     * @param stanzaId the id that the room gave to the message
     * @param mark what stands in its place: the {@code <retracted/>} of XEP-0424
     */
    public record Retracted(Room room, String stanzaId, Element mark) {}

    private final GuardPoint<RoomEvent, StanzaError> events =
            new GuardPoint<>("an event in a room", Condition.INTERNAL_SERVER_ERROR.error());
    private final NoticePoint<Said> said = new NoticePoint<>("something said in a room");
    private final NoticePoint<Retracted> retracted = new NoticePoint<>("something taken back in a room");
    private final RoomSettings settings = new RoomSettings();

    /** Asked in the room's lane before something happens that the room itself allows. Must not block. */
    public GuardPoint<RoomEvent, StanzaError> events() {
        return events;
    }

    /** Told in the room's lane of what was said to all. Must not block. */
    public NoticePoint<Said> said() {
        return said;
    }

    /** Told in the room's lane of what was taken back, whether it is in the room's history or not. Must not block. */
    public NoticePoint<Retracted> retracted() {
        return retracted;
    }

    /** The settings of rooms, to which others may be added. */
    public RoomSettings settings() {
        return settings;
    }
}
