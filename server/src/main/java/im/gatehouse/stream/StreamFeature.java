package im.gatehouse.stream;

import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/**
 * A step that client and server settle before stanzas flow (RFC 6120 section 4.3). One object serves all streams;
 * what belongs to one stream is kept in its {@link ClientStream}.
 */
public interface StreamFeature {
    /** What {@code <stream:features/>} says of it at this moment, or null when it is not its turn. */
    @Nullable Element offer(ClientStream stream);

    /** Whether an element that came belongs to it, at this moment. */
    boolean takes(Element element, ClientStream stream);

    /** Handles an element that it takes. Runs in the stream's lane; what may block goes through the lane. */
    void handle(Element element, ClientStream stream);
}
