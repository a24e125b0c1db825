package im.gatehouse.jid;

/** A text that is no address (RFC 7622). The message says why, in words for people. */
public final class InvalidJidException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidJidException(String message) {
        super(message);
    }
}
