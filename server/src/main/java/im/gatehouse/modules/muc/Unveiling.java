package im.gatehouse.modules.muc;

import im.gatehouse.time.Time;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * Shows those in a room that has become non-anonymous the real addresses of the others, a part each second: all at once
 * it would be as many stanzas as the square of those who are there. In the room's lane.
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
        later(room, left, room.occupants.lastSeat());
    }

    private void later(Room room, Iterator<Occupant> left, int lastSeat) {
        time.after(PAUSE, () -> room.lane().add(() -> goOn(room, left, lastSeat)));
    }

    /**
     * @param lastSeat that was there when the room became non-anonymous; those who came later were shown all on coming
     */
    private void goOn(Room room, Iterator<Occupant> left, int lastSeat) {
        if (room.unveiled != left) {
            return;
        }
        if (!room.isNonAnonymous()) {
            room.unveiled = null;
            return;
        }
        for (int stanzas = 0; stanzas < PART && left.hasNext(); stanzas += room.occupants.seats().size()) {
            broadcast.showAddress(room, left.next(), lastSeat);
        }
        if (left.hasNext()) {
            later(room, left, lastSeat);
        } else {
            room.unveiled = null;
        }
    }
}
