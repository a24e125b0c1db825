package im.gatehouse.modules.blocklist.list;

import im.gatehouse.module.AdminException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Reads lists of blocks from files, with all that is wrong in them, and writes them. It blocks. */
public final class BlockFile {
    private static final String FILENAME = "filename";

    private BlockFile() {}

    /**
     * What a file says.
     *
     * @param lines the blocks without a fault, in the order of the file; no target is in it twice
     * @param faults the first 100 of them
     * @param faultCount how many there are
     */
    public record Content(List<BlockLine> lines, List<Fault> faults, long faultCount) {}

    /**
     * Something in a file that is wrong.
     *
     * @param line where, beginning with 1
     * @param problem what, in words for people, on one line that is fit for a terminal
     */
    public record Fault(long line, String problem) {}

    /**
     * A block with what only an export tells.
     *
     * @param source where it came from
     * @param actor who set it
     * @param created when
     */
    public record Exported(BlockLine line, String source, String actor, Instant created) {}

    /**
     * What became of the blocks.
     *
     * @param written how many are in the file
     * @param leftOut how many are not, because the format cannot say them, or because it has their digest already
     */
    public record Written(long written, long leftOut) {}

    /**
     * Reads a list of up to 1,000,000 blocks in up to 512 MiB. A line that cannot be read is a fault, and the rest is
     * read; what the file then is worth is the caller's to say. How the formats are read: {@link CsvList},
     * {@link RtblList}.
     *
     * @param report is told each fault that is kept and, every 100,000 lines, how far it is
     * @throws AdminException {@code file_not_found}; {@code file_not_readable} when it may not be read, is not UTF-8,
     *     empty, too large, or not of the format at all; {@code too_many_lines}
     */
    public static Content read(Path file, ListFormat format, Consumer<String> report) {
        Findings findings = new Findings(report);
        try (ListText text = ListText.open(file)) {
            switch (format) {
                case CSV -> new CsvList(text, findings).read();
                case RTBL -> new RtblList(text, findings).read();
            }
        } catch (AdminException e) {
            throw e.with(FILENAME, file.toString());
        } catch (NoSuchFileException e) {
            throw new AdminException("file_not_found", "File not found").with(FILENAME, file.toString());
        } catch (IOException e) {
            throw new AdminException("file_not_readable", "The file cannot be read: " + cause(e))
                    .with(FILENAME, file.toString());
        }
        return findings.content();
    }

    /**
     * Writes a list, which no other user of the machine may read (mode 0600, where there are modes). The file is there
     * with all of its content or not at all. How the formats are written: {@link CsvExport}, {@link RtblExport}.
     *
     * @param blocks what to write; gone through once, and never held at once
     * @throws AdminException {@code file_exists}: nothing is written over; {@code file_not_writable}
     */
    public static Written write(Path file, ListFormat format, Iterable<Exported> blocks) {
        try (NewFile made = NewFile.of(file)) {
            Written written = switch (format) {
                case CSV -> CsvExport.write(blocks, made.content());
                case RTBL -> RtblExport.write(blocks, made.content());
            };
            made.keep();
            return written;
        } catch (FileAlreadyExistsException e) {
            throw new AdminException("file_exists", "The file is there already; nothing is written over")
                    .with(FILENAME, file.toString());
        } catch (IOException e) {
            throw new AdminException("file_not_writable", "The file cannot be written: " + cause(e))
                    .with(FILENAME, file.toString());
        }
    }

    private static String cause(IOException e) {
        return switch (e) {
            case CharacterCodingException _ -> "it is not UTF-8";
            case AccessDeniedException _ -> "permission denied";
            case NoSuchFileException _ -> "there is no such folder";
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
