package im.gatehouse.stream;

import im.gatehouse.jid.Jid;
import im.gatehouse.xml.Element;

/** Gives a client back a session that has waited for it, asked for as it signs in (XEP-0388, XEP-0198). */
public interface InlineResumption {
    /** What came of it. */
    sealed interface Outcome {
        /**
         * The stream has the session again.
         *
         * @param full the session's address
         * @param answer what the client is told within {@code <success/>}
         * @param afterwards what is to be done once the client has been told, such as to send what it missed
         */
        record Resumed(Jid full, Element answer, Runnable afterwards) implements Outcome {}

        /**
         * There is no such session; the client may have asked for a new one, too.
         *
         * @param answer what the client is told within {@code <success/>}
         */
        record NotResumed(Element answer) implements Outcome {}
    }

    /** What {@code <inline/>} announces. */
    Element offer();

    /** Whether a child of {@code <authenticate/>} asks for it. */
    boolean takes(Element request);

    /**
     * Looks for the session and joins it with the stream, on which its user has signed in. Runs on a virtual thread in
     * the stream's lane and may block.
     */
    Outcome resume(Element request, ClientStream stream);
}
