package im.gatehouse.admin.operations;

import im.gatehouse.account.AccountException.Reason;
import im.gatehouse.account.AccountLine;
import im.gatehouse.account.Accounts;
import im.gatehouse.account.ImportEvent;
import im.gatehouse.module.AdminException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.Nullable;

/** Makes accounts of a CSV file. A line that cannot be done is told, without its password, and the rest goes on. */
final class AccountFile {
    private static final int FIELDS = 3;
    private static final long STEP = 1_000;

    /** So many are named in each list of the answer: a file may have a million lines. */
    private static final int MOST_NAMED = 10_000;

    /** Spreadsheets put it before the first line. */
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** What became of the lines; what there was none of is null. */
    record Outcome(
            String status,
            @Nullable List<String> created,
            @Nullable List<String> existing,
            @Nullable List<String> notAllowed,
            @Nullable List<String> invalidJID,
            @Nullable List<String> emptyPassword,
            @Nullable List<String> invalidRecord) {}

    private final Accounts accounts;
    private final Consumer<String> report;

    /** Those read and neither stored nor refused yet, by line. */
    private final Map<Long, String> underWay = new HashMap<>();

    private final List<String> created = new ArrayList<>();
    private final List<String> existing = new ArrayList<>();
    private final List<String> notAllowed = new ArrayList<>();
    private final List<String> invalidJids = new ArrayList<>();
    private final List<String> emptyPasswords = new ArrayList<>();
    private final List<String> invalidRecords = new ArrayList<>();
    private long told;
    private long unnamed;

    AccountFile(Accounts accounts, Consumer<String> report) {
        this.accounts = accounts;
        this.report = report;
    }

    /**
     * Reads it all.
     *
     * @throws AdminException when it is not there, cannot be read, or is no CSV; what came before the fault is stored
     */
    Outcome read(Path file) {
        CSVFormat format = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8);
                CSVParser parser = format.parse(text)) {
            accounts.importAll(new Lines(parser.iterator()), this::heard);
        } catch (NoSuchFileException e) {
            throw notFound(file.toString());
        } catch (IOException | UncheckedIOException e) {
            throw new AdminException("file_not_readable", "The file cannot be read: " + e.getMessage())
                    .with("filename", file)
                    .with("created", told);
        }
        return new Outcome(
                unnamed == 0
                        ? "Completed"
                        : "Completed; each list names %d at most, and %d are not named".formatted(MOST_NAMED, unnamed),
                orNull(created),
                orNull(existing),
                orNull(notAllowed),
                orNull(invalidJids),
                orNull(emptyPasswords),
                orNull(invalidRecords));
    }

    static AdminException notFound(String file) {
        return new AdminException("file_not_found", "File not found").with("filename", file);
    }

    private static @Nullable List<String> orNull(List<String> list) {
        return list.isEmpty() ? null : list;
    }

    private void heard(ImportEvent event) {
        switch (event) {
            case ImportEvent.Stored(long stored, List<Long> lines) -> {
                lines.forEach(line -> name(created, String.valueOf(underWay.remove(line))));
                if (stored / STEP > told / STEP) {
                    report.accept(stored + " accounts made");
                }
                told = stored;
            }
            case ImportEvent.Refused(long line, Reason reason) -> refused(line, reason);
        }
    }

    private void refused(long line, Reason reason) {
        String user = String.valueOf(underWay.remove(line));
        report.accept("line " + line + ": " + reason.text());
        switch (reason) {
            case ALREADY_EXISTS -> name(existing, user);
            case DOMAIN_NOT_SERVED, NAME_TOO_LONG, NOT_FOUND -> name(notAllowed, user);
            case PASSWORD_EMPTY -> name(emptyPasswords, user);
            case NAME_MISSING, NAME_NOT_ALLOWED -> name(invalidJids, "line " + line + ": " + user);
            case PASSWORD_NOT_ALLOWED -> name(invalidRecords, "line " + line + ": " + reason.text());
        }
    }

    private void name(List<String> list, String entry) {
        if (list.size() < MOST_NAMED) {
            list.add(entry);
        } else {
            unnamed++;
        }
    }

    /** The records that have three fields; the others are noted on the way. */
    private final class Lines implements Iterator<AccountLine> {
        private final Iterator<CSVRecord> records;
        private @Nullable AccountLine next;

        Lines(Iterator<CSVRecord> records) {
            this.records = records;
        }

        @Override
        public boolean hasNext() {
            while (next == null && records.hasNext()) {
                next = line(records.next());
            }
            return next != null;
        }

        @Override
        public AccountLine next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            AccountLine line = java.util.Objects.requireNonNull(next);
            next = null;
            return line;
        }

        private @Nullable AccountLine line(CSVRecord record) {
            long number = record.getParser().getCurrentLineNumber();
            if (record.size() != FIELDS) {
                String fault = "line " + number + ": expected domain,username,password, found "
                        + (record.size() == 1 ? "one field" : record.size() + " fields");
                name(invalidRecords, fault);
                report.accept(fault);
                return null;
            }
            String domain = record.get(0).replace(BYTE_ORDER_MARK, "").strip();
            String name = record.get(1).strip();
            underWay.put(number, name + "@" + domain);
            return new AccountLine(number, domain, name, record.get(2));
        }
    }
}
