package im.gatehouse.stream;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import org.jspecify.annotations.Nullable;

/** The session request of old clients (RFC 3921 section 3), which does nothing any more. */
public final class SessionFeature implements StreamFeature {
    private static final Element OFFER =
            Element.builder("session", Namespaces.SESSION).child("optional").build();

    @Override
    public @Nullable Element offer(ClientStream stream) {
        return stream.account() != null && stream.session() == null ? OFFER : null;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return stream.session() != null
                && element.is("iq", Namespaces.CLIENT)
                && "set".equals(element.attribute("type"))
                && element.child("session", Namespaces.SESSION) != null;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        try {
            stream.send(((Iq) Stanza.of(element)).result());
        } catch (StanzaException e) {
            Element answer = Stanza.malformed(element, e.error());
            if (answer != null) {
                stream.send(answer);
            }
        }
    }
}
