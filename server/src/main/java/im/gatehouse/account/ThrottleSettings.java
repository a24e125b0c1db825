package im.gatehouse.account;

import java.time.Duration;

/**
 * When wrong passwords make somebody wait.
 *
 * @param perAccount wrong passwords for one account from one address within the window, 1 to 1,000,000
 * @param perAddress wrong passwords from one address within the window, 1 to 1,000,000
 * @param window in which as many are forgotten again, at least a second
 * @param longestWait how long a refusal lasts at most, at least a second
 */
public record ThrottleSettings(int perAccount, int perAddress, Duration window, Duration longestWait) {
    public static final ThrottleSettings DEFAULT =
            new ThrottleSettings(10, 100, Duration.ofMinutes(1), Duration.ofMinutes(1));

    private static final int MOST = 1_000_000;

    /** Refuses values out of bounds with an {@link IllegalArgumentException}. */
    public ThrottleSettings {
        if (perAccount < 1 || perAccount > MOST || perAddress < 1 || perAddress > MOST) {
            throw new IllegalArgumentException("The numbers of wrong passwords must be between 1 and " + MOST);
        }
        if (window.toSeconds() < 1 || longestWait.toSeconds() < 1) {
            throw new IllegalArgumentException("The window and the longest wait must be a second at least");
        }
    }
}
