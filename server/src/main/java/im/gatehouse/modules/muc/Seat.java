package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.xml.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client of an occupant: a user may be in a room with several under one nick. Belongs to its room's lane. */
final class Seat {
    final Jid jid;
    final Occupant occupant;

    /** Tells the seats of a room apart for as long as the room is in memory. */
    final int number;

    /** The client's session on this node; null when it is on another node or another server. */
    final @Nullable Session session;

    /** What the client last said of itself: show, status, capabilities and the like. */
    List<Element> presence;

    Seat(Jid jid, Occupant occupant, int number, @Nullable Session session, List<Element> presence) {
        this.jid = jid;
        this.occupant = occupant;
        this.number = number;
        this.session = session;
        this.presence = presence;
    }
}
