package im.gatehouse.modules.muc;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import rocks.xmpp.precis.PrecisProfiles;

/** Which nicks may be taken, and which are too alike for two occupants of one room (RFC 8266). */
final class Nicks {
    private Nicks() {}

    /**
     * A nick that stands in a request, the way it stands in an address.
     *
     * @throws StanzaException with {@code jid-malformed} for what cannot be a nick
     */
    static String prepared(Room room, String nick) {
        try {
            String prepared = room.jid().withResource(nick).resource();
            key(prepared);
            return prepared;
        } catch (InvalidJidException e) {
            throw new StanzaException(Condition.JID_MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    /** Whether nobody can tell two nicks apart. */
    static boolean alike(String one, String other) {
        return key(one).equals(key(other));
    }

    /**
     * What two nicks have in common that nobody can tell apart: case and the number of spaces do not count.
     *
     * @throws StanzaException with {@code jid-malformed} for what cannot be a nick
     */
    static String key(String nick) {
        if (isPlain(nick)) {
            return nick;
        }
        try {
            String key = PrecisProfiles.NICKNAME.toComparableString(nick);
            if (!key.isBlank()) {
                return key;
            }
        } catch (IllegalArgumentException e) { // the profile names the code point, which is nobody's business here
            throw new StanzaException(Condition.JID_MALFORMED, "This nick has characters that no nick may have");
        }
        throw new StanzaException(Condition.JID_MALFORMED, "A nick needs a character that can be seen");
    }

    /** Whether the profile would leave it as it is: the quick way for most nicks. */
    private static boolean isPlain(String nick) {
        for (int i = 0; i < nick.length(); i++) {
            char c = nick.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.';
            if (!plain) {
                return false;
            }
        }
        return !nick.isEmpty();
    }
}
