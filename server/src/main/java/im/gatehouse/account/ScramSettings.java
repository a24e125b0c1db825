package im.gatehouse.account;

/**
 * How costly it is made to guess passwords from stolen verifiers.
 *
 * @param iterations of the key derivation for new passwords, 4,096 (RFC 5802 section 5.1) to 10,000,000
 */
public record ScramSettings(int iterations) {
    public static final int LEAST_ITERATIONS = 4_096;
    public static final int MOST_ITERATIONS = 10_000_000;
    public static final ScramSettings DEFAULT = new ScramSettings(100_000);

    /** Refuses iterations out of bounds with an {@link IllegalArgumentException}. */
    public ScramSettings {
        if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
            throw new IllegalArgumentException("The iterations must be between " + LEAST_ITERATIONS + " and "
                    + MOST_ITERATIONS + ", and are " + iterations);
        }
    }
}
