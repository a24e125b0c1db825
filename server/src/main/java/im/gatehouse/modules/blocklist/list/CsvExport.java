package im.gatehouse.modules.blocklist.list;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * Writes blocks as CSV (RFC 4180): a header, then one line for each, with everything that a block has.
 *
 * <p>Fields that a spreadsheet program would take for formulas are marked ({@link SpreadsheetText}); {@link CsvList}
 * takes the marks away and reads exactly what was written. Half a surrogate pair, which UTF-8 cannot say, becomes a
 * question mark.
 */
final class CsvExport {
    private CsvExport() {}

    /** Writes all of them, and leaves the stream open. */
    static BlockFile.Written write(Iterable<BlockFile.Exported> blocks, OutputStream out) throws IOException {
        Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        CSVPrinter printer = CSVFormat.RFC4180.print(text);
        printer.printRecord(CsvColumn.words());
        long written = 0;
        for (BlockFile.Exported block : blocks) {
            printer.printRecord((Object[]) fields(block));
            written++;
        }
        printer.flush();
        return new BlockFile.Written(written, 0);
    }

    private static String[] fields(BlockFile.Exported block) {
        return Arrays.stream(CsvColumn.values())
                .map(column -> SpreadsheetText.guarded(field(column, block)))
                .toArray(String[]::new);
    }

    private static String field(CsvColumn column, BlockFile.Exported block) {
        BlockLine line = block.line();
        return switch (column) {
            case TARGET -> line.target().toString();
            case REASON -> orEmpty(line.reason());
            case NOTE -> orEmpty(line.note());
            case FROM -> moment(line.startsAt());
            case UNTIL -> moment(line.expiresAt());
            case SOURCE -> block.source();
            case ACTOR -> block.actor();
            case CREATED -> moment(block.created());
        };
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String moment(@Nullable Instant moment) {
        return moment == null ? "" : moment.toString();
    }
}
