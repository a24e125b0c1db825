package im.gatehouse.modules.muc;

import im.gatehouse.time.Time;
import java.util.Iterator;
import java.util.List;

/**
 * Shows or hides those in a room whose presence its owners want shown to everybody, or no longer, a part each second:
 * all at once it would be as many stanzas as the square of those who are there. In the room's lane.
 *
 * <p>One occupant is shown to all or hidden from all in one step, and until then everything about them goes to those
 * who see them: so nobody hears of somebody whom they were not shown, or goes on seeing somebody who has left.
 */
final class Audience {
    private final Time time;
    private final Broadcast broadcast;

    Audience(Time time, Broadcast broadcast) {
        this.time = time;
        this.broadcast = broadcast;
    }

    /** Sees to everybody who is there, for the configuration has changed: in a small room at once. */
    void changed(Room room) {
        boolean running = room.judged != null;
        room.judged = List.copyOf(room.occupants.all()).iterator();
        if (!running) { // else whoever changes the room back and forth makes it say a part each time
            goOn(room);
        }
    }

    private void goOn(Room room) {
        Iterator<Occupant> left = room.judged;
        if (left == null) {
            return;
        }
        int stanzas = 0;
        while (stanzas < Unveiling.PART && left.hasNext()) {
            if (broadcast.showOrHide(room, left.next())) {
                stanzas += room.occupants.seats().size();
            }
        }
        if (left.hasNext()) {
            time.after(Unveiling.PAUSE, () -> room.lane().add(() -> goOn(room)));
        } else {
            room.judged = null;
        }
    }
}
