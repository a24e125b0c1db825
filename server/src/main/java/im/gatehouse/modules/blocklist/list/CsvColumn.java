package im.gatehouse.modules.blocklist.list;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The columns of a list in CSV, in the order in which they are written. */
enum CsvColumn {
    TARGET,
    REASON,
    NOTE,
    FROM,
    UNTIL,
    // From here on only written, to be read by people: what is read in has its own source, actor and moment.
    SOURCE,
    ACTOR,
    CREATED;

    /** What the header calls it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(CsvColumn::word).toList();
    }

    /** The column of that name, in any case. */
    static Optional<CsvColumn> named(String word) {
        return Arrays.stream(values()).filter(column -> column.word().equalsIgnoreCase(word)).findFirst();
    }
}
