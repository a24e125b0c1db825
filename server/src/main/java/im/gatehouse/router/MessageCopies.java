package im.gatehouse.router;

import im.gatehouse.session.Session;
import im.gatehouse.stanza.Copies;
import im.gatehouse.stanza.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows a user's other clients what one of them says and hears: a port of the router (XEP-0280). Never blocks.
 */
public interface MessageCopies {
    /** Whether messages like this one are copied at all. */
    boolean copies(Message message);

    /**
     * A local user has sent a message, which is on its way.
     *
     * @param archiveId the id in the sender's archive, or null
     * @param reached the sessions of the sender that get the message itself, for users write to themselves, too
     */
    void sent(Message message, @Nullable String archiveId, List<Session> reached);

    /**
     * Who is shown a message that has come for a local account.
     *
     * @param message as those get it who get it
     * @param reached the sessions that do
     */
    List<Session> others(Message message, List<Session> reached);

    /**
     * A message has come for a local account.
     *
     * @param message as those got it who got it
     * @param others who is shown it
     * @param copies counts all who got it and who are shown it, or null
     */
    void received(Message message, List<Session> others, @Nullable Copies copies);
}
