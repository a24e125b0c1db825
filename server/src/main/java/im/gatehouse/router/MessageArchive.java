package im.gatehouse.router;

import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Message;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what users say and hear: a port of the router (XEP-0313). It is asked once for each message that is not
 * refused, before anybody gets it.
 */
public interface MessageArchive {
    /**
     * How a message was kept.
     *
     * @param id under which, in the archives of both sides
     * @param bySender whether the sender's archive has it
     * @param byReceiver whether the receiver's archive has it
     */
    record Kept(String id, boolean bySender, boolean byReceiver) {}

    /** Whether {@link #keep} answers at once; if not, it may block. Itself it never does. */
    boolean isReady(Message message);

    /**
     * Takes a message. Called in the sender's lane; what is still to be stored is noted there ({@link Lane#owe}).
     *
     * @param received whether a local account receives it, whose archive may keep it; a local sender's may in any case
     * @return null when nobody's archive keeps it
     * @throws im.gatehouse.stanza.StanzaException when it cannot be taken: it is not delivered, and the sender is told
     */
    @Nullable Kept keep(Message message, boolean received, Lane lane);
}
