package im.gatehouse.modules.muc;

import im.gatehouse.modules.muc.Broadcast.Parting;
import im.gatehouse.stanza.Iq;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.Set;

/**
 * Finds those who seem to be in a room and are gone (XEP-0045 section 16.1.2): clients of this server whose session has
 * ended, and clients elsewhere that a ping no longer reaches. In the room's lane.
 */
final class Ghosts {
    private static final String PING_ID = "still-there";

    /** The errors that say that a stanza could not be delivered; others come from a client that is there. */
    private static final Set<String> UNDELIVERED = Set.of(
            "gone",
            "item-not-found",
            "recipient-unavailable",
            "redirect",
            "remote-server-not-found",
            "remote-server-timeout");

    private final Parts parts;
    private final Leaving leaving;

    Ghosts(Parts parts, Leaving leaving) {
        this.parts = parts;
        this.leaving = leaving;
    }

    /** Takes out those known to be gone, and asks those of whom it is not known. */
    void lookFor(Room room) {
        for (Seat seat : List.copyOf(room.occupants.seats())) {
            if (seat.session == null) {
                Element ping = Element.of("ping", Muc.PING);
                parts.router.route(Iq.of(Iq.Type.GET, room.jid(), seat.jid, PING_ID, ping), room.lane());
            } else if (parts.sessions.find(seat.jid) != seat.session) {
                leaving.leave(room, seat, Parting.of());
            }
        }
    }

    /** Takes the answer to a ping: what could not be delivered tells of a ghost. */
    void answered(Room room, Iq answer) {
        Element error = answer.child("error", Namespaces.CLIENT);
        Seat seat = room.occupants.seat(answer.sender());
        if (seat == null || error == null || !PING_ID.equals(answer.id())) {
            return;
        }
        boolean gone = error.children().stream()
                .anyMatch(child -> child.namespace().equals(Namespaces.STANZA_ERRORS)
                        && UNDELIVERED.contains(child.name()));
        if (gone) {
            leaving.leave(room, seat, Parting.of(Status.ERROR));
        }
    }
}
