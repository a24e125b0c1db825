package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.xml.Element;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is in a room, by nick and by address, in the order of coming. Belongs to its room's lane, but for the count. */
final class Occupants {
    private final Map<String, Occupant> byNick = new LinkedHashMap<>();
    private final Map<Jid, Seat> byAddress = new LinkedHashMap<>();
    private int lastSeat;

    /** For those who list rooms from other threads. Written by the room's lane alone. */
    private volatile int count;

    /** The seat of that full address, or null. */
    @Nullable Seat seat(Jid full) {
        return byAddress.get(full);
    }

    /** Who has this nick or one that cannot be told from it, or null. */
    @Nullable Occupant alike(String nick) {
        return byNick.get(Nicks.key(nick));
    }

    /** Who has exactly this nick, or null. */
    @Nullable Occupant named(String nick) {
        Occupant occupant = nick.isEmpty() ? null : alike(nick);
        return occupant != null && occupant.nick().equals(nick) ? occupant : null;
    }

    /** The occupants of that account: usually one or none. */
    List<Occupant> of(Jid user) {
        return byNick.values().stream().filter(o -> o.user.equals(user)).toList();
    }

    Collection<Occupant> all() {
        return byNick.values();
    }

    Collection<Seat> seats() {
        return byAddress.values();
    }

    /** The number of the seat that was given last: those that come after have a greater one. */
    int lastSeat() {
        return lastSeat;
    }

    /** Gives somebody one more seat, and a nick if it is the first. */
    Seat sit(Occupant occupant, Jid jid, @Nullable Session session, List<Element> presence) {
        Seat seat = new Seat(jid, occupant, ++lastSeat, session, presence);
        byNick.put(Nicks.key(occupant.nick()), occupant);
        byAddress.put(jid, seat);
        occupant.seats.add(seat);
        occupant.changed();
        count = byNick.size();
        return seat;
    }

    /** Takes a seat away, and the nick with the last. */
    void rise(Seat seat) {
        byAddress.remove(seat.jid);
        seat.occupant.seats.remove(seat);
        if (seat.occupant.seats.isEmpty()) {
            byNick.remove(Nicks.key(seat.occupant.nick()));
        } else {
            seat.occupant.changed();
        }
        count = byNick.size();
    }

    void rename(Occupant occupant, Jid address) {
        byNick.remove(Nicks.key(occupant.nick()));
        occupant.address(address);
        byNick.put(Nicks.key(occupant.nick()), occupant);
    }

    boolean isEmpty() {
        return byNick.isEmpty();
    }

    /** Safe from any thread. */
    int count() {
        return count;
    }
}
