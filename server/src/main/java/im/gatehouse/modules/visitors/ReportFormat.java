package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** How a month's figures are printed as text. */
enum ReportFormat {
    /** For people in a terminal. */
    TABLE {
        @Override
        String print(MonthReport report) {
            StringBuilder text = new StringBuilder();
            text.append("%s, %s: %s\n".formatted(report.domain(), report.month(), users(report)));
            if (!report.remark().isEmpty()) {
                text.append(report.remark()).append('\n');
            }
            append(text, "Place", report.places(), ReportFormat::placeName);
            append(text, "Client", report.clients(), Cells::type);
            return text.toString();
        }
    },
    /** Comma-separated values (RFC 4180) with a header. */
    CSV {
        @Override
        String print(MonthReport report) {
            StringBuilder text = new StringBuilder();
            try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
                printer.printRecord("domain", "month", "cell", "users", "remark");
                for (Figure figure : cells(report)) {
                    printer.printRecord(
                            report.domain(), report.month(), figure.cell(), figure.total(), report.remark());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e); // a string builder throws none
            }
            return text.toString();
        }
    },
    /** The table that the reference documents. */
    LUA {
        @Override
        String print(MonthReport report) {
            SequencedMap<String, List<Figure>> month = new LinkedHashMap<>();
            month.put(report.month(), cells(report));
            String remark = report.remark().isEmpty() ? "" : "-- " + report.remark() + "\n";
            return remark + LuaWriter.months(month);
        }
    };

    abstract String print(MonthReport report);

    private static String users(MonthReport report) {
        OptionalLong users = report.users();
        return users.isPresent() ? users.getAsLong() + " users" : "too few users to be told";
    }

    private static List<Figure> cells(MonthReport report) {
        return Stream.concat(report.places().stream(), report.clients().stream()).toList();
    }

    private static void append(
            StringBuilder text, String heading, List<Figure> figures, Function<String, String> name) {
        List<String> names = figures.stream().map(figure -> name.apply(figure.cell())).toList();
        int width = Stream.concat(Stream.of(heading), names.stream()).mapToInt(String::length).max().orElse(0);
        long all = figures.stream().mapToLong(Figure::total).sum();
        String line = "%-" + width + "s %10s %8s\n";
        text.append('\n').append(line.formatted(heading, "Users", "Share"));
        for (int i = 0; i < figures.size(); i++) {
            long total = figures.get(i).total();
            String share = all == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * total / all);
            text.append(line.formatted(names.get(i), total, share));
        }
    }

    /** For people: {@code GB-ENG-2655045}, {@code BT}, or a word for what is not known, or not told, at all. */
    private static String placeName(String cell) {
        Place place = Cells.place(cell);
        if (place.equals(Place.UNKNOWN)) {
            return "unknown";
        }
        String name = cell.substring(Cells.GEO.length());
        while (name.endsWith("-" + Place.UNKNOWN_PART)) {
            name = name.substring(0, name.length() - 2);
        }
        return name;
    }
}
