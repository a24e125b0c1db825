package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.router.Router;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a room says to those in it: each stanza is made once and serialised once, however many get it. Who is
 * shown whose presence, and who sees real addresses, is decided here and nowhere else.
 */
final class Broadcast {
    /**
     * How somebody is shown as gone.
     *
     * @param codes why
     * @param destroy the room's end, or null
     * @param said what the leaving client said, such as a status
     * @param id of the stanza by which it leaves, shown to it alone, or null
     */
    record Parting(List<Status> codes, @Nullable Element destroy, List<Element> said, @Nullable String id) {
        static Parting of(Status... codes) {
            return new Parting(List.of(codes), null, List.of(), null);
        }
    }

    private final Router router;

    Broadcast(Router router) {
        this.router = router;
    }

    /** To one client: straight to its session where that is here. */
    void send(Room room, Seat seat, Stanza stanza) {
        sendAddressed(room, seat, stanza.to(seat.jid));
    }

    /** To one client, what is for it alone and has its address: so nothing is made to be shared. */
    void sendAddressed(Room room, Seat seat, Stanza stanza) {
        Session session = seat.session;
        if (session != null) {
            session.send(stanza);
        } else {
            router.route(stanza, room.lane());
        }
    }

    void toOccupant(Room room, Occupant occupant, Stanza stanza) {
        for (Seat seat : occupant.seats) {
            send(room, seat, stanza);
        }
    }

    void toAll(Room room, Stanza stanza) {
        for (Seat seat : room.occupants.seats()) {
            send(room, seat, stanza);
        }
    }

    /** A message from the room itself that carries news for clients and nothing for people. */
    void tell(Room room, Status code) {
        Element x = Element.builder("x", Muc.USER).child(code.element()).build();
        toAll(room, Message.of(Message.Type.GROUPCHAT, room.jid(), null, null, x));
    }

    // --- who sees what ---

    /** Whether an occupant sees the real addresses of others. */
    static boolean seesAddresses(Room room, Occupant viewer) {
        return room.isNonAnonymous() || viewer.role() == Role.MODERATOR;
    }

    /** Whether an occupant is shown the presence of another. */
    static boolean sees(Occupant viewer, Occupant other) {
        return viewer.role() == Role.MODERATOR || other.isShownToAll();
    }

    // --- showing ---

    /** Shows one who comes in everybody who is there. */
    void showOthers(Room room, Seat newcomer) {
        Occupant viewer = newcomer.occupant;
        boolean addresses = seesAddresses(room, viewer);
        for (Occupant other : room.occupants.all()) {
            if (other != viewer && sees(viewer, other)) {
                send(room, newcomer, other.presence(addresses));
            }
        }
    }

    /** Shows an occupant as present to everybody, themselves last. */
    void show(Room room, Occupant occupant) {
        toOthers(room, occupant);
        toOccupant(room, occupant, occupant.ownPresence(List.of()));
    }

    private void toOthers(Room room, Occupant occupant) {
        boolean nonAnonymous = room.isNonAnonymous();
        boolean toAll = occupant.isShownToAll();
        for (Seat seat : room.occupants.seats()) {
            Occupant viewer = seat.occupant;
            boolean moderator = viewer.role() == Role.MODERATOR;
            if (viewer != occupant && (toAll || moderator)) {
                send(room, seat, occupant.presence(nonAnonymous || moderator));
            }
        }
    }

    /** Shows an occupant with the real address to those others, up to a seat, who have not been shown it before. */
    void showAddress(Room room, Occupant occupant, int lastSeat) {
        if (occupant.seats.isEmpty() || !occupant.isShownToAll()) {
            return; // gone, or not shown to those who do not moderate
        }
        for (Seat seat : room.occupants.seats()) {
            Occupant viewer = seat.occupant;
            if (seat.number <= lastSeat && viewer != occupant && viewer.role() != Role.MODERATOR) {
                send(room, seat, occupant.presence(true));
            }
        }
    }

    /**
     * Shows an occupant to everybody because one of their clients comes in.
     *
     * @param others whether anybody but that client need hear of it
     * @param id of the stanza by which it does, shown to it alone, or null
     * @param codes for that client alone
     */
    void enters(Room room, Seat newcomer, boolean others, @Nullable String id, List<Status> codes) {
        Occupant occupant = newcomer.occupant;
        if (others) {
            toOthers(room, occupant);
            for (Seat seat : occupant.seats) {
                if (seat != newcomer) {
                    send(room, seat, occupant.ownPresence(List.of()));
                }
            }
        }
        send(room, newcomer, occupant.ownPresence(codes).id(id));
    }

