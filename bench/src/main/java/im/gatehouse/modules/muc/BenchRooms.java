package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;

/** Makes rooms for measuring what is asked about them. */
public final class BenchRooms {
    private BenchRooms() {}

    public static Room room(String address) {
        return new Room(Jid.parse(address), "localhost");
    }

    /** Notes the time, as a room does for everything that it handles. */
    public static void handles(Room room, long now) {
        room.usedAt = now;
    }
}
