package im.gatehouse.modules.offline;

import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.Set;

/** Which messages are worth keeping for somebody who is not there (XEP-0160 section 3, XEP-0334). */
final class Storable {
    private static final String HINTS = "urn:xmpp:hints";

    /** What says nothing without something else beside it: typing notifications, ids, hints, and our own stamps. */
    private static final Set<String> ACCOMPANYING = Set.of(
            "http://jabber.org/protocol/chatstates",
            HINTS,
            "urn:xmpp:sid:0",
            "urn:xmpp:delay",
            "http://jabber.org/protocol/nick");

    private Storable() {}

    static boolean test(Message message) {
        boolean kept =
                switch (message.type()) {
                    case NORMAL, CHAT -> true;
                    case GROUPCHAT, HEADLINE, ERROR -> false;
                };
        return kept && !message.has("no-store", HINTS) && saysSomething(message);
    }

    private static boolean saysSomething(Message message) {
        return message.has("store", HINTS) || message.children().stream().anyMatch(Storable::counts);
    }

    private static boolean counts(Element child) {
        return child.namespace().equals(Namespaces.CLIENT)
                ? !child.name().equals("thread")
                : !ACCOMPANYING.contains(child.namespace());
    }
}
