package im.gatehouse.modules.visitors;

import java.util.random.RandomGenerator;

/**
 * Draws the noise of {@link ReleaseLevel#DP}: whole numbers x with a probability proportional to e^(−ε|x|).
 *
 * <p>Only whole numbers are computed with, by the method of Canonne, Kamath and Steinke ("The Discrete Gaussian for
 * Differential Privacy", 2020, algorithms 1 and 2): the bits that rounding leaves in noise of floating point are known
 * to tell what was under it.
 */
final class DiscreteLaplace {
    private final int numerator;
    private final int denominator;
    private final RandomGenerator random;

    /**
     * With ε = numerator / denominator.
     *
     * @param random in earnest a cryptographically strong one
     */
    DiscreteLaplace(int numerator, int denominator, RandomGenerator random) {
        this.numerator = numerator;
        this.denominator = denominator;
        this.random = random;
    }

    /** The noise for one histogram, which has half of the budget. */
    static DiscreteLaplace forHistogram(PrivacyBudget budget, RandomGenerator random) {
        return new DiscreteLaplace(budget.millionths(), 2 * PrivacyBudget.MILLION, random);
    }

    long draw() {
        while (true) {
            boolean negative = random.nextBoolean();
            long magnitude = magnitude();
            if (!negative || magnitude != 0) { // else zero would come twice as often
                return negative ? -magnitude : magnitude;
            }
        }
    }

    /** A number x ≥ 0 with a probability proportional to e^(−ε·x). */
    private long magnitude() {
        int remainder = random.nextInt(denominator);
        while (!happens(remainder, denominator)) {
            remainder = random.nextInt(denominator);
        }
        long whole = 0;
        while (happens(1, 1)) {
            whole++;
        }
        return (remainder + denominator * whole) / numerator;
    }

    /** True with the probability e^(−part/of), where part ≤ of. */
    private boolean happens(int part, int of) {
        long round = 1;
        while (random.nextLong(of * round) < part) {
            round++;
        }
        return round % 2 == 1;
    }
}
