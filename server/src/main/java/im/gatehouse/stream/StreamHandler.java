package im.gatehouse.stream;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.XmlException;
import java.util.List;

/** Hears what comes from a connection. The connection calls it from one thread at a time, which must not be blocked. */
public interface StreamHandler {
    /** The client opened a stream, or opened it anew. */
    void opened(Element header, String defaultNamespace);

    /** A whole element came. */
    void received(Element element);

    /** The client said goodbye. */
    void closed();

    /** What came is not what XMPP allows; nothing more is read. */
    void failed(XmlException cause);

    /** The connection is gone. The last call. */
    void disconnected(List<Stanza> undelivered);
}
