package im.gatehouse.modules.muc;

import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * Shows those in a room that has become non-anonymous the real addresses of the others, a part each second: all at once it
 * would be as many stanzas as the square of those who are there. In the room's lane.
 */
final class Unveiling {
    static final Duration PAUSE = Duration.ofSeconds(1);

    /** Stanzas in one part, about. */
    static final int PART = 10_000;

    private final Time time;
    private final Broadcast broadcast;

    Unveiling(Time time, Broadcast broadcast) {
        this.time = time;
        this.broadcast = broadcast;
    }

    /** Begins anew, in a moment: whoever changes the room back and forth makes it say nothing. */
    void begin(Room room) {
        Iterator<Occupant> left = List.copyOf(room.occupants.all()).iterator();
        room.unveiled = left;
        later(room, left);
    }

    private void later(Room room, Iterator<Occupant> left) {
        time.after(PAUSE, () -> room.lane().add(() -> goOn(room, left)));
    }

    private void goOn(Room room, Iterator<Occupant> left) {
        if (room.unveiled != left) {
            return;
        }
        if (!room.isNonAnonymous()) {
            room.unveiled = null;
            return;
        }
        for (int stanzas = 0; stanzas < PART && left.hasNext(); stanzas += room.occupants.seats().size()) {
            broadcast.showAddress(room, left.next());
        }
        if (left.hasNext()) {
            later(room, left);
        } else {
            room.unveiled = null;
        }
    }
}
