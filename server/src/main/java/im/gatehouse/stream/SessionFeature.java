package im.gatehouse.stream;

import im.gatehouse.jid.Jid;
import im.gatehouse.session.Sessions;
import im.gatehouse.session.Sessions.Registration;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The session request of old clients (RFC 3921 section 3). It does nothing any more, but at listeners where it is this
 * request that opens the session, as with MongooseIM's {@code backwards_compatible_session}.
 */
public final class SessionFeature implements StreamFeature {
    private static final Element NEEDED = Element.of("session", Namespaces.SESSION);
    private static final Element OPTIONAL =
            Element.builder("session", Namespaces.SESSION).child("optional").build();

    private final Supplier<Sessions.Conflict> conflict;

    /**
     * @param conflict what happens when a resource is in use; may change while the server runs
     */
    public SessionFeature(Supplier<Sessions.Conflict> conflict) {
        this.conflict = conflict;
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        if (stream.account() == null || stream.session() != null) {
            return null;
        }
        return stream.entrance().sessionByRequest() ? NEEDED : OPTIONAL;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return (stream.session() != null || stream.bound() != null)
                && element.is("iq", Namespaces.CLIENT)
                && "set".equals(element.attribute("type"))
                && element.child("session", Namespaces.SESSION) != null;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        Iq request;
        try {
            request = (Iq) Stanza.of(element);
        } catch (StanzaException e) {
            Element answer = Stanza.malformed(element, e.error());
            if (answer != null) {
                stream.send(answer);
            }
            return;
        }
        Jid bound = stream.bound();
        if (bound == null) {
            stream.send(request.result());
        } else {
            stream.lane().blocking(() -> open(request, bound, stream));
        }
    }

    private void open(Iq request, Jid bound, ClientStream stream) {
        Registration outcome = stream.begin(bound, request.result());
        if (outcome instanceof Registration.InUse || outcome instanceof Registration.TooMany) {
            stream.bound(null); // the client may ask for another resource
        }
        SessionRefusal.tell(outcome, conflict.get(), request, stream);
    }
}
