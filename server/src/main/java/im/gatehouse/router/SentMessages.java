package im.gatehouse.router;

import im.gatehouse.session.Session;
import im.gatehouse.stanza.Message;

/** The port of whoever takes out of a client's message what is for the server alone, before anybody sees it. */
public interface SentMessages {
    /** Whether there is something for the server in a message. Does not block. */
    boolean concern(Message message);

    /**
     * Does what a message asks of the server. Runs on a virtual thread in the session's lane and may block.
     *
     * @return the message without that, which goes on
     * @throws im.gatehouse.stanza.StanzaException to refuse the message
     */
    Message take(Session session, Message message);
}
