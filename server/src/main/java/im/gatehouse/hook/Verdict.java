package im.gatehouse.hook;

/**
 * What a guard answers.
 *
 * @param <R> how a refusal is told, for instance a stanza error or a SASL failure
 */
public sealed interface Verdict<R> {
    /** Nothing stands against it. */
    record Pass<R>() implements Verdict<R> {
        private static final Pass<?> ONLY = new Pass<>();
    }

    /**
     * It may not happen.
     *
     * @param reason what the one who asked is told
     */
    record Refuse<R>(R reason) implements Verdict<R> {}

    @SuppressWarnings("unchecked") // a pass holds nothing of type R
    static <R> Verdict<R> pass() {
        return (Verdict<R>) Pass.ONLY;
    }

    static <R> Verdict<R> refuse(R reason) {
        return new Refuse<>(reason);
    }
}
