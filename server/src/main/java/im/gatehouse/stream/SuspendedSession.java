package im.gatehouse.stream;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.SessionInfo;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A session that waits for its client over a restart of the server.
 *
 * @param id by which the client comes back
 * @param jid the full address
 * @param info how the session came to be
 * @param patience for how long such a session waits
 * @param until when it has waited long enough
 * @param handled how many of the client's stanzas have been handled
 * @param acknowledged how many of its stanzas the client has acknowledged
 * @param waiting what it has not acknowledged, in order
 * @param luggage what the parts of the server keep with it, by name
 */
public record SuspendedSession(
        String id,
        Jid jid,
        SessionInfo info,
        Duration patience,
        Instant until,
        long handled,
        long acknowledged,
        List<Waiting> waiting,
        Map<String, Element> luggage) {
    /**
     * A stanza that waits.
     *
     * @param since when it came
     * @param copies a number shared by the copies of one message that several sessions wait with; -1 where another
     *     session has one that has arrived; 0 for any other stanza
     */
    public record Waiting(Stanza stanza, Instant since, long copies) {}

    public SuspendedSession {
        waiting = List.copyOf(waiting);
        luggage = Map.copyOf(luggage);
    }

    /** Tells who wants to know that its messages are stored with the session now, and need be stored nowhere else. */
    public void stored() {
        for (Waiting each : waiting) {
            if (each.stanza() instanceof Message message && message.handover() != null) {
                message.handover().arrived();
            }
        }
    }
}