    /**
     * Shows everybody that an occupant's role or affiliation is another than before, and shows a moderator who is new
     * to it what only moderators see.
     *
     * @param actor the nick of who did it, or null
     * @param reason why, or null
     */
    void changed(Room room, Occupant occupant, Role before, @Nullable String actor, @Nullable String reason) {
        if (occupant.seats.isEmpty()) {
            return; // removed by another item of the same request
        }
        boolean wasShown = occupant.isShownToAll();
        occupant.shownToAll(room.broadcasts(occupant.role()));
        Presence anonymous = occupant.presence(false, actor, reason);
        Presence named = occupant.presence(true, actor, reason);
        Presence hidden = hidden(occupant);
        for (Seat seat : room.occupants.seats()) {
            Occupant viewer = seat.occupant;
            if (viewer == occupant) {
                continue;
            }
            if (sees(viewer, occupant)) {
                send(room, seat, seesAddresses(room, viewer) ? named : anonymous);
            } else if (wasShown) {
                send(room, seat, hidden);
            }
        }
        toOccupant(room, occupant, occupant.ownPresence(actor, reason));
        if ((before == Role.MODERATOR) != (occupant.role() == Role.MODERATOR)) {
            sightChanged(room, occupant);
        }
    }

    /**
     * One became a moderator or is none any more: what moderators alone see comes or goes. That includes addresses in
     * a room that has just become non-anonymous, for moderators are passed over when those are shown to the others.
     */
    private void sightChanged(Room room, Occupant viewer) {
        boolean moderator = viewer.role() == Role.MODERATOR;
        viewer.seesAll(moderator);
        boolean addresses = moderator && (!room.isNonAnonymous() || room.unveiled != null);
        for (Occupant other : room.occupants.all()) {
            boolean news = addresses || !other.isShownToAll();
            if (other != viewer && news) {
                toOccupant(room, viewer, moderator ? other.presence(true) : hidden(other));
            }
        }
    }

    private static Presence hidden(Occupant occupant) {
        return gone(occupant, new Item(occupant.affiliation(), Role.NONE), Parting.of(), false);
    }

    /**
     * Shows an occupant to all but the moderators, who see them anyway, or takes them out of their sight, where the
     * room wants it otherwise than it is.
     *
     * @return whether that had to be told
     */
    boolean showOrHide(Room room, Occupant occupant) {
        boolean shown = room.broadcasts(occupant.role());
        if (occupant.seats.isEmpty() || shown == occupant.isShownToAll()) {
            return false;
        }
        occupant.shownToAll(shown);
        Presence news = shown ? occupant.presence(room.isNonAnonymous()) : hidden(occupant);
        for (Seat seat : room.occupants.seats()) {
            if (seat.occupant != occupant && seat.occupant.role() != Role.MODERATOR) {
                send(room, seat, news);
            }
        }
        return true;
    }

    // --- parting ---

    /**
     * Shows an occupant as gone, to their own clients and to everybody in the room.
     *
     * @param own the occupant's clients, who may have been taken out of the room already
     */
    void depart(Room room, Occupant occupant, List<Seat> own, Item item, Parting parting) {
        departSelf(room, occupant, own, item, parting);
        departOthers(room, occupant, own, item, parting);
    }

    /** Shows an occupant as gone to everybody but their own clients. */
    void departOthers(Room room, Occupant occupant, List<Seat> own, Item item, Parting parting) {
        Presence anonymous = gone(occupant, item, parting, false);
        Presence named = gone(occupant, item.jid(own.getLast().jid), parting, false);
        boolean nonAnonymous = room.isNonAnonymous();
        boolean toAll = occupant.isShownToAll();
        for (Seat seat : room.occupants.seats()) {
            Occupant viewer = seat.occupant;
            boolean moderator = viewer.role() == Role.MODERATOR;
            if (viewer != occupant && (toAll || viewer.seesAll())) { // even who ceases to moderate at this very moment
                send(room, seat, nonAnonymous || moderator ? named : anonymous);
            }
        }
    }

    /** Shows an occupant as gone to their own clients alone. */
    void departSelf(Room room, Occupant occupant, List<Seat> own, Item item, Parting parting) {
        Presence self = gone(occupant, item.jid(own.getLast().jid), parting, true).id(parting.id);
        own.forEach(seat -> send(room, seat, self));
    }

    private static Presence gone(Occupant occupant, Item item, Parting parting, boolean self) {
        Element.Builder x = item.x().child(parting.destroy);
        parting.codes.forEach(code -> x.child(code.element()));
        if (self) {
            x.child(Status.SELF.element());
        }
        List<Element> children = new ArrayList<>(parting.said);
        children.add(occupant.id);
        children.add(x.build());
        return Presence.of(Presence.Type.UNAVAILABLE, occupant.address(), null).children(children);
    }

    /** What a client is told that believes to be in the room and is not (XEP-0045 section 7.2.16). */
    static Presence notIn(Jid address, Jid client) {
        Item item = new Item(Affiliation.NONE, Role.NONE).because(null, "You are not in the room");
        Element x = item.x()
                .child(Status.SELF.element())
                .child(Status.KICKED.element())
                .child(Status.ERROR.element())
                .build();
        return Presence.of(Presence.Type.UNAVAILABLE, address, client, x);
    }
}
