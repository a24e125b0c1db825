package im.gatehouse.modules.roster;

import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a session that asked for a list, such as its roster, up to date (an interested resource, RFC 6121 section 2.2).
 * What changes before the answer is on its way waits, so that a client never gets news first and then the older whole.
 */
public final class Interest {
    /** More cannot gather during one request unless somebody means ill; the client then asks again when it notices. */
    private static final int MOST_WAITING = 10_000;

    private final Session session;

    /** What to send after the answer; null from then on. Guarded by this. */
    private @Nullable List<Iq> waiting = new ArrayList<>();

    public Interest(Session session) {
        this.session = session;
    }

    public synchronized void push(Iq push) {
        if (waiting == null) {
            session.send(push);
        } else if (waiting.size() < MOST_WAITING) {
            waiting.add(push);
        }
    }

    /** The answer is on its way. */
    public synchronized void open() {
        if (waiting != null) {
            waiting.forEach(session::send);
            waiting = null;
        }
    }

    /** The client has asked once more: what waits here is in the newer answer. */
    public synchronized void supersede() {
        waiting = null;
    }
}
