package im.gatehouse.modules.visitors;

import im.gatehouse.module.AdminException;
import im.gatehouse.modules.visitors.MonthReport.Form;
import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import im.gatehouse.storage.Database;
import java.security.SecureRandom;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The one way on which figures leave the module. The month that still runs stays inside unless the operator allows it:
 * two readings would tell who came between them. What is not for administrators alone has no small figures, or has
 * noise.
 *
 * <p>May block. Safe from any thread.
 */
final class Release {
    private static final Pattern MONTH = Pattern.compile("[0-9]{4}-[0-9]{2}");

    private final Visitors visitors;
    private final Database database;
    private final RandomGenerator random;

    Release(Visitors visitors, Database database) {
        this(visitors, database, new SecureRandom());
    }

    Release(Visitors visitors, Database database, RandomGenerator random) {
        this.visitors = visitors;
        this.database = database;
        this.random = random;
    }

    /** Reads a month as it is written, for instance {@code 2018-05}. */
    static YearMonth month(String text) {
        try {
            if (MONTH.matcher(text).matches()) {
                return YearMonth.parse(text);
            }
        } catch (DateTimeParseException _) {
            // told below, as for what does not even look like one
        }
        throw new AdminException("invalid_month", "A month is written as a year and a month, such as 2018-05");
    }

    /**
     * The months of a domain that have figures and may be read, in order.
     *
     * @param shared whether they are for others than administrators
     */
    List<String> months(String domain, boolean shared) {
        return switch (level(shared)) {
            case EXACT -> sums(domain).keySet().stream().toList();
            case K -> sums(domain).entrySet().stream()
                    .filter(month -> month.getValue() >= visitors.config().k())
                    .map(SortedMap.Entry::getKey)
                    .toList();
            case DP -> noisyMonths(domain);
        };
    }

    /**
     * A month's figures; one without visitors has none.
     *
     * @param text for instance {@code 2018-05}
     * @param shared whether it is for others than administrators
     * @throws AdminException when it is no month, or one that is not over
     */
    MonthReport report(String domain, String text, boolean shared) {
        YearMonth month = month(text);
        refuseFuture(month);
        if (!mayBeRead(month)) {
            throw new AdminException(
                            "month_not_released",
                            ("The month %s is not over, and its figures are not released before %d minutes after its"
                                            + " end. (release_running_month = true would allow it)")
                                    .formatted(month, MonthClock.SETTLED.toMinutes()))
                    .with("month", text);
        }
        return switch (level(shared)) {
            case EXACT -> exact(domain, text);
            case K -> grouped(exact(domain, text));
            case DP -> noisy(domain, text);
        };
    }

    /** @throws AdminException when the month has not begun */
    void refuseFuture(YearMonth month) {
        if (month.isAfter(visitors.clock().month())) {
            throw new AdminException("month_in_future", "The month %s has not begun".formatted(month))
                    .with("month", month.toString());
        }
    }

    /** How many users came in each month that is over, for whoever may see the metrics. */
    SortedMap<String, Long> uniques(String domain) {
        SortedMap<String, Long> uniques = new TreeMap<>();
        if (level(true) == ReleaseLevel.DP) {
            noisyMonths(domain).forEach(
                    month -> noisy(domain, month).users().ifPresent(users -> uniques.put(month, users)));
        } else {
            String unsettled = visitors.clock().firstUnsettled().toString();
            sums(domain).headMap(unsettled).forEach((month, users) -> {
                if (users >= visitors.config().k()) {
                    uniques.put(month, users);
                }
            });
        }
        return uniques;
    }

    /** Exact figures are for administrators alone. */
    private ReleaseLevel level(boolean shared) {
        ReleaseLevel chosen = visitors.config().release();
        return shared && chosen == ReleaseLevel.EXACT ? ReleaseLevel.K : chosen;
    }

    /** Whether a month's figures may be read. */
    boolean mayBeRead(YearMonth month) {
        return isSettled(month) || visitors.config().releaseRunningMonth();
    }

    private boolean isSettled(YearMonth month) {
        return month.isBefore(visitors.clock().firstUnsettled());
    }

    /** The users of each month that may be read. */
    private SortedMap<String, Long> sums(String domain) {
        SortedMap<String, Long> sums = database.read(db -> visitors.store().users(db, domain));
        sums.keySet().removeIf(month -> !mayBeRead(YearMonth.parse(month)));
        return sums;
    }

    private MonthReport exact(String domain, String month) {
        List<Figure> figures = database.read(db -> visitors.store().figures(db, domain, month));
        return report(domain, month, figures, new Form.Exact());
    }

    private static MonthReport report(String domain, String month, List<Figure> figures, Form form) {
        return new MonthReport(
                domain,
                month,
                some(figures, cell -> cell.startsWith(Cells.GEO)),
                some(figures, cell -> cell.startsWith(Cells.CLIENT)),
                form);
    }

    private static List<Figure> some(List<Figure> figures, Predicate<String> cell) {
        return figures.stream().filter(figure -> cell.test(figure.cell())).toList();
    }

    private MonthReport grouped(MonthReport exact) {
        int k = visitors.config().k();
        Grouping grouping = new Grouping(k, visitors.config().recordCountry());
        return new MonthReport(
                exact.domain(),
                exact.month(),
                grouping.places(exact.places()),
                grouping.clients(exact.clients()),
                new Form.AtLeast(k));
    }

    // --- noise ---

    /** All months from the first with figures on: which of them nobody came in is nobody's business. */
    private List<String> noisyMonths(String domain) {
        Optional<String> first = database.read(db -> visitors.store().firstMonth(db, domain));
        return first.map(YearMonth::parse).stream()
                .flatMap(month -> Stream.iterate(month, this::isSettled, next -> next.plusMonths(1)))
                .map(YearMonth::toString)
                .toList();
    }

    private MonthReport noisy(String domain, String month) {
        NoiseStore noise = visitors.store().noise();
        if (database.read(db -> noise.drawn(db, domain, month)).isEmpty()
                && noisyMonths(domain).contains(month)) {
            draw(domain, month);
        }
        PrivacyBudget budget = database.read(db -> noise.drawn(db, domain, month))
                .orElse(visitors.config().budget());
        List<Figure> figures = database.read(db -> noise.figures(db, domain, month)).stream()
                .map(figure -> new Figure(figure.cell(), Math.max(0, figure.total())))
                .toList();
        return report(domain, month, figures, new Form.Noisy(budget));
    }

    /**
     * Draws a month's noise for good: drawn anew at each reading it could be averaged away. Does nothing when the month
     * has been deleted meanwhile.
     */
    private void draw(String domain, String month) {
        PrivacyBudget budget = visitors.config().budget();
        NoisyMonth drawing = new NoisyMonth(budget, visitors.config().types(), random);
        database.write(db -> {
            VisitorsStore store = visitors.store();
            if (store.holdUntil(db, domain, month) && store.noise().claim(db, domain, month, budget)) {
                drawing.of(store.figures(db, domain, month))
                        .forEach(figure -> store.noise().add(db, domain, month, figure));
            }
            return true;
        });
    }
}
