package im.gatehouse.modules.visitors;

import im.gatehouse.config.Section;
import java.util.Locale;

/**
 * How much the noisy figures of one month may tell of a user: (ε, δ)-differential privacy, where two months are
 * neighbours when one user came in only one of them. A user touches one place and one client, so each of the two
 * histograms gets half of ε.
 *
 * @param millionths ε in millionths, 1,000 to 10,000,000; a whole number, so that noise is drawn without rounding
 * @param delta the probability with which a place of a single user may be shown, from 1e-12 to 0.01
 */
record PrivacyBudget(int millionths, double delta) {
    /** The scale of {@link #millionths}. */
    static final int MILLION = 1_000_000;

    private static final double LEAST_EPSILON = 0.001;
    private static final double MOST_EPSILON = 10;
    private static final double LEAST_DELTA = 1e-12;
    private static final double MOST_DELTA = 0.01;
    private static final int MONTHS_OF_A_YEAR = 12;

    /** ε = 1 and δ = 10⁻⁶. */
    static final PrivacyBudget DEFAULT = new PrivacyBudget(MILLION, 1e-6);

    static PrivacyBudget read(Section section) {
        double epsilon = section.number("epsilon", 1, LEAST_EPSILON, MOST_EPSILON);
        double delta = section.number("delta", DEFAULT.delta, LEAST_DELTA, MOST_DELTA);
        return new PrivacyBudget((int) Math.floor(epsilon * MILLION + 1e-6), delta);
    }

    /** What is stored with the figures that were drawn under it. */
    static PrivacyBudget parse(String epsilon, String delta) {
        return new PrivacyBudget((int) Math.round(Double.parseDouble(epsilon) * MILLION), Double.parseDouble(delta));
    }

    double epsilon() {
        return millionths / (double) MILLION;
    }

    /** What each of the two histograms has of ε. */
    double epsilonOfHistogram() {
        return epsilon() / 2;
    }

    /** What the figures of twelve months may tell of one user who came in each: the sums (basic composition). */
    double yearlyEpsilon() {
        return MONTHS_OF_A_YEAR * epsilon();
    }

    double yearlyDelta() {
        return MONTHS_OF_A_YEAR * delta;
    }

    /**
     * The least noisy figure with which a place is shown. A place that only one user has reaches it with a probability
     * of at most δ.
     */
    long threshold() {
        double each = epsilonOfHistogram();
        return 1 + (long) Math.ceil(Math.log(1 / (delta * (1 + Math.exp(-each)))) / each);
    }

    /** For people. */
    String told() {
        return String.format(
                Locale.ROOT,
                "with noise, epsilon = %s, delta = %s a month; a year of months: epsilon = %s, delta = %s",
                epsilon(),
                delta,
                yearlyEpsilon(),
                yearlyDelta());
    }
}
