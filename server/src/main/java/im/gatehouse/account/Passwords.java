package im.gatehouse.account;

import im.gatehouse.account.AccountException.Reason;
import java.nio.charset.StandardCharsets;
import rocks.xmpp.precis.PrecisProfiles;

/** Brings a password into the one form in which it is compared: the OpaqueString profile of RFC 8265 section 4.2. */
final class Passwords {
    private static final int MOST_BYTES = 1_023;

    private Passwords() {}

    /**
     * The prepared form: spaces are ASCII spaces and characters are composed; case stays.
     *
     * @throws AccountException when the password is empty or not allowed
     */
    static String prepare(String password) {
        if (password.isEmpty()) {
            throw new AccountException(Reason.PASSWORD_EMPTY);
        }
        String prepared = isPrintableAscii(password) ? password : enforce(password);
        if (prepared.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
            throw new AccountException(Reason.PASSWORD_NOT_ALLOWED);
        }
        return prepared;
    }

    private static String enforce(String password) {
        try {
            return PrecisProfiles.OPAQUE_STRING.enforce(password);
        } catch (IllegalArgumentException e) {
            throw new AccountException(Reason.PASSWORD_NOT_ALLOWED);
        }
    }

    private static boolean isPrintableAscii(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }
}
