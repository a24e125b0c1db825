package im.gatehouse.modules.muc;

import im.gatehouse.jid.Jid;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** When each user last spoke in a room with slow mode (XEP-0500). Belongs to the room's lane. */
final class Pace {
    private final Map<Jid, Long> spokeAt = new LinkedHashMap<>();

    /**
     * Whether a user has waited long enough since the last message.
     *
     * @param now by the monotonic clock
     * @param pause in nanoseconds
     */
    boolean mayTalk(Jid user, long now, long pause) {
        Long last = spokeAt.get(user);
        return last == null || now - last >= pause;
    }

    /** Remembers that a user speaks now, and forgets those who have waited long enough. */
    void spoke(Jid user, long now, long pause) {
        spokeAt.remove(user);
        spokeAt.put(user, now);
        Iterator<Long> eldestFirst = spokeAt.values().iterator();
        while (eldestFirst.hasNext() && now - eldestFirst.next() >= pause) {
            eldestFirst.remove();
        }
    }
}
