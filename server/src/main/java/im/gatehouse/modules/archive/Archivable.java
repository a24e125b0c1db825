package im.gatehouse.modules.archive;

import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;

/** Which messages say something that people want to find again (XEP-0313 section 5.1.1, XEP-0334). */
final class Archivable {
    private Archivable() {}

    /** Whether a message from one to another is. */
    static boolean isSaid(Message message) {
        return switch (message.type()) {
            case NORMAL, CHAT -> isWorthKeeping(message);
            case GROUPCHAT, HEADLINE, ERROR -> false;
        };
    }

    /** Whether a message to all in a room is; a change of the subject is one, too. */
    static boolean isSaidToAll(Message message) {
        return isWorthKeeping(message) || message.has("subject", Namespaces.CLIENT) && !isForbidden(message);
    }

    private static boolean isWorthKeeping(Message message) {
        boolean worth = false;
        for (Element child : message.children()) {
            if (forbids(child)) {
                return false;
            }
            worth = worth || says(child);
        }
        return worth;
    }

    private static boolean isForbidden(Message message) {
        return message.children().stream().anyMatch(Archivable::forbids);
    }

    private static boolean forbids(Element child) {
        return switch (child.namespace()) {
            case Mam.HINTS -> child.name().equals("no-store") || child.name().equals("no-permanent-store");
            case Mam.NAMESPACE -> child.name().equals("result");
            case "urn:xmpp:carbons:2" -> child.name().equals("received") || child.name().equals("sent");
            default -> false;
        };
    }

    private static boolean says(Element child) {
        String name = child.name();
        return switch (child.namespace()) {
            case Namespaces.CLIENT -> name.equals("body");
            case Mam.HINTS -> name.equals("store");
            case "eu.siacs.conversations.axolotl", "urn:xmpp:omemo:1", "urn:xmpp:omemo:2" -> name.equals("encrypted");
            case "urn:xmpp:openpgp:0", "jabber:x:encrypted", "urn:xmpp:encrypted:0" -> true;
            case "urn:xmpp:chat-markers:0" -> !name.equals("markable");
            case "urn:xmpp:receipts" -> name.equals("received");
            case Mam.RETRACT -> name.equals("retract");
            case "urn:xmpp:fasten:0" -> name.equals("apply-to");
            case "urn:xmpp:reactions:0", "urn:xmpp:message-correct:0", "urn:xmpp:message-attaching:1" -> true;
            case "urn:xmpp:sfs:0", "urn:xmpp:sims:1", "jabber:x:oob", "urn:xmpp:attention:0" -> true;
            case "urn:xmpp:jingle-message:0", "urn:xmpp:call-invites:0", "jabber:x:conference" -> true;
            case Mam.ROOM_USER -> child.children().stream().anyMatch(Archivable::isInvitation);
            default -> false;
        };
    }

    private static boolean isInvitation(Element inRoomUser) {
        return inRoomUser.name().equals("invite") || inRoomUser.name().equals("decline");
    }
}
