package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
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
            text.append("%s, %s: %d users\n".formatted(report.domain(), report.month(), report.users()));
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
                printer.printRecord("domain", "month", "cell", "users");
                for (Figure figure : cells(report)) {
                    printer.printRecord(report.domain(), report.month(), figure.cell(), figure.total());
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
            StringBuilder text = new StringBuilder("return {\n    [" + quoted(report.month()) + "] = {\n");
            for (Figure figure : cells(report)) {
                text.append("        [%s] = %d;\n".formatted(quoted(figure.cell()), figure.total()));
            }
            return text.append("    };\n};\n").toString();
        }
    };

    abstract String print(MonthReport report);

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
            String share = String.format(Locale.ROOT, "%.1f %%", 100.0 * total / all);
            text.append(line.formatted(names.get(i), total, share));
        }
    }

    /** For people: {@code GB-ENG-2655045}, {@code BT}, or a word for what is not known at all. */
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

    /** A string of Lua: what is not plain is written as its bytes. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append("\\%03d".formatted(c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }
}
