package im.gatehouse.stream;

import im.gatehouse.xml.Element;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says by which types a sign-in can be bound to the connection (XEP-0440). */
public final class ChannelBindingFeature implements StreamFeature {
    private static final String NAMESPACE = "urn:xmpp:sasl-cb:0";

    @Override
    public @Nullable Element offer(ClientStream stream) {
        List<String> types = stream.connection().channelBindings().types();
        if (stream.account() != null || types.isEmpty()) {
            return null;
        }
        Element.Builder offer = Element.builder("sasl-channel-binding", NAMESPACE);
        for (String type : types) {
            offer.child(Element.builder("channel-binding", NAMESPACE).attribute("type", type).build());
        }
        return offer.build();
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return false;
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        throw new IllegalStateException("Nothing is taken");
    }
}
