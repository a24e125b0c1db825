package im.gatehouse.stream.sasl;

import org.jspecify.annotations.Nullable;

/** What is particular to one mechanism; {@link Mechanism} does what all have in common. */
@FunctionalInterface
interface Exchange {
    /** Answers the client's next message. Called no more after a success or a refusal. */
    SaslResult step(byte[] data) throws Refusal;

    /** Answers a client that chose the mechanism and sent no message with it: the client speaks first. */
    default SaslResult invite() throws Refusal {
        return new SaslResult.Challenge(new byte[0]);
    }

    /** Whom the client says it is, prepared; null until it has said so. */
    default @Nullable String claimedUser() {
        return null;
    }
}
