package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Stanza;

/**
 * Something that somebody is about to do in a room and that the room itself would allow. What the room refuses anyway
 * (an outcast, somebody who is not in it, no voice) never becomes an event.
 *
 * @param kind what
 * @param room where; the guard runs in its lane, so what it keeps with the room is confined to that
 * @param sender who, with the full address
 * @param affiliation what they are to the room; administrators of the service count as owners
 * @param stanza the stanza by which they do it
 */
public record RoomEvent(Kind kind, Room room, Jid sender, Affiliation affiliation, Stanza stanza) {
    /** What may be done in a room. */
    public enum Kind {
        /** Somebody comes in; the receiver's resource is the nick. */
        JOIN,
        /** An occupant takes another nick, which is the receiver's resource. */
        NICK_CHANGE,
        /** An occupant tells of a change of status. */
        PRESENCE,
        /** An occupant speaks to all. */
        MESSAGE,
        /** An occupant sets the subject. */
        SUBJECT,
        /** An occupant speaks to one other. */
        PRIVATE_MESSAGE,
        /** An occupant has the room invite somebody. */
        INVITE,
        /** An occupant without voice asks for it. */
        VOICE_REQUEST
    }
}
