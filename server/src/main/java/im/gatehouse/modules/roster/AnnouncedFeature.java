package im.gatehouse.modules.roster;

import im.gatehouse.stream.ClientStream;
import im.gatehouse.stream.StreamFeature;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/**
 * Something that the server can do and that needs no settling: it is only said to those who have signed in, also when
 * they have bound a resource in the same breath (XEP-0386).
 *
 * @param element what {@code <stream:features/>} says
 */
public record AnnouncedFeature(Element element) implements StreamFeature {
    /** Roster versioning (RFC 6121 section 2.6). */
    public static final StreamFeature ROSTER_VERSIONING =
            new AnnouncedFeature(Element.of("ver", "urn:xmpp:features:rosterver"));

    /** Approving a subscription before it is asked for (RFC 6121 section 3.4). */
    public static final StreamFeature PRE_APPROVAL =
            new AnnouncedFeature(Element.of("sub", "urn:xmpp:features:pre-approval"));

    @Override
    public @Nullable Element offer(ClientStream stream) {
        return stream.account() != null ? element : null;
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
