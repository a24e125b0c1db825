package im.gatehouse.router;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes from what a client sends everything that only the server vouches for: times and ids of ours (XEP-0203,
 * XEP-0359, XEP-0421), copies (XEP-0280), archive results (XEP-0313), and what a room says of its occupants (XEP-0045)
 * in a stanza that does not go through a room. Whoever receives such a thing may trust it.
 */
final class Vouchers {
    private static final String CARBONS = "urn:xmpp:carbons:2";
    private static final String ARCHIVE = "urn:xmpp:mam:2";
    private static final String DELAY = "urn:xmpp:delay";

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

    /** What an external component sends without what only others of this server can vouch for. */
    Stanza strip(Stanza stanza, String component) {
        if (stanza instanceof Iq || stanza.children().isEmpty()) {
            return stanza;
        }
        return stanza.without(child -> switch (child.namespace()) {
            case DELAY -> isOfAnother(child.attribute("from"), component);
            case StanzaId.NAMESPACE -> child.name().equals(StanzaId.NAME) && isOfAnother(child.attribute("by"), component);
            case CARBONS -> isCopy(child);
            default -> false;
        });
    }

    private boolean isOfAnother(@Nullable String address, String component) {
        try {
            return isOurs(address) && !Jid.parse(String.valueOf(address)).domain().equals(component);
        } catch (InvalidJidException _) {
            return false;
        }
    }

    /** Whether a message is a copy or an archive result: meant for one session, and for nobody when that has gone. */
    boolean isForOneSession(Stanza message) {
        return message.children().stream().anyMatch(child -> isCopy(child) || isArchiveResult(child));
    }

    private static boolean isCopy(Element child) {
        return child.namespace().equals(CARBONS)
                && (child.name().equals("received") || child.name().equals("sent"));
    }

    private static boolean isArchiveResult(Element child) {
        return child.is("result", ARCHIVE);
    }

    private boolean isForged(Element child, @Nullable Jid to) {
        return switch (child.namespace()) {
            case DELAY -> isOurs(child.attribute("from"));
            case StanzaId.NAMESPACE -> child.name().equals(StanzaId.NAME) && isOurs(child.attribute("by"));
            case "urn:xmpp:occupant-id:0" -> true;
            case CARBONS -> isCopy(child);
            case ARCHIVE -> isArchiveResult(child);
            case "http://jabber.org/protocol/muc#user" -> to == null || isHost.test(to.domain());
            default -> false;
        };
    }

    /**
     * A message from anywhere as a local account may get it: no id that claims to be of the account's own archive, and
     * without the wish that it should not be copied (XEP-0280 section 9), which has been heard by then.
     */
    static Message forAccount(Message message) {
        List<Element> children = message.children();
        for (int i = 0; i < children.size(); i++) {
            if (isForAccountToMiss(children.get(i), message.receiver())) {
                return message.without(child -> isForAccountToMiss(child, message.receiver()));
            }
        }
        return message;
    }

    private static boolean isForAccountToMiss(Element child, Jid receiver) {
        return switch (child.namespace()) {
            case StanzaId.NAMESPACE -> StanzaId.isBy(child, receiver.bare());
            case CARBONS -> child.name().equals("private");
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
