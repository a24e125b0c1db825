package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.muc.setting.Password;
import im.gatehouse.modules.muc.setting.PublicRoom;
import im.gatehouse.modules.muc.setting.RoomConfig;
import im.gatehouse.modules.muc.setting.Title;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which rooms there are, in memory and in the database. Safe from any thread; blocks, so it is asked on virtual
 * threads.
 */
final class RoomDirectory {
    /** So long the stored rooms of a service are remembered, so that nobody makes the database read them all day. */
    private static final Duration REMEMBERED = Duration.ofSeconds(5);

    /**
     * A room in the list.
     *
     * @param name the title, or the local part where there is none
     * @param open whether everybody may see it and come in without a password
     * @param listed whether it is in the public list
     */
    record Entry(Jid jid, String name, boolean open, boolean listed, int occupants) {}

    private record Remembered(long at, List<RoomStore.Listed> rooms) {}

    private final Parts parts;
    private final RoomService service;
    private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

    RoomDirectory(Parts parts, RoomService service) {
        this.parts = parts;
        this.service = service;
    }

    /** The rooms of a service in the order of their addresses. */
    Collection<Entry> rooms(String domain) {
        TreeMap<String, Entry> rooms = new TreeMap<>();
        for (RoomStore.Listed stored : stored(domain)) {
            Jid jid = Jid.of(stored.room(), domain);
            rooms.put(stored.room(), entry(jid, parts.hooks.settings().restored(stored.settings()), 0));
        }
        for (Room room : service.inMemory()) {
            if (room.isOpen() && room.jid().domain().equals(domain)) {
                rooms.put(room.jid().local(), entry(room.jid(), room.config(), room.occupantCount()));
            }
        }
        return rooms.values();
    }

    /** The rooms that everybody may know of. */
    List<Entry> listed(String domain) {
        return new ArrayList<>(rooms(domain)).stream().filter(Entry::listed).toList();
    }

    private static Entry entry(Jid jid, RoomConfig config, int occupants) {
        String title = config.get(Title.SETTING);
        boolean listed = config.get(PublicRoom.SETTING);
        return new Entry(
                jid,
                title.isEmpty() ? jid.local() : title,
                listed && config.get(Password.SETTING).isEmpty(),
                listed,
                occupants);
    }

    private List<RoomStore.Listed> stored(String domain) {
        long now = parts.time.nanos();
        Remembered known = remembered.get(domain);
        if (known != null && now - known.at < REMEMBERED.toNanos()) {
            return known.rooms;
        }
        List<String> names =
                List.of(Title.SETTING.name(), PublicRoom.SETTING.name(), Password.SETTING.name());
        List<RoomStore.Listed> rooms = parts.database.read(db -> parts.store.list(db, domain, names));
        remembered.put(domain, new Remembered(now, rooms));
        return rooms;
    }

    /** A room was configured or has ended: what is remembered may be wrong. */
    void changed(Jid room) {
        remembered.remove(room.domain());
    }

    /** How many rooms somebody owns that are stored, and has made of those that are not, all services together. */
    int ownedBy(Jid user) {
        int passing = 0;
        for (Room room : service.inMemory()) {
            if (!room.stored && user.equals(room.maker())) {
                passing++;
            }
        }
        return passing + parts.database.read(db -> parts.store.countOwned(db, user));
    }

    /** How many rooms there are, all services together. */
    int count() {
        int passing = 0;
        for (Room room : service.inMemory()) {
            if (!room.stored) {
                passing++;
            }
        }
        return passing + parts.database.read(parts.store::count);
    }
}
