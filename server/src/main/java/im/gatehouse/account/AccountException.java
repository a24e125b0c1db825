package im.gatehouse.account;

/** What was asked of an account cannot be done. The message says why, in words for people, and names nobody. */
public final class AccountException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why it cannot be done. */
    public enum Reason {
        ALREADY_EXISTS("The account exists already"),
        NOT_FOUND("There is no such account"),
        DOMAIN_NOT_SERVED("The domain is not served here"),
        NAME_MISSING("An account needs a name before the @"),
        NAME_NOT_ALLOWED("The name or the domain is not allowed in an address"),
        NAME_TOO_LONG("The name is longer than 255 bytes in UTF-8"),
        PASSWORD_EMPTY("The password is empty"),
        PASSWORD_NOT_ALLOWED("The password has characters that no password may have (RFC 8265), or over 1,023 bytes");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** A sentence for people, without the full stop. */
        public String text() {
            return text;
        }
    }

    private final Reason reason;

    public AccountException(Reason reason) {
        super(reason.text());
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
