package im.gatehouse.modules.blocklist.list;

import im.gatehouse.config.Nearest;
import im.gatehouse.modules.blocklist.target.Target;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads blocks from a table in CSV (RFC 4180), or from a plain list of targets.
 *
 * <p>A table begins with a header, which names the columns in any order and case: {@code target}, and if wanted
 * {@code reason}, {@code note}, {@code from} and {@code until} (moments of ISO 8601; empty for none). The columns
 * {@code source}, {@code actor} and {@code created} of our own export are read over. In reasons and notes everything
 * counts, spaces too, but for what {@link SpreadsheetText} put there. After a quote that is not closed nobody can tell
 * where lines begin, so nothing is read after it.
 *
 * <p>A file whose first line is no header but a target is a plain list, one target a line. There, and before a header,
 * lines that begin with {@code #} are comments. Blank lines do not count anywhere.
 */
final class CsvList {
    private final ListText text;
    private final Findings findings;
    private final Map<CsvColumn, Integer> places = new EnumMap<>(CsvColumn.class);

    CsvList(ListText text, Findings findings) {
        this.text = text;
        this.findings = findings;
    }

    /**
     * Reads it all.
     *
     * @throws UnfitListException when it is neither a table nor a plain list
     * @throws IOException when it cannot be read
     */
    void read() throws IOException {
        String first = nextTold();
        if (first == null) {
            throw new UnfitListException("it is empty");
        }
        List<String> header = fields(first);
        if (isHeader(header)) {
            long before = findings.faultCount();
            place(header);
            if (findings.faultCount() == before) {
                table(header.size());
            }
        } else {
            checkTarget(first);
            plainList(first);
        }
    }

    /** The next line that says something, or null. */
    private @Nullable String nextTold() throws IOException {
        String line = text.line();
        while (line != null && (line.isBlank() || line.startsWith("#"))) {
            line = text.line();
        }
        return line;
    }

    private static List<String> fields(String line) throws IOException {
        try (CSVParser parser = CSVFormat.RFC4180.parse(new StringReader(line))) {
            return parser.getRecords().getFirst().stream().map(String::strip).toList();
        } catch (UncheckedIOException | CSVException _) {
            return List.of(line.strip());
        }
    }

    /** Whether one of the columns is known, or the only one is nearly so. */
    private static boolean isHeader(List<String> fields) {
        return fields.stream().anyMatch(field -> CsvColumn.named(field).isPresent())
                || fields.size() == 1 && nearest(fields.getFirst()).isPresent();
    }

    private static Optional<String> nearest(String word) {
        // No name of a column is as long, and measuring how near a long text is takes long.
        return word.length() > 20 ? Optional.empty() : Nearest.to(word, CsvColumn.words());
    }

    private void place(List<String> header) {
        for (int i = 0; i < header.size(); i++) {
            place(header.get(i), i);
        }
        if (!places.containsKey(CsvColumn.TARGET)) {
            findings.fault(text.lines(), "there is no column target");
        }
    }

    private void place(String word, int place) {
        Optional<CsvColumn> column = CsvColumn.named(word);
        if (word.isEmpty()) {
            findings.fault(text.lines(), "column " + (place + 1) + " has no name");
        } else if (column.isEmpty()) {
            String hint = nearest(word).map(known -> "did you mean " + known + '?')
                    .orElse("there are " + String.join(", ", CsvColumn.words()));
            findings.fault(text.lines(), "there is no column " + word + "; " + hint);
        } else if (places.putIfAbsent(column.get(), place) != null) {
            findings.fault(text.lines(), "the column " + column.get().word() + " is there twice");
        }
    }

    private void table(int width) throws IOException {
        long headerEnd = text.lines();
        long read = 0;
        try (CSVParser parser = CSVFormat.RFC4180.parse(text)) {
            for (CSVRecord row : parser) {
                text.entryEnds();
                long line = headerEnd + read + 1;
                read = parser.getCurrentLineNumber();
                if (row.size() > 1 || !row.get(0).isBlank()) {
                    row(line, row, width);
                }
            }
        } catch (UncheckedIOException e) {
            cutShort(headerEnd + read + 1, e.getCause());
        }
    }

    private void cutShort(long line, IOException cause) throws IOException {
        findings.fault(line, switch (cause) {
            case CSVException _ ->
                "a quote is not closed, or something follows a closing quote; nothing was read from here on";
            case ListText.EntryTooLongException _ ->
                "more than 100,000 characters, perhaps of a quote that is not closed; nothing was read from here on";
            default -> throw cause;
        });
    }

    private void row(long line, CSVRecord row, int width) {
        findings.entry();
        if (row.size() != width) {
            findings.fault(line, "the header names " + counted(width) + ", here " + (row.size() == 1 ? "is " : "are ")
                    + row.size());
            return;
        }
        long before = findings.faultCount();
        Target target = findings.target(line, field(row, CsvColumn.TARGET).strip());
        String reason = words(line, row, CsvColumn.REASON);
        String note = words(line, row, CsvColumn.NOTE);
        Instant from = moment(line, row, CsvColumn.FROM);
        Instant until = moment(line, row, CsvColumn.UNTIL);
        if (from != null && until != null && !from.isBefore(until)) {
            findings.fault(line, "from is not before until: " + from + ", " + until);
        }
        if (target != null && findings.faultCount() == before) {
            findings.add(line, new BlockLine(target, reason, note, from, until));
        }
    }

    private static String counted(int fields) {
        return fields == 1 ? "1 field" : fields + " fields";
    }

    /** What stands in a column; nothing when the file does not have it. */
    private String field(CSVRecord row, CsvColumn column) {
        Integer place = places.get(column);
        return place == null ? "" : SpreadsheetText.unguarded(row.get(place));
    }

    private @Nullable String words(long line, CSVRecord row, CsvColumn column) {
        return findings.words(line, column.word(), field(row, column));
    }

    private @Nullable Instant moment(long line, CSVRecord row, CsvColumn column) {
        String written = field(row, column).strip();
        if (written.isEmpty()) {
            return null;
        }
        Optional<Instant> moment = moment(written);
        if (moment.isEmpty()) {
            findings.fault(line, column.word() + " is no moment such as 2027-01-01T00:00:00Z: " + written);
        }
        return moment.orElse(null);
    }

    private static Optional<Instant> moment(String written) {
        try {
            return Optional.of(Instant.parse(written)).filter(Moments::canBeHeld);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    private void checkTarget(String first) throws UnfitListException {
        try {
            Target.parse(first.strip());
        } catch (IllegalArgumentException e) {
            boolean otherTable = first.indexOf(',') < 0 && (first.indexOf(';') >= 0 || first.indexOf('\t') >= 0);
            throw new UnfitListException("line " + text.lines()
                    + " is neither a header that names the column target nor a target"
                    + (otherTable ? "; columns are parted by commas" : ""));
        }
    }

    private void plainList(String first) throws IOException {
        for (String line = first; line != null; line = nextTold()) {
            findings.entry();
            Target target = findings.target(text.lines(), line.strip());
            if (target != null) {
                findings.add(text.lines(), new BlockLine(target, null, null, null, null));
            }
        }
    }
}
