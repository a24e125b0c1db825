package im.gatehouse.jid;

import rocks.xmpp.precis.InvalidCodePointException;
import rocks.xmpp.precis.InvalidDirectionalityException;
import rocks.xmpp.precis.PrecisProfile;

/** Applies profiles of prepared strings (RFC 8264), and says in plain words what they refuse. */
final class Precis {
    private Precis() {}

    static String enforce(PrecisProfile profile, String text, String name) {
        requirePairs(text, name);
        try {
            return profile.enforce(text);
        } catch (InvalidCodePointException e) {
            throw new InvalidJidException(name + " contains a character that is not allowed");
        } catch (InvalidDirectionalityException e) {
            throw new InvalidJidException(name + " mixes writing directions in a way that is not allowed");
        } catch (IllegalArgumentException e) {
            throw new InvalidJidException(name + " is not allowed");
        }
    }

    private static void requirePairs(String text, String name) {
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw new InvalidJidException(name + " contains half a character");
        }
    }
}
