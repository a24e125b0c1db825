package im.gatehouse.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses which known word somebody meant who wrote an unknown one. */
public final class Nearest {
    private static final int SHORTEST_ABBREVIATION = 3;

    private Nearest() {}

    /**
     * The known word that is closest: few slips of the finger away (a letter missing, added, changed, or two swapped;
     * longer words may have more), otherwise the only one that begins with what was written. Case does not count.
     */
    public static Optional<String> to(String written, Collection<String> known) {
        return known.stream()
                .filter(word -> distance(written, word) <= tolerance(written))
                .min(Comparator.comparingInt((String word) -> distance(written, word))
                        .thenComparing(Comparator.naturalOrder()))
                .or(() -> abbreviated(written, known));
    }

    private static Optional<String> abbreviated(String written, Collection<String> known) {
        if (written.length() < SHORTEST_ABBREVIATION) {
            return Optional.empty();
        }
        var longer = known.stream().filter(word -> word.startsWith(written)).toList();
        return longer.size() == 1 ? Optional.of(longer.getFirst()) : Optional.empty();
    }

    private static int tolerance(String written) {
        int length = written.length();
        return length <= 2 ? 0 : length <= 4 ? 1 : length <= 8 ? 2 : 3;
    }

    /** Optimal string alignment distance, ignoring case. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] steps = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                steps[i][j] = i == 0 || j == 0 ? i + j : step(steps, a, b, i, j);
            }
        }
        return steps[a.length()][b.length()];
    }

    private static int step(int[][] steps, String a, String b, int i, int j) {
        int changed = steps[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int best = Math.min(changed, Math.min(steps[i - 1][j], steps[i][j - 1]) + 1);
        boolean swapped = i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, steps[i - 2][j - 2] + 1) : best;
    }
}
