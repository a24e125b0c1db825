package im.gatehouse.stream;

import im.gatehouse.session.Session;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** Something that a session can have from its first moment on, asked for as it is bound (XEP-0386 section 3). */
public interface InlineFeature {
    /** The {@code var} by which it is announced; null for what is told to every client without being asked for. */
    default @Nullable String announced() {
        return null;
    }

    /** Whether a child of {@code <bind/>} asks for it. */
    default boolean takes(Element request) {
        return false;
    }

    /**
     * Turns it on; what clients ask for comes before what every client is told. The session is registered, and what
     * others send to it waits until its client has been told. Runs on a virtual thread in the stream's lane and may
     * block. What it throws is logged and leaves its answer out.
     *
     * @param request what the client asks for, or null when it does not ask
     * @return what the client is told within {@code <bound/>}, or null for nothing
     */
    @Nullable Element begin(@Nullable Element request, Session session, ClientStream stream);
}
