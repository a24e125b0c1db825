package im.gatehouse.stanza;

/** Thrown where a stanza is refused; whoever handles the stanza answers with the error. Carries no stack trace. */
public final class StanzaException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient StanzaError error;

    public StanzaException(StanzaError error) {
        super(error.condition().wire(), null, false, false);
        this.error = error;
    }

    public StanzaException(StanzaError.Condition condition) {
        this(condition.error());
    }

    public StanzaException(StanzaError.Condition condition, String text) {
        this(condition.error(text));
    }

    public StanzaError error() {
        return error;
    }
}
