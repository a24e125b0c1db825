package im.gatehouse.router;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes from what a client sends everything that only the server vouches for: times and ids of ours (XEP-0203, XEP-0359,
 * XEP-0421), copies (XEP-0280), archive results (XEP-0313), and what a room says of its occupants (XEP-0045) in a
 * stanza that does not go through a room. Whoever receives such a thing may trust it.
 */
final class Vouchers {
    private final Predicate<String> isLocal;
    private final Predicate<String> isHost;

    /**
     * @param isLocal whether a domain is served here
     * @param isHost whether accounts live at a domain
     */
    Vouchers(Predicate<String> isLocal, Predicate<String> isHost) {
        this.isLocal = isLocal;
        this.isHost = isHost;
    }

    /** The stanza without them; itself when it has none. */
    Stanza strip(Stanza stanza) {
        if (stanza instanceof Iq || stanza.children().isEmpty()) {
            return stanza;
        }
        return stanza.without(child -> isForged(child, stanza.to()));
    }

    /** Whether a message is a copy or an archive result: meant for one session, and for nobody when that has gone. */
    boolean isForOneSession(Stanza message) {
        return message.children().stream().anyMatch(child -> isCopy(child) || isArchiveResult(child));
    }

    private static boolean isCopy(Element child) {
        return child.namespace().equals("urn:xmpp:carbons:2")
                && (child.name().equals("received") || child.name().equals("sent"));
    }

    private static boolean isArchiveResult(Element child) {
        return child.is("result", "urn:xmpp:mam:2");
    }

    private boolean isForged(Element child, @Nullable Jid to) {
        return switch (child.namespace()) {
            case "urn:xmpp:delay" -> isOurs(child.attribute("from"));
            case "urn:xmpp:sid:0" -> child.name().equals("stanza-id") && isOurs(child.attribute("by"));
            case "urn:xmpp:occupant-id:0" -> true;
            case "urn:xmpp:carbons:2" -> isCopy(child);
            case "urn:xmpp:mam:2" -> isArchiveResult(child);
            case "http://jabber.org/protocol/muc#user" -> to == null || isHost.test(to.domain());
            default -> false;
        };
    }

    private boolean isOurs(@Nullable String address) {
        if (address == null) {
            return false;
        }
        try {
            return isLocal.test(Jid.parse(address).domain());
        } catch (InvalidJidException _) {
            return false;
        }
    }
}
