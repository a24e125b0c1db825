package im.gatehouse.stream;

import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Notes on a message that could not be handed over at once when it came (XEP-0203). */
final class DelayStamp {
    private static final String NAMESPACE = "urn:xmpp:delay";

    private DelayStamp() {}

    /**
     * The stanza with the time at which it came, from its receiver's domain; itself when it is no message or has one.
     */
    static Stanza of(Stanza stanza, Instant came) {
        if (!(stanza instanceof Message message) || message.type() == Message.Type.ERROR || message.to() == null) {
            return stanza;
        }
        String domain = message.receiver().domain();
        for (Element child : message.children()) {
            if (child.is("delay", NAMESPACE) && domain.equals(child.attribute("from"))) {
                return stanza;
            }
        }
        Element stamp = Element.builder("delay", NAMESPACE)
                .attribute("from", domain)
                .attribute("stamp", came.truncatedTo(ChronoUnit.MILLIS).toString())
                .build();
        return message.with(stamp).handover(message.handover());
    }
}
