package im.gatehouse.router;

import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import org.jspecify.annotations.Nullable;

/** Looks into copies of messages for a user's other clients (XEP-0280). */
public final class CarbonCopy {
    private static final String DELAY = "urn:xmpp:delay";

    private CarbonCopy() {}

    /**
     * The message of which this is the copy that a receiver's other client is sent, with the time at which it came;
     * null when it is none. Nobody but the server makes such copies: what others send is stripped of them.
     */
    public static @Nullable Message received(Message copy) {
        Element received = copy.child("received", "urn:xmpp:carbons:2");
        Element forwarded = received == null ? null : received.child("forwarded", "urn:xmpp:forward:0");
        Element message = forwarded == null ? null : forwarded.child("message", Namespaces.CLIENT);
        if (message == null || !(Stanza.of(message) instanceof Message original)) {
            return null;
        }
        Element delay = copy.child("delay", DELAY);
        return delay == null || original.has("delay", DELAY) ? original : original.with(delay);
    }
}
