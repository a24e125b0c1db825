package im.gatehouse.stream.sasl;

import im.gatehouse.jid.InvalidJidException;
import im.gatehouse.jid.Jid;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns what clients write into users of one host.
 *
 * @param domain the host
 * @param mayTry whether a user, by the prepared name, may try to sign in now
 */
record UserNames(String domain, Predicate<String> mayTry) {
    /**
     * Prepares a simple user name (RFC 6120 §6.3.7) as the local part of an address (RFC 7622 §3.3), and refuses who
     * has to wait.
     */
    String prepare(String name) throws Refusal {
        String prepared = prepared(name);
        if (!mayTry.test(prepared)) {
            throw new Refusal(SaslCondition.TEMPORARY_AUTH_FAILURE, "Too many failed attempts, try later");
        }
        return prepared;
    }

    private String prepared(String name) throws Refusal {
        try {
            String prepared = name.isEmpty() ? "" : Jid.of(name, domain).local();
            if (!prepared.isEmpty()) {
                return prepared;
            }
        } catch (InvalidJidException _) {
            // Told below. Nobody can have such a name, so that to refuse it early gives nobody away.
        }
        throw new Refusal(SaslCondition.NOT_AUTHORIZED, "This is no user name");
    }

    /**
     * Checks the address that a client asks to act as: only the user's own is allowed (RFC 6120 §6.3.8).
     *
     * @return the address in its prepared form; null when none was asked for
     */
    @Nullable String authorize(String user, @Nullable String requested) throws Refusal {
        if (requested == null) {
            return null;
        }
        Jid own = Jid.of(user, domain);
        try {
            if (Jid.parse(requested).equals(own)) {
                return own.toString();
            }
        } catch (InvalidJidException _) {
            // Told below: what is no address is not the user's own.
        }
        throw new Refusal(SaslCondition.INVALID_AUTHZID, "A user may act only as their own bare address");
    }
}
