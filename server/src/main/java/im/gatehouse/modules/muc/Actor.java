package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import org.jspecify.annotations.Nullable;

/**
 * Who asks a room for something, as they are at that moment.
 *
 * @param user the bare address
 * @param affiliation what they are to the room; administrators of the service own all rooms
 * @param role none when they are not in the room
 * @param nick null when they are not in the room
 */
record Actor(Jid user, Affiliation affiliation, Role role, @Nullable String nick) {

    /** The one with that full address. */
    static Actor of(Parts parts, Room room, Jid sender) {
        Seat seat = room.occupants.seat(sender);
        Affiliation affiliation = parts.affiliation(room, sender);
        return seat == null
                ? new Actor(sender.bare(), affiliation, Role.NONE, null)
                : new Actor(sender.bare(), affiliation, seat.occupant.role(), seat.occupant.nick());
    }

    /** Whether they may change affiliations. */
    boolean rules() {
        return affiliation.atLeast(Affiliation.ADMIN);
    }

    /** Whether they moderate, in the room or from outside. */
    boolean moderates() {
        return role == Role.MODERATOR || rules();
    }

    /** The address in the room; the room's own for one who is not in it. */
    Jid shownInRoom(Room room) {
        return nick == null ? room.jid() : room.jid().withResource(nick);
    }

    /** The address under which others may know them: the real one only where everybody sees those. */
    Jid shownAs(Room room) {
        return room.isNonAnonymous() ? user : shownInRoom(room);
    }
}
