package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Makes figures of at least k users out of exact ones. Cells below k are added to the next coarser one: a city to its
 * subdivision, that to its country, that to all that is not told; a client to {@code client-?}. If what is not told
 * comes to less than k, the smallest figure that could be told is added to it (complementary suppression).
 *
 * <p>The result is a partition: each user is in one figure, each figure is of k users or more, and all figures add up
 * to the number of users, which therefore gives nothing away. A coarse cell holds those whose finer place is not known
 * as well as those whose is not told. So the published figures are themselves a month that might have been, in which
 * nothing had to be hidden, and which would be published just the same: whatever is hidden cannot be told from nobody.
 */
final class Grouping {
    private static final Comparator<Map.Entry<String, Long>> BY_TOTAL =
            Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey());

    private final long k;
    private final String country;

    /**
     * @param country the ISO code of the only country that is counted, or {@link VisitorsConfig#EVERYWHERE}: the
     *     coarsest cell is one in which somebody may really have been
     */
    Grouping(long k, String country) {
        this.k = k;
        this.country = country;
    }

    /** Groups cells that begin with {@code geo-}; none when there are fewer than k users in all. */
    List<Figure> places(List<Figure> exact) {
        String untold = untold(exact);
        return group(exact, untold, List.of(
                cell -> Cells.geo(withoutCity(Cells.place(cell))),
                cell -> Cells.geo(withoutSubdivision(Cells.place(cell))),
                _ -> untold));
    }

    /** The country, unless the month is from before it became the only one, or was imported, and has others. */
    private String untold(List<Figure> exact) {
        boolean single = !country.equals(VisitorsConfig.EVERYWHERE)
                && exact.stream().allMatch(figure -> Cells.place(figure.cell()).country().equals(country));
        return Cells.geo(
                single ? new Place(country, Place.UNKNOWN_PART, Place.UNKNOWN_PART) : Place.UNKNOWN);
    }

    /** Groups cells that begin with {@code client-}; none when there are fewer than k users in all. */
    List<Figure> clients(List<Figure> exact) {
        String rest = Cells.client(ClientPatterns.UNKNOWN);
        return group(exact, rest, List.of(_ -> rest));
    }

    private static Place withoutCity(Place place) {
        return new Place(place.country(), place.subdivision(), Place.UNKNOWN_PART);
    }

    private static Place withoutSubdivision(Place place) {
        return new Place(place.country(), Place.UNKNOWN_PART, Place.UNKNOWN_PART);
    }

    private List<Figure> group(List<Figure> exact, String rest, List<UnaryOperator<String>> coarser) {
        Map<String, Long> cells = new TreeMap<>();
        exact.forEach(figure -> cells.merge(figure.cell(), figure.total(), Long::sum));
        if (sum(cells) < k) {
            return List.of();
        }
        coarser.forEach(step -> lift(cells, step));
        complement(cells, rest);
        return cells.entrySet().stream()
                .sorted(BY_TOTAL.reversed())
                .map(entry -> new Figure(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static long sum(Map<String, Long> cells) {
        return cells.values().stream().mapToLong(Long::longValue).sum();
    }

    private void lift(Map<String, Long> cells, UnaryOperator<String> step) {
        List<Map.Entry<String, Long>> small = cells.entrySet().stream()
                .filter(entry -> entry.getValue() < k && !step.apply(entry.getKey()).equals(entry.getKey()))
                .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
                .toList();
        small.forEach(entry -> {
            cells.remove(entry.getKey());
            cells.merge(step.apply(entry.getKey()), entry.getValue(), Long::sum);
        });
    }

    /** One more is enough, for each of the others has k users. */
    private void complement(Map<String, Long> cells, String rest) {
        Long untold = cells.get(rest);
        if (untold != null && untold < k) {
            cells.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals(rest))
                    .min(BY_TOTAL)
                    .map(Map.Entry::getKey)
                    .ifPresent(cell -> cells.merge(rest, cells.remove(cell), Long::sum));
        }
    }
}
