package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoiseTest {
    private static final int DRAWS = 400_000;

    /** The same numbers at every run, so that a test of chances never fails by chance. */
    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(2018);

    private static SequencedSet<String> types(String... types) {
        return new LinkedHashSet<>(List.of(types));
    }

    @ParameterizedTest
    @CsvSource({"1000000, 1e-6", "200000, 1e-9", "4000000, 1e-3"})
    void theNoiseIsDistributedAsTheTheoryWants(int millionths, double delta) {
        PrivacyBudget budget = new PrivacyBudget(millionths, delta);
        DiscreteLaplace noise = DiscreteLaplace.forHistogram(budget, random);
        double a = Math.exp(-budget.epsilonOfHistogram());
        int width = (int) Math.ceil(6 / budget.epsilonOfHistogram());
        long[] seen = new long[2 * width + 3]; // the outermost hold all that lies beyond
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            long x = noise.draw();
            sum += x;
            squares += (double) x * x;
            seen[Math.clamp(x, -width - 1, width + 1) + width + 1]++;
        }
        double variance = 2 * a / ((1 - a) * (1 - a));
        double deviation = Math.sqrt(variance / DRAWS);
        assertTrue(Math.abs(sum / DRAWS) < 4 * deviation, "mean " + sum / DRAWS);
        assertEquals(1, squares / DRAWS / variance, 0.03);

        double chiSquare = 0;
        for (int i = 0; i < seen.length; i++) {
            int x = i - width - 1;
            boolean beyond = Math.abs(x) > width;
            double probability =
                    beyond ? Math.pow(a, width + 1) / (1 + a) : (1 - a) / (1 + a) * Math.pow(a, Math.abs(x));
            double expected = DRAWS * probability;
            chiSquare += (seen[i] - expected) * (seen[i] - expected) / expected;
        }
        int freedom = seen.length - 1;
        assertTrue(chiSquare < freedom + 4 * Math.sqrt(2 * freedom), "chi-square " + chiSquare + " of " + freedom);
    }

    /** What differential privacy means: whatever is seen is nearly as likely with a user as without. */
    @Test
    void oneUserMoreChangesNoProbabilityByMoreThanTheBudget() {
        PrivacyBudget budget = PrivacyBudget.DEFAULT;
        DiscreteLaplace noise = DiscreteLaplace.forHistogram(budget, random);
        long[] without = new long[41];
        long[] with = new long[41];
        for (int i = 0; i < DRAWS; i++) {
            without[Math.clamp(5 + noise.draw(), -15, 25) + 15]++;
            with[Math.clamp(6 + noise.draw(), -15, 25) + 15]++;
        }
        double bound = Math.exp(budget.epsilonOfHistogram());
        for (int i = 0; i < with.length; i++) {
            if (with[i] > 2_000 && without[i] > 2_000) {
                double error = 1 + 5 * Math.sqrt(1.0 / with[i] + 1.0 / without[i]);
                assertTrue((double) with[i] / without[i] < bound * error, "at " + (i - 15));
                assertTrue((double) without[i] / with[i] < bound * error, "at " + (i - 15));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1000000, 1e-6, 28", "2000000, 1e-6, 15", "100000, 1e-9, 403", "10000000, 0.01, 2"})
    void aPlaceOfOneUserIsShownAsSeldomAsDeltaSays(int millionths, double delta, long threshold) {
        PrivacyBudget budget = new PrivacyBudget(millionths, delta);
        assertEquals(threshold, budget.threshold());
        double a = Math.exp(-budget.epsilonOfHistogram());
        double shown = Math.pow(a, threshold - 1) / (1 + a); // the noise is at least threshold - 1
        double shownBelow = Math.pow(a, threshold - 2) / (1 + a);
        assertTrue(shown <= delta * (1 + 1e-9));
        assertTrue(shownBelow > delta, "a lower threshold would do");
    }

    @Test
    void placesBelowTheThresholdAndThoseWithoutUsersAreNotThere() {
        PrivacyBudget budget = PrivacyBudget.DEFAULT;
        List<Figure> exact = List.of(
                new Figure("geo-GB-?-?", 1_000), new Figure("geo-BT-?-?", 1), new Figure("client-IOS", 1_001));
        for (int i = 0; i < 2_000; i++) {
            List<Figure> noisy = new NoisyMonth(budget, types("IOS", "ANDROID", "?"), random).of(exact);
            assertEquals(
                    List.of("geo-GB-?-?", "client-IOS", "client-ANDROID", "client-?"),
                    noisy.stream().map(Figure::cell).toList());
            assertTrue(noisy.getFirst().total() >= budget.threshold());
        }
    }

    @Test
    void clientsOfTypesThatAreNotConfiguredCountAsUnknown() {
        List<Figure> exact = List.of(new Figure("client-OLD", 100_000), new Figure("client-?", 100_000));
        List<Figure> noisy = new NoisyMonth(new PrivacyBudget(10_000_000, 1e-6), types("NEW", "?"), random).of(exact);
        assertEquals(List.of("client-NEW", "client-?"), noisy.stream().map(Figure::cell).toList());
        assertEquals(200_000, noisy.getLast().total(), 50);
        assertFalse(noisy.toString().contains("OLD"));
    }

    @Test
    void theBudgetOfAYearIsTheSumOfItsMonths() {
        PrivacyBudget budget = new PrivacyBudget(500_000, 1e-6);
        assertEquals(0.25, budget.epsilonOfHistogram());
        assertEquals(6, budget.yearlyEpsilon());
        assertEquals(12e-6, budget.yearlyDelta(), 1e-18);
        assertEquals(budget, PrivacyBudget.parse("0.5", "1.0E-6"));
    }
}
