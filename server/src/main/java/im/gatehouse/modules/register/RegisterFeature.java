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
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request that is answered on a stream on which nobody has signed in yet. */
final class RegisterFeature implements StreamFeature {
    private static final Logger log = LoggerFactory.getLogger(RegisterFeature.class);

    /** Answers on a virtual thread, and may block. */
    @FunctionalInterface
    private interface Answer {
        /**
         * @throws StanzaException to refuse
         */
        Iq to(Iq request, ClientStream stream);
    }

    private final Element offer;
    private final String name;
    private final String namespace;
    private final Predicate<String> isOpen;
    private final Answer answer;

    private RegisterFeature(Element offer, String name, String namespace, Predicate<String> isOpen, Answer answer) {
        this.offer = offer;
        this.name = name;
        this.namespace = namespace;
        this.isOpen = isOpen;
        this.answer = answer;
    }

    /** Registration itself (XEP-0077 sections 3.1 and 7). */
    static StreamFeature registering(Registration registration, ShownInvitations shown) {
        return new RegisterFeature(
                Element.of("register", "http://jabber.org/features/iq-register"),
                "query",
                Application.NAMESPACE,
                registration::isOpen,
                (request, stream) -> {
                    InetAddress address = stream.connection().remoteAddress().getAddress();
                    return registration.stranger(request, stream.host(), address, shown.on(stream));
                });
    }

    /** An invitation, shown before registration (XEP-0445). */
    static StreamFeature invited(Registration registration, ShownInvitations shown) {
        return new RegisterFeature(
                Element.of("register", "urn:xmpp:ibr-token:0"),
                "preauth",
                "urn:xmpp:pars:0",
                registration::takesInvited,
                (request, stream) -> {
                    shown.remember(stream, registration.invited(request, stream.host()));
                    return request.result();
                });
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        boolean offered = stream.account() == null && isSafe(stream) && isOpen.test(stream.host());
        return offered ? offer : null;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return stream.account() == null
                && element.is("iq", Namespaces.CLIENT)
                && element.child(name, namespace) != null;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        Iq request;
        try {
            request = (Iq) Stanza.of(element);
        } catch (StanzaException e) {
            Element refusal = Stanza.malformed(element, e.error());
            if (refusal != null) {
                stream.send(refusal);
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
            return answer.to(request, stream);
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
