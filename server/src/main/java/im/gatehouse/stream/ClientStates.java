package im.gatehouse.stream;

import im.gatehouse.xml.Element;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a client say whether its user looks (XEP-0352), and spares it, while nobody does, what can wait. Nobody else is
 * told.
 */
public final class ClientStates implements StreamFeature {
    static final String NAMESPACE = "urn:xmpp:csi:0";
    private static final Element OFFER = Element.of("csi", NAMESPACE);

    private final IntSupplier most;
    private final Runnable wentInactive;
    private final Runnable wentActive;

    /**
     * @param most how many stanzas are kept for one client, at least 1; may change
     * @param wentInactive hears of each client that becomes inactive; must be quick
     * @param wentActive hears of each that becomes active; must be quick
     */
    public ClientStates(IntSupplier most, Runnable wentInactive, Runnable wentActive) {
        this.most = most;
        this.wentInactive = wentInactive;
        this.wentActive = wentActive;
    }

    /**
     * Offers it within the binding of a resource.
     *
     * @return takes that away again
     */
    public Runnable offerInline(InlineFeatures inline) {
        return inline.add(new InlineState(this));
    }

    @Override
    public @Nullable Element offer(ClientStream stream) {
        return stream.account() == null ? null : OFFER;
    }

    @Override
    public boolean takes(Element element, ClientStream stream) {
        return element.namespace().equals(NAMESPACE)
                && stream.session() != null
                && (element.name().equals("active") || element.name().equals("inactive"));
    }

    @Override
    public void handle(Element element, ClientStream stream) {
        tell(stream, element.name().equals("active"));
    }

    /**
     * Notes the state of a client, for a feature that carries it inline (XEP-0386). Without effect before there is a
     * session.
     */
    public void tell(ClientStream stream, boolean active) {
        SessionLine line = stream.line();
        if (line == null) {
            return;
        }
        if (active) {
            line.active();
            wentActive.run();
        } else {
            line.inactive(most.getAsInt());
            wentInactive.run();
        }
    }
}
