package im.gatehouse.modules.register;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.StreamFeature;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registration on a stream on which nobody has signed in yet (XEP-0077 sections 3.1 and 7). */
final class RegisterFeature implements StreamFeature {
    private static final Logger log = LoggerFactory.getLogger(RegisterFeature.class);
    private static final Element OFFER = Element.of("register", "http://jabber.org/features/iq-register");

    private final Registration registration;

    RegisterFeature(Registration registration) {
        this.registration = registration;
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        boolean offered = stream.account() == null && isSafe(stream) && registration.isOpen();
        return offered ? OFFER : null;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return stream.account() == null
                && element.is("iq", Namespaces.CLIENT)
                && element.child("query", Application.NAMESPACE) != null;
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
        if (request.isRequest()) {
            stream.lane().blocking(() -> stream.send(answer(request, stream)));
        }
    }

    private Stanza answer(Iq request, ClientStream stream) {
        try {
            if (!isSafe(stream)) {
                throw new StanzaException(Condition.NOT_AUTHORIZED, "TLS comes first");
            }
            InetAddress address = stream.connection().remoteAddress().getAddress();
            return registration.stranger(request, stream.host(), address);
        } catch (StanzaException e) {
            return request.refuse(e.error());
        } catch (RuntimeException e) { // the boundary: a client gets an answer whatever happens
            log.warn("A registration failed", e);
            return request.refuse(Condition.INTERNAL_SERVER_ERROR.error());
        }
    }

    private static boolean isSafe(ClientStream stream) {
        return stream.connection().isSecure() || !stream.entrance().encryptionRequired();
    }
}
