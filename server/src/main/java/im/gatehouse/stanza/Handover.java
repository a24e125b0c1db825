package im.gatehouse.stanza;

/**
 * What wants to know how a message fares that was handed to a session. Safe from any thread; quick, and never blocks.
 */
public interface Handover {
    /**
     * The session could not give the message to its client.
     *
     * @return true when the message goes on from here, as if the session had not been there; false when it is in good
     *     hands all the same
     */
    boolean comesBack();

    /**
     * The client has the message: it has acknowledged it (XEP-0198), or where it acknowledges nothing, the message has
     * been written to its connection.
     */
    void arrived();
}
