package im.gatehouse.account;

import java.time.Duration;

/**
 * How long a client can sign in without its password.
 *
 * @param lifetime how long a token is good for
 * @param rotation how old it may become before a client that uses it gets another
 * @param mostClients for how many clients of one account there can be tokens; those that were away longest lose theirs
 */
public record TokenSettings(Duration lifetime, Duration rotation, int mostClients) {
    public static final TokenSettings DEFAULT = new TokenSettings(Duration.ofDays(30), Duration.ofDays(1), 32);
}
