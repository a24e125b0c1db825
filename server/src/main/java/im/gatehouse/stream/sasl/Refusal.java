package im.gatehouse.stream.sasl;

/** Carries a failure from the depth of a mechanism to its surface. It has no stack trace: it is the peer's fault. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient SaslResult.Failure failure;

    Refusal(SaslCondition condition, String text) {
        this(new SaslResult.Failure(condition, text));
    }

    Refusal(SaslResult.Failure failure) {
        super(failure.condition().wire(), null, false, false);
        this.failure = failure;
    }

    static Refusal malformed(String text) {
        return new Refusal(SaslCondition.MALFORMED_REQUEST, text);
    }

    SaslResult.Failure failure() {
        return failure;
    }
}
