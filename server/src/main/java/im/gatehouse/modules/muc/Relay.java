package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.AllowQueries;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import org.jspecify.annotations.Nullable;

/**
 * Takes queries from one occupant to another and the answers back, so that neither learns the other's address, and
 * answers who asks whether they are still in the room (XEP-0045 section 17.4, XEP-0410). In the room's lane.
 *
 * <p>Nothing is remembered: the id under which a query goes on says which client of which occupant asked whom.
 */
final class Relay {
    private final Parts parts;

    Relay(Parts parts) {
        this.parts = parts;
    }

    void receive(Room room, Iq iq) {
        if (!iq.isRequest()) {
            answer(room, iq);
            return;
        }
        Seat asker = room.occupants.seat(iq.sender());
        String namespace = iq.request().namespace();
        if (asker == null && (namespace.equals(Muc.DISCO_INFO) || namespace.equals(Muc.DISCO_ITEMS))) {
            throw new StanzaException(Condition.BAD_REQUEST, "You are not in this room");
        }
        if (asker == null) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE.error("You are not in this room").type(StanzaError.Type.CANCEL));
        }
        Occupant target = room.occupants.named(iq.receiver().resource());
        boolean ping = iq.request().is("ping", Muc.PING) && iq.type() == Iq.Type.GET;
        if (target == asker.occupant && ping) {
            parts.router.route(iq.result(), room.lane());
            return;
        }
        if (target == null) {
            throw new StanzaException(Condition.ITEM_NOT_FOUND, "Nobody of this nick is in the room");
        }
        if (!room.config(AllowQueries.SETTING)) {
            throw new StanzaException(Condition.NOT_ALLOWED, "One does not ask others through this room");
        }
        Seat asked = target.shown();
        String id = asker.number + "." + asked.number + "." + iq.id();
        Jid to = namespace.equals(Muc.VCARD) ? asked.jid.bare() : asked.jid;
        parts.router.route(iq.from(asker.occupant.address()).id(id).to(to), room.lane());
    }

    private void answer(Room room, Iq iq) {
        Occupant asker = room.occupants.named(iq.receiver().resource());
        String[] id = String.valueOf(iq.id()).split("\\.", 3);
        if (asker == null || id.length < 3) {
            return;
        }
        Seat to = seat(asker.seats, id[0]);
        Seat from = seat(room.occupants.seats(), id[1]);
        if (to != null && from != null && from.jid.bare().equals(iq.sender().bare())) {
            Stanza answer = iq.from(from.occupant.address()).id(id[2]).to(to.jid);
            parts.router.route(iq.isError() ? answer.children(RelayedError.in(iq)) : answer, room.lane());
        }
    }

    private static @Nullable Seat seat(Iterable<Seat> seats, String number) {
        for (Seat seat : seats) {
            if (Integer.toString(seat.number).equals(number)) {
                return seat;
            }
        }
        return null;
    }
}
