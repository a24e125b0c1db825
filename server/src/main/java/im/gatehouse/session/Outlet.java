package im.gatehouse.session;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StreamError;

/**
 * The way out of the server to one client; a stream implements it. All calls are safe from any thread, never block,
 * and keep the order of calls from one thread.
 */
public interface Outlet {
    /** Hands a stanza over. When the client is gone or has stopped reading, it comes back to the router. */
    void send(Stanza stanza);

    /** Takes the client's next words a little later; see {@link Session#rest}. Does nothing while the client is away. */
    default void rest() {}

    /** Ends the stream with an error, after what was sent before. */
    void end(StreamError error);
}
