package im.gatehouse.modules.muc;

import im.gatehouse.modules.muc.Broadcast.Parting;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.List;
import java.util.Set;

/**
 * Everything by which somebody ceases to be in a room (XEP-0045 sections 7.14, 8.2, 9.1 and 10.9). In the room's lane.
 */
final class Leaving {
    /** The errors that say that a client is no longer there (XEP-0045 section 18.1.2). */
    private static final Set<String> GONE = Set.of(
            "gone",
            "item-not-found",
            "recipient-unavailable",
            "redirect",
            "remote-server-not-found",
            "remote-server-timeout");

    /** Errors that say so of a client elsewhere; of one here others make them, too. */
    private static final Set<String> GONE_ELSEWHERE =
            Set.of("internal-server-error", "jid-malformed", "service-unavailable");

    private final Parts parts;
    private final RoomService service;

    Leaving(Parts parts, RoomService service) {
        this.parts = parts;
        this.service = service;
    }

    /** A client says that it leaves; from one that is not there it means nothing. */
    void unavailable(Room room, Presence presence) {
        Seat seat = room.occupants.seat(presence.sender());
        if (seat != null) {
            List<Element> said = Joining.shown(room, seat.occupant, presence);
            leave(room, seat, new Parting(List.of(), null, said, presence.id()));
        }
    }

    void sessionEnded(Room room, Session session) {
        Seat seat = room.occupants.seat(session.jid());
        if (seat != null && seat.session == session) {
            leave(room, seat, Parting.of());
        }
    }

    /**
     * An error came back: if it says that the client is gone, the client is taken out of the room. What may as well
     * come from a guard or from the storage is believed only of a client whose session is not here: else whoever is
     * blocked by somebody in the room could have them thrown out by a private message.
     *
     * @return whether the client is gone
     */
    boolean bounced(Room room, Stanza error) {
        Seat seat = room.occupants.seat(error.sender());
        boolean here = seat != null && seat.session != null && parts.sessions.find(seat.jid) == seat.session;
        Element reason = error.child("error", Namespaces.CLIENT);
        boolean gone = reason == null
                ? !here
                : says(reason, GONE) || !here && says(reason, GONE_ELSEWHERE);
        if (seat != null && gone) {
            leave(room, seat, Parting.of(Status.ERROR));
        }
        return gone;
    }

    private static boolean says(Element error, Set<String> conditions) {
        return error.children().stream()
                .anyMatch(child ->
                        child.namespace().equals(Namespaces.STANZA_ERRORS) && conditions.contains(child.name()));
    }

    /** One client leaves; the nick goes with the last. */
    void leave(Room room, Seat seat, Parting parting) {
        Occupant occupant = seat.occupant;
        boolean wasShown = occupant.shown() == seat;
        rise(room, seat);
        Item item = new Item(occupant.affiliation(), Role.NONE);
        if (occupant.seats.isEmpty()) {
            boolean never = room.state == Room.State.LOCKED && room.occupants.isEmpty();
            parts.broadcast.depart(room, occupant, List.of(seat), item, never ? unmade(parting) : parting);
            forgetIfOver(room);
            return;
        }
        parts.broadcast.departSelf(room, occupant, List.of(seat), item, parting);
        if (wasShown) {
            parts.broadcast.show(room, occupant);
        }
    }

    /** Who leaves a room that was never configured is told that it is no more (XEP-0045 section 10.1.3). */
    private static Parting unmade(Parting parting) {
        return new Parting(parting.codes(), Element.of("destroy", Muc.USER), parting.said(), parting.id());
    }

    /**
     * Takes an occupant out of the room with all clients: banned, or no longer a member. Who asked for it hears so
     * first (XEP-0045 sections 9.2 and 9.4).
     *
     * @param aftermath takes what everybody is told
     */
    void remove(Room room, Occupant occupant, Item item, Parting parting, Aftermath aftermath) {
        List<Seat> own = rise(room, occupant);
        if (!own.isEmpty()) { // it is when another item of the same request removed them
            aftermath.addParting(() -> parts.broadcast.depart(room, occupant, own, item, parting));
        }
    }

    /**
     * Kicks an occupant with all clients. They hear of it before the one who asked for it does (XEP-0045 section 8.2).
     *
     * @param aftermath takes what the others are told
     */
    void kick(Room room, Occupant occupant, Item item, Aftermath aftermath) {
        Parting parting = Parting.of(Status.KICKED);
        List<Seat> own = rise(room, occupant);
        if (!own.isEmpty()) {
            parts.broadcast.departSelf(room, occupant, own, item, parting);
            aftermath.addParting(() -> parts.broadcast.departOthers(room, occupant, own, item, parting));
        }
    }

    /** Empties a room that ends (XEP-0045 section 10.9), and lets go of it. */
    void destroy(Room room, Element destroy) {
        everybodyOut(room, new Parting(List.of(), destroy, List.of(), null));
        service.forget(room);
    }

    void serviceStops(Room room) {
        everybodyOut(room, Parting.of(Status.SERVICE_STOPS));
    }

    /** Only own clients hear of it: the others go too. */
    private void everybodyOut(Room room, Parting parting) {
        for (Occupant occupant : List.copyOf(room.occupants.all())) {
            List<Seat> own = rise(room, occupant);
            parts.broadcast.departSelf(room, occupant, own, new Item(Affiliation.NONE, Role.NONE), parting);
        }
    }

    /** Takes all clients of an occupant out, and says which those were. */
    private List<Seat> rise(Room room, Occupant occupant) {
        List<Seat> own = List.copyOf(occupant.seats);
        own.forEach(seat -> rise(room, seat));
        return own;
    }

    private void rise(Room room, Seat seat) {
        room.occupants.rise(seat);
        if (seat.occupant.seats.isEmpty()) {
            rememberRole(room, seat.occupant);
        }
        if (seat.session != null) {
            service.left(seat.session, room);
        }
    }

    /** Voice that was given or taken by hand is not lost or got back by leaving (XEP-0045 section 5.1). */
    private static void rememberRole(Room room, Occupant occupant) {
        Role role = occupant.role();
        boolean given = role != Role.MODERATOR && role != occupant.affiliation().initialRole(room.mutesStrangers());
        if (given && !occupant.affiliation().atLeast(Affiliation.ADMIN)) {
            room.roles.put(occupant.user, role);
        } else {
            room.roles.remove(occupant.user);
        }
    }

    /** A room that does not last ends with its last occupant, and so does one that was never configured. */
    void forgetIfOver(Room room) {
        if (room.occupants.isEmpty() && !room.stored) {
            service.forget(room);
        }
    }
}
