package im.gatehouse.stream;

import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import org.jspecify.annotations.Nullable;

/** STARTTLS (RFC 6120 section 5). */
public final class StartTlsFeature implements StreamFeature {
    private static final Element PROCEED = Element.of("proceed", Namespaces.TLS);

    @Override
    public @Nullable Element offer(ClientStream stream) {
        if (!stream.connection().canStartTls()) {
            return null;
        }
        Element.Builder offer = Element.builder("starttls", Namespaces.TLS);
        if (stream.entrance().encryptionRequired()) {
            offer.child("required");
        }
        return offer.build();
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return element.is("starttls", Namespaces.TLS);
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        if (stream.connection().canStartTls() && stream.account() == null) {
            stream.attempt(null); // what was begun in the clear is forgotten (RFC 6120 section 5.4.3.3)
            stream.connection().startTls(PROCEED, stream.host());
        } else {
            stream.send(Element.of("failure", Namespaces.TLS));
            stream.connection().close();
        }
    }
}
