package im.gatehouse.session;

import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;
import java.util.List;

/**
 * The way out of the server to one client; a stream implements it. All calls are safe from any thread, never block,
 * and keep the order of calls from one thread.
 */
public interface Outlet {
    /** Hands a stanza over. When the client is gone or has stopped reading, it comes back to the router. */
    void send(Stanza stanza);

    /**
     * Hands a message over behind those for which {@link #hold} has been asked. When the client is gone or has stopped
     * reading, it comes back to the router.
     */
    default void sendInTurn(Message message) {
        send(message);
    }

    /**
     * From now on what is sent in turn waits until it is let go, or too much waits.
     *
     * @return which wait this is, for {@link #letGo(long)}
     */
    default long hold() {
        return 0;
    }

    /**
     * Sends what has waited for its turn, and what follows at once.
     *
     * @param number what {@link #hold} answered
     * @return false, and nothing is done, when somebody has asked for more time since
     */
    default boolean letGo(long number) {
        return true;
    }

    /**
     * Takes the client's next words a little later; see {@link Session#rest}. Does nothing while the client is away.
     */
    default void rest() {}

    /**
     * How many of these stanzas, in their order, it takes without ending the session because its client leaves too much
     * unacknowledged: 0 when it takes nothing any more, at least 1 as long as nothing waits. May change at any time.
     */
    default int takes(List<? extends Stanza> stanzas) {
        return stanzas.size();
    }

    /** Whether the client is there; false while the session waits for it to come back. */
    default boolean isConnected() {
        return true;
    }

    /** Ends the stream with an error, after what was sent before. */
    void end(StreamError error);
}
