package im.gatehouse.jid;

import java.util.Locale;
import rocks.xmpp.precis.PrecisProfiles;

/** Prepares the local part of an address: the profile UsernameCaseMapped, and what RFC 7622 section 3.3.1 forbids. */
final class LocalPart {
    private static final String FORBIDDEN = "\"&'/:<>@ ";
    private static final String NAME = "the part before @";

    private LocalPart() {}

    /** The prepared form of a local part that is not absent. */
    static String prepare(String text) {
        PartLength.checkUnprepared(text, NAME);
        boolean lowerCase = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x7F) {
                return prepareAny(text);
            }
            if (c <= ' ' || c < 'A' && FORBIDDEN.indexOf(c) >= 0 || c == '@') {
                throw forbidden(c);
            }
            lowerCase &= c < 'A' || c > 'Z';
        }
        return PartLength.check(lowerCase ? text : text.toLowerCase(Locale.ROOT), NAME);
    }

    private static String prepareAny(String text) {
        String prepared = Precis.enforce(PrecisProfiles.USERNAME_CASE_MAPPED, text, NAME);
        // Only now: mapping may have made a plain character of a wide one.
        for (int i = 0; i < prepared.length(); i++) {
            if (FORBIDDEN.indexOf(prepared.charAt(i)) >= 0) {
                throw forbidden(prepared.charAt(i));
            }
        }
        return PartLength.check(prepared, NAME);
    }

    private static InvalidJidException forbidden(char c) {
        return new InvalidJidException("%s must not contain the character U+%04X".formatted(NAME, (int) c));
    }
}
