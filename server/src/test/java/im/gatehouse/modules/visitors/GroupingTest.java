package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupingTest {
    private static List<Figure> figures(Object... cellsAndTotals) {
        List<Figure> figures = new ArrayList<>();
        for (int i = 0; i < cellsAndTotals.length; i += 2) {
            figures.add(new Figure((String) cellsAndTotals[i], (Integer) cellsAndTotals[i + 1]));
        }
        return figures;
    }

    private static long sum(List<Figure> figures) {
        return figures.stream().mapToLong(Figure::total).sum();
    }

    @Test
    void aSmallCountryTakesTheSmallestOtherOneWithIt() {
        assertEquals(
                figures("geo-?-?-?", 13), new Grouping(10, "ALL").places(figures("geo-GB-?-?", 12, "geo-BT-?-?", 1)));
        assertEquals(
                figures("geo-DE-?-?", 30, "geo-?-?-?", 13),
                new Grouping(10, "ALL").places(figures("geo-DE-?-?", 30, "geo-GB-?-?", 12, "geo-BT-?-?", 1)));
    }

    @Test
    void smallCitiesBecomePartOfTheirSubdivisionAndSmallSubdivisionsOfTheirCountry() {
        assertEquals(
                figures("geo-GB-ENG-1", 50, "geo-GB-?-?", 12, "geo-GB-ENG-?", 11),
                new Grouping(10, "ALL").places(figures(
                        "geo-GB-ENG-1", 50,
                        "geo-GB-ENG-2", 5,
                        "geo-GB-ENG-3", 5,
                        "geo-GB-ENG-?", 1,
                        "geo-GB-SCT-4", 6,
                        "geo-GB-WLS-?", 6)));
    }

    @Test
    void enoughOfTheUntoldNeedNobodyElse() {
        assertEquals(
                figures("geo-GB-?-?", 12, "geo-?-?-?", 10),
                new Grouping(10, "ALL").places(figures("geo-GB-?-?", 12, "geo-BT-?-?", 4, "geo-FR-11-1", 6)));
    }

    @Test
    void fewerThanKUsersAreNotToldAtAll() {
        assertEquals(List.of(), new Grouping(10, "ALL").places(figures("geo-GB-?-?", 9)));
        assertEquals(List.of(), new Grouping(10, "ALL").places(List.of()));
        assertEquals(figures("geo-GB-?-?", 10), new Grouping(10, "ALL").places(figures("geo-GB-?-?", 10)));
    }

    @Test
    void aMonthWithOtherCountriesThanTheOnlyOneIsNotSaidToBeOfThatOne() {
        assertEquals(
                figures("geo-?-?-?", 13), new Grouping(10, "GB").places(figures("geo-GB-?-?", 12, "geo-BT-?-?", 1)));
        assertEquals(
                figures("geo-FR-?-?", 30, "geo-GB-?-?", 12, "geo-?-?-?", 10),
                new Grouping(10, "GB").places(
                        figures("geo-FR-?-?", 30, "geo-GB-?-?", 12, "geo-BT-?-?", 1, "geo-?-?-?", 9)));
    }

    @Test
    void smallTypesOfClientsBecomeUnknownOnes() {
        assertEquals(
                figures("client-IOS", 20, "client-?", 11),
                new Grouping(10, "ALL").clients(figures("client-IOS", 20, "client-A", 3, "client-B", 8)));
        assertEquals(
                figures("client-?", 21), new Grouping(10, "ALL").clients(figures("client-IOS", 20, "client-A", 1)));
    }

    // --- who tries to find out what is not told ---

    /** A world in which an attacker knows all that can be: the cells, the procedure and what is published. */
    private record World(List<String> cells, Function<List<Figure>, List<Figure>> published) {
        List<Figure> published(int[] totals) {
            List<Figure> exact = new ArrayList<>();
            for (int i = 0; i < totals.length; i++) {
                if (totals[i] > 0) {
                    exact.add(new Figure(cells.get(i), totals[i]));
                }
            }
            return published.apply(exact);
        }

        /** A cell is hidden when it has somebody and is not told as it is. */
        boolean isHidden(int cell, int[] totals, List<Figure> published) {
            return totals[cell] > 0 && !published.contains(new Figure(cells.get(cell), totals[cell]));
        }
    }

    /** Each month of a small world is tried: what is published fits others where a hidden cell has another value. */
    private static void assertNothingHiddenCanBeRecovered(World world, int k, int most) {
        Map<List<Figure>, List<int[]>> byPublished = new HashMap<>();
        int[] totals = new int[world.cells.size()];
        do {
            byPublished.computeIfAbsent(world.published(totals), _ -> new ArrayList<>()).add(totals.clone());
        } while (next(totals, most));
        byPublished.forEach((published, months) -> {
            assertTrue(published.stream().allMatch(figure -> figure.total() >= k), published::toString);
            for (int[] month : months) {
                // Those on the rim have equals that are beyond it.
                if (Arrays.stream(month).allMatch(total -> total <= 2 * k - 1)) {
                    assertHiddenCellsVary(world, month, published, months);
                }
            }
        });
    }

    private static void assertHiddenCellsVary(World world, int[] month, List<Figure> published, List<int[]> months) {
        for (int cell = 0; cell < month.length; cell++) {
            int at = cell;
            if (world.isHidden(cell, month, published)) {
                assertTrue(
                        months.stream().anyMatch(other -> other[at] != month[at]),
                        () -> world.cells.get(at) + " of " + Arrays.toString(month) + " follows from " + published);
            }
        }
    }

    private static boolean next(int[] totals, int most) {
        for (int i = 0; i < totals.length; i++) {
            if (totals[i] < most) {
                totals[i]++;
                return true;
            }
            totals[i] = 0;
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void noHiddenPlaceFollowsFromWhatIsPublishedInASmallWorld(int k) {
        List<String> cells =
                List.of("geo-GB-ENG-1", "geo-GB-ENG-2", "geo-GB-ENG-?", "geo-BT-?-?", "geo-?-?-?");
        assertNothingHiddenCanBeRecovered(new World(cells, new Grouping(k, "ALL")::places), k, 3 * k);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void noHiddenPlaceFollowsWhenOnlyOneCountryIsCounted(int k) {
        List<String> cells =
                List.of("geo-GB-ENG-1", "geo-GB-ENG-?", "geo-GB-SCT-2", "geo-GB-SCT-?", "geo-GB-?-?");
        assertNothingHiddenCanBeRecovered(new World(cells, new Grouping(k, "GB")::places), k, 3 * k);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void noHiddenPlaceFollowsInAMonthFromBeforeOnlyOneCountryWasCounted(int k) {
        List<String> cells = List.of("geo-GB-ENG-1", "geo-GB-SCT-2", "geo-GB-?-?", "geo-BT-?-?", "geo-?-?-?");
        assertNothingHiddenCanBeRecovered(new World(cells, new Grouping(k, "GB")::places), k, 3 * k);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void noHiddenClientFollowsFromWhatIsPublishedInASmallWorld(int k) {
        List<String> cells = List.of("client-A", "client-B", "client-?");
        assertNothingHiddenCanBeRecovered(new World(cells, new Grouping(k, "ALL")::clients), k, 6 * k);
    }

    private static final List<String> MANY = List.of(
            "geo-GB-ENG-1", "geo-GB-ENG-2", "geo-GB-ENG-3", "geo-GB-ENG-?", "geo-GB-SCT-4", "geo-GB-SCT-?",
            "geo-GB-?-?",
            "geo-DE-HE-5", "geo-DE-HE-6", "geo-DE-HE-?", "geo-DE-BY-7", "geo-DE-BY-?", "geo-DE-?-?", "geo-BT-?-?",
            "geo-CN-?-?", "geo-?-?-?");

    /**
     * In a great world not all months can be tried. For each hidden cell another month is shown in which the cell has
     * another value and all that is published is the same: the published figures themselves.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 10, 25})
    void forEachHiddenPlaceOfAnyMonthThereIsAnotherMonthThatLooksTheSame(int k) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20180501);
        World world = new World(MANY, new Grouping(k, "ALL")::places);
        int hidden = 0;
        for (int round = 0; round < 3_000; round++) {
            int[] month = random.ints(MANY.size(), 0, 1 + random.nextInt(4 * k))
                    .map(total -> random.nextInt(3) == 0 ? 0 : total)
                    .toArray();
            List<Figure> published = world.published(month);
            assertTrue(published.stream().allMatch(figure -> figure.total() >= k), published::toString);
            assertTrue(published.isEmpty() || sum(published) == Arrays.stream(month).sum());
            int[] twin = MANY.stream().mapToInt(cell -> total(published, cell)).toArray();
            assertEquals(published, world.published(twin));
            for (int cell = 0; cell < month.length; cell++) {
                if (world.isHidden(cell, month, published)) {
                    hidden++;
                    assertNotEquals(month[cell], twin[cell]);
                }
            }
        }
        assertTrue(hidden > 5_000, "only " + hidden + " cells were hidden");
    }

    private static int total(List<Figure> published, String cell) {
        return (int) published.stream().filter(f -> f.cell().equals(cell)).mapToLong(Figure::total).sum();
    }

    @Test
    void whereOneCountryIsCountedItIsTheCoarsestPlace() {
        assertEquals(
                figures("geo-GB-?-?", 16),
                new Grouping(10, "GB").places(figures("geo-GB-ENG-1", 12, "geo-GB-SCT-2", 3, "geo-GB-?-?", 1)));
    }

    @Test
    void theOrderOfTheExactFiguresDoesNotShow() {
        List<Figure> exact = figures("geo-GB-ENG-1", 10, "geo-FR-?-?", 10, "geo-BT-?-?", 1, "geo-CN-?-?", 10);
        List<Figure> published = new Grouping(10, "ALL").places(exact);
        assertEquals(published, new Grouping(10, "ALL").places(exact.reversed()));
        Map<String, Long> all = new TreeMap<>();
        published.forEach(figure -> all.put(figure.cell(), figure.total()));
        assertEquals(published.size(), all.size());
    }
}
