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

/** Takes what a room says to those in it: each stanza is made once and serialised once, however many get it. */
final class Broadcast {
    /**
     * How somebody is shown as gone.
     *
     * @param codes why
     * @param destroy the room's end, or null
     * @param said what the leaving client said, such as a status
     */
    record Parting(List<Status> codes, @Nullable Element destroy, List<Element> said) {
        static Parting of(Status... codes) {
            return new Parting(List.of(codes), null, List.of());
        }
    }

    private final Router router;

    Broadcast(Router router) {
        this.router = router;
    }

    /** To one client: straight to its session where that is here. */
    void send(Room room, Seat seat, Stanza stanza) {
        Session session = seat.session;
        if (session != null) {
            session.send(stanza.to(seat.jid));
        } else {
            router.route(stanza.to(seat.jid), room.lane());
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
    void tell(Room room, Element x) {
        toAll(room, Message.of(Message.Type.GROUPCHAT, room.jid(), null, null, x));
    }

    /** Whether an occupant sees the real addresses of others. */
    static boolean seesAddresses(Room room, Occupant viewer) {
        return room.isNonAnonymous() || viewer.role() == Role.MODERATOR;
    }

    /** Shows an occupant as present to everybody, themselves last. */
    void show(Room room, Occupant occupant, Status... own) {
        boolean nonAnonymous = room.isNonAnonymous();
        for (Seat seat : room.occupants.seats()) {
            Occupant viewer = seat.occupant;
            if (viewer != occupant) {
                send(room, seat, occupant.presence(nonAnonymous || viewer.role() == Role.MODERATOR));
            }
        }
        toOccupant(room, occupant, occupant.ownPresence(own));
    }

    /**
     * Shows an occupant as gone, to everybody in the room and to their own clients.
     *
     * @param own the occupant's clients, who may have been taken out of the room already
     */
    void depart(Room room, Occupant occupant, List<Seat> own, Item item, Parting parting) {
        Jid real = own.getLast().jid;
        Presence anonymous = gone(occupant, item, parting, false);
        Presence named = gone(occupant, item.jid(real), parting, false);
        for (Seat seat : room.occupants.seats()) {
            if (seat.occupant != occupant) {
                send(room, seat, seesAddresses(room, seat.occupant) ? named : anonymous);
            }
        }
        departSelf(room, occupant, own, item, parting);
    }

    /** Shows an occupant as gone to their own clients alone. */
    void departSelf(Room room, Occupant occupant, List<Seat> own, Item item, Parting parting) {
        Presence self = gone(occupant, item.jid(own.getLast().jid), parting, true);
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
}
