package im.gatehouse.session;

import org.jspecify.annotations.Nullable;

/**
 * Why a login is refused.
 *
 * @param kind what the client is told
 * @param text words for people, or null
 */
public record Refusal(Kind kind, @Nullable String text) implements Decision {
    /** What the client is told (RFC 6120 section 6.5, and 7.6 after sign-in). */
    public enum Kind {
        /** The account may not be used: {@code account-disabled}. */
        ACCOUNT_DISABLED,
        /** It cannot be said at present whether the account may be used: {@code temporary-auth-failure}. */
        TRY_LATER,
        /** As a wrong password: {@code not-authorized}. */
        NOT_AUTHORIZED,
        /** The session is not allowed: {@code not-allowed}, for a refusal after sign-in. */
        NOT_ALLOWED
    }
}
