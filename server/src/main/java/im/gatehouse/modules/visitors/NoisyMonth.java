package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.random.RandomGenerator;

/**
 * Adds noise to a month's figures. A place is left out when it comes out below the threshold, since that somebody came
 * from there at all tells of one user; the types of clients are known beforehand and are all there.
 */
final class NoisyMonth {
    private final PrivacyBudget budget;
    private final SequencedSet<String> types;
    private final DiscreteLaplace noise;

    /**
     * @param types the types of clients, known without looking at any user; what is of another counts as unknown
     */
    NoisyMonth(PrivacyBudget budget, SequencedSet<String> types, RandomGenerator random) {
        this.budget = budget;
        this.types = types;
        this.noise = DiscreteLaplace.forHistogram(budget, random);
    }

    /** The figures as they may be told; those of clients may be negative. Other noise at each call. */
    List<Figure> of(List<Figure> exact) {
        List<Figure> noisy = new ArrayList<>();
        for (Figure figure : exact) {
            if (figure.cell().startsWith(Cells.GEO)) {
                long total = figure.total() + noise.draw();
                if (total >= budget.threshold()) {
                    noisy.add(new Figure(figure.cell(), total));
                }
            }
        }
        for (String type : types) {
            noisy.add(new Figure(Cells.client(type), clients(exact, type) + noise.draw()));
        }
        return noisy;
    }

    private long clients(List<Figure> exact, String type) {
        return exact.stream()
                .filter(figure -> figure.cell().startsWith(Cells.CLIENT))
                .filter(figure -> type.equals(known(Cells.type(figure.cell()))))
                .mapToLong(Figure::total)
                .sum();
    }

    private String known(String type) {
        return types.contains(type) ? type : ClientPatterns.UNKNOWN;
    }
}
