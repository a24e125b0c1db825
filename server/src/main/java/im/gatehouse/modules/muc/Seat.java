package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
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

    private List<Element> presence;
    private int distance;

    Seat(Jid jid, Occupant occupant, int number, @Nullable Session session, List<Element> presence) {
        this.jid = jid;
        this.occupant = occupant;
        this.number = number;
        this.session = session;
        this.presence = presence;
        this.distance = distance(presence);
    }

    /** What the client last said of itself: show, status, capabilities and the like. */
    List<Element> presence() {
        return presence;
    }

    void presence(List<Element> presence) {
        this.presence = presence;
        this.distance = distance(presence);
    }

    /** How far away its user is by what it says: 0 for there, 1 for away, 2 for away for long. */
    int distance() {
        return distance;
    }

    private static int distance(List<Element> presence) {
        for (Element child : presence) {
            if (child.is("show", Namespaces.CLIENT)) {
                return switch (child.text()) {
                    case "away" -> 1;
                    case "xa" -> 2;
                    default -> 0;
                };
            }
        }
        return 0;
    }
}
