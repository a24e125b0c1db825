package im.gatehouse.modules.blocklist.list;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.module.AdminException;
import im.gatehouse.modules.blocklist.target.Target;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvListTest {
    @TempDir
    private Path folder;

    private final List<String> reports = new ArrayList<>();

    @Test
    void columnsStandInAnyOrderAndCase() throws IOException {
        var content = read("""
                Reason, UNTIL ,target,note,from
                "Spam, and ""more\""",2027-01-01T00:00:00Z,alice@example.org,seen twice,2026-12-01T10:00:00+02:00
                ,,example.net,,
                """);
        assertEquals(List.of(), content.faults());
        assertEquals(
                List.of(
                        new BlockLine(
                                Target.parse("alice@example.org"),
                                "Spam, and \"more\"",
                                "seen twice",
                                Instant.parse("2026-12-01T08:00:00Z"),
                                Instant.parse("2027-01-01T00:00:00Z")),
                        line("example.net", null)),
                content.lines());
    }

    @Test
    void theTargetAloneIsEnoughAndBlankLinesDoNotCount() throws IOException {
        var content = read("\uFEFF\r\ntarget\r\n\r\nalice@example.org\r\n   \r\n#irc%net@example.org");
        assertEquals(List.of(), content.faults());
        assertEquals(List.of(line("alice@example.org", null), line("#irc%net@example.org", null)), content.lines());
    }

    @Test
    void whatOurOwnExportTellsMoreIsReadOver() throws IOException {
        var content = read("target,source,actor,created\nalice@example.org,import,no moment,neither\n");
        assertEquals(List.of(line("alice@example.org", null)), content.lines());
    }

    @Test
    void aPlainListHasOneTargetALine() throws IOException {
        String digest = "sha256:" + "0a".repeat(32);
        var content = read("\uFEFF# our list\n\n alice@example.org \nexample.net\r\nspam*@example.org\r"
                + "192.0.2.0/24\n# end\n" + digest);
        assertEquals(List.of(), content.faults());
        assertEquals(
                List.of("alice@example.org", "example.net", "spam*@example.org", "192.0.2.0/24", digest),
                content.lines().stream().map(it -> it.target().toString()).toList());
    }

    @Test
    void aPlainListTellsItsFaults() throws IOException {
        assertFaults(
                "alice@example.org\n# a comment\nbob@\nALICE@example.org\n" + "x".repeat(200_000) + "\n",
                "3: .+",
                "4: the target alice@example.org is in line 1 already",
                "5: it is longer than 100,000 characters");
    }

    @Test
    void eachFaultOfALineIsTold() throws IOException {
        assertFaults(
                "target,from,until,reason\nbob@,soon,2027-01-01,a\u0007b\n",
                "2: .+",
                "2: the reason has characters that are not for reading, on one line",
                "2: from is no moment such as 2027-01-01T00:00:00Z: soon",
                "2: until is no moment such as 2027-01-01T00:00:00Z: 2027-01-01");
    }

    @Test
    void anEndMustComeAfterItsBeginning() throws IOException {
        assertFaults(
                """
                target,from,until
                a@example.org,2027-01-01T00:00:00Z,2027-01-01T00:00:00Z
                b@example.org,2027-01-01T00:00:00Z,2027-01-01T00:00:01Z
                """,
                "2: from is not before until: 2027-01-01T00:00:00Z, 2027-01-01T00:00:00Z");
    }

    @Test
    void momentsThatNoCalendarHasAreRefused() throws IOException {
        assertFaults("target,until\na@example.org,+1000000000-12-31T23:59:59Z\n", "2: until is no moment .+");
    }

    @Test
    void aLineHasAsManyFieldsAsTheHeader() throws IOException {
        assertFaults(
                "target,reason\nalice@example.org\nbob@example.org,a,b\n",
                "2: the header names 2 fields, here is 1",
                "3: the header names 2 fields, here are 3");
    }

    @Test
    void aTargetComesOnce() throws IOException {
        var content = assertFaults(
                "target\n\nalice@example.org\nbob@example.org\nAlice@Example.org/phone\n",
                "5: the target alice@example.org is in line 3 already");
        assertEquals(List.of(line("alice@example.org", null), line("bob@example.org", null)), content.lines());
    }

    @Test
    void aTextIsOneLineOfLimitedLength() throws IOException {
        String longest = "x".repeat(Words.LONGEST);
        var content = assertFaults(
                """
                target,reason,note
                a@example.org,%s,
                b@example.org,,%sx
                c@example.org,"two
                lines",
                d@example.org,,
                """.formatted(longest, longest),
                "3: the note has 10,001 characters; it may have 10,000",
                "4: the reason has characters .+");
        assertEquals(List.of(line("a@example.org", longest), line("d@example.org", null)), content.lines());
    }

    @Test
    void nothingIsReadAfterAQuoteThatIsNotClosed() throws IOException {
        var content = assertFaults(
                "target,reason\na@example.org,x\n\nb@example.org,\"Spam\nc@example.org,y\n",
                "4: a quote is not closed, or something follows a closing quote; nothing was read from here on");
        assertEquals(List.of(line("a@example.org", "x")), content.lines());
    }

    @Test
    void nothingIsReadAfterAQuoteThatIsClosedTooEarly() throws IOException {
        assertFaults(
                "target,reason\na@example.org,\"Spam\"mer\nb@example.org,y\n", "2: a quote is not closed, or .+");
    }

    @Test
    void aQuoteWithoutAnEndDoesNotEatMemory() throws IOException {
        assertFaults(
                "target,reason\nb@example.org,\"Spam\n" + "c@example.org,y\n".repeat(100_000),
                "2: more than 100,000 characters, perhaps of a quote that is not closed; nothing was read .+");
    }

    @Test
    void longListsAreNotTakenForLongEntries() throws IOException {
        StringBuilder list = new StringBuilder("target,reason\n");
        for (int i = 0; i < 20_000; i++) {
            list.append('u').append(i).append("@example.org,Spam\n");
        }
        var content = read(list.toString());
        assertEquals(0, content.faultCount());
        assertEquals(20_000, content.lines().size());
    }

    @Test
    void everyUnknownColumnIsTold() throws IOException {
        assertFaults(
                "targt,reason,reason,nots,,colour\nalice@example.org,,,,,\n",
                "1: there is no column targt; did you mean target\\?",
                "1: the column reason is there twice",
                "1: there is no column nots; did you mean note\\?",
                "1: column 5 has no name",
                "1: there is no column colour; there are target, reason, note, from, until, source, actor, created",
                "1: there is no column target");
    }

    @Test
    void aMisspeltHeaderIsNotTakenForADomain() throws IOException {
        assertFaults("targets\nalice@example.org\n", "1: there is no column targets; did you mean target\\?", "1: .+");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|it is empty",
                "# nothing|it is empty",
                "<items/>|line 1 is neither a header that names the column target nor a target",
                "a b,c d|line 1 is neither a header that names the column target nor a target",
                "a b;c|line 1 is neither a header that names the column target nor a target;"
                        + " columns are parted by commas",
            })
    void whatIsNoListIsRefusedAsAWhole(String text, String problem) throws IOException {
        assertNotReadable(file(text), problem);
    }

    @Test
    void aFileThatIsNotThereIsToldSo() {
        Path file = folder.resolve("none.csv");
        var refused = assertThrows(AdminException.class, () -> read(file));
        assertEquals("file_not_found", refused.code());
        assertEquals(file.toString(), refused.details().get("filename"));
    }

    @Test
    void aFolderIsNoList() {
        assertNotReadable(folder, "it is not an ordinary file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"target\nalic\u00E9@example.org\n", "target,reason\na@example.org,\u00E9\n", "\u00E9"})
    void whatIsNotUtf8IsRefused(String text) throws IOException {
        Path file = folder.resolve("latin.csv");
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        assertNotReadable(file, "it is not UTF-8");
    }

    @Test
    void aHundredFaultsAreKeptAndAllAreTold() throws IOException {
        var content = read("target\n" + "bob@\n".repeat(250));
        assertEquals(250, content.faultCount());
        assertEquals(100, content.faults().size());
        assertEquals(250, reports.size());
        assertEquals(101, content.faults().getLast().line());
    }

    @Test
    void whatIsToldIsFitForATerminal() throws IOException {
        var content = read("target,until\na@example.org,\u001B[2J\u202Eno\n" + "b@example.org," + "x".repeat(5_000));
        assertTrue(content.faults().get(0).problem().endsWith("\uFFFD[2J\uFFFDno"), content.faults()::toString);
        assertEquals(301, content.faults().get(1).problem().length());
    }

    @Test
    void aMillionLinesAreReadAndNotOneMore() throws IOException {
        Path file = folder.resolve("long.txt");
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i <= 1_000_000; i++) {
                out.write("u" + i + "@example.org\n");
            }
        }
        assertEquals("too_many_lines", assertThrows(AdminException.class, () -> read(file)).code());
        assertEquals("1,000,000 lines read", reports.getLast());
    }

    private static BlockLine line(String target, @Nullable String reason) {
        return new BlockLine(Target.parse(target), reason, null, null, null);
    }

    /** Each expectation is a pattern of the line's number, a colon and the problem. */
    private BlockFile.Content assertFaults(String text, String... expected) throws IOException {
        var content = read(text);
        List<String> found =
                content.faults().stream().map(it -> it.line() + ": " + it.problem()).toList();
        assertEquals(expected.length, found.size(), found::toString);
        for (int i = 0; i < expected.length; i++) {
            assertTrue(found.get(i).matches(expected[i]), found.get(i));
        }
        assertEquals(expected.length, content.faultCount());
        return content;
    }

    private void assertNotReadable(Path file, String problem) {
        var refused = assertThrows(AdminException.class, () -> read(file));
        assertEquals("file_not_readable", refused.code());
        assertEquals("The file cannot be read: " + problem, refused.getMessage());
        assertEquals(file.toString(), refused.details().get("filename"));
    }

    private BlockFile.Content read(String text) throws IOException {
        return read(file(text));
    }

    private BlockFile.Content read(Path file) {
        return BlockFile.read(file, ListFormat.CSV, reports::add);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("list.csv"), text);
    }
}
