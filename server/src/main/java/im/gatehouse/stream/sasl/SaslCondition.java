package im.gatehouse.stream.sasl;

import java.util.Locale;

/** Why a sign-in failed, by the names that every client knows (RFC 6120 §6.5). */
public enum SaslCondition {
    ABORTED,
    ACCOUNT_DISABLED,
    CREDENTIALS_EXPIRED,
    ENCRYPTION_REQUIRED,
    INCORRECT_ENCODING,
    INVALID_AUTHZID,
    INVALID_MECHANISM,
    MALFORMED_REQUEST,
    MECHANISM_TOO_WEAK,
    NOT_AUTHORIZED,
    TEMPORARY_AUTH_FAILURE;

    private final String wire = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** The name of the element that tells it, for instance {@code not-authorized}. */
    public String wire() {
        return wire;
    }
}
