package im.gatehouse.modules.visitors;

import im.gatehouse.module.AdminException;
import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import im.gatehouse.storage.Database;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The one way on which figures leave the module. The month that still runs stays inside unless the operator allows it:
 * two readings would tell who came between them.
 *
 * <p>May block.
 */
final class Release {
    private static final Pattern MONTH = Pattern.compile("[0-9]{4}-[0-9]{2}");

    private final Visitors visitors;
    private final Database database;

    Release(Visitors visitors, Database database) {
        this.visitors = visitors;
        this.database = database;
    }

    /** The months of a domain that have figures and may be read, in order. */
    List<String> months(String domain) {
        return database.read(db -> visitors.store().months(db, domain)).stream()
                .filter(month -> mayBeRead(YearMonth.parse(month)))
                .toList();
    }

    /**
     * A month's figures; one without visitors has none.
     *
     * @param text for instance {@code 2018-05}
     * @throws AdminException when it is no month, or one that is not over
     */
    MonthReport report(String domain, String text) {
        YearMonth month = month(text);
        if (month.isAfter(visitors.runningMonth())) {
            throw new AdminException("month_in_future", "The month %s has not begun".formatted(month))
                    .with("month", text);
        }
        if (!mayBeRead(month)) {
            throw new AdminException(
                            "month_not_released",
                            ("The month %s still runs, and its figures are not released before its end. "
                                            + "(release_running_month = true would allow it)")
                                    .formatted(month))
                    .with("month", text);
        }
        List<Figure> figures = database.read(db -> visitors.store().figures(db, domain, text));
        return new MonthReport(
                domain,
                text,
                some(figures, cell -> cell.startsWith(Cells.GEO)),
                some(figures, cell -> cell.startsWith(Cells.CLIENT)));
    }

    private boolean mayBeRead(YearMonth month) {
        return month.isBefore(visitors.runningMonth()) || visitors.config().releaseRunningMonth();
    }

    private static List<Figure> some(List<Figure> figures, Predicate<String> cell) {
        return figures.stream().filter(figure -> cell.test(figure.cell())).toList();
    }

    private static YearMonth month(String text) {
        try {
            if (MONTH.matcher(text).matches()) {
                return YearMonth.parse(text);
            }
        } catch (DateTimeParseException _) {
            // told below, as for what does not even look like one
        }
        throw new AdminException("invalid_month", "A month is written as a year and a month, such as 2018-05");
    }
}
