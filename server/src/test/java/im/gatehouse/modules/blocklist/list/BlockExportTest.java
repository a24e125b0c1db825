package im.gatehouse.modules.blocklist.list;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminException;
import im.gatehouse.modules.blocklist.target.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockExportTest {
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    /** What texts are made of: all that some reader or spreadsheet might take for something else. */
    private static final String[] PIECES = {
        "=", "+", "-", "@", "'", "''", "\"", "\"\"", ",", ";", "#", " ", "  ", "\u00A0", "\u200B", "\uFEFF", "\uFF1D",
        "\uFF0D", "<", "&", "]]>", "&amp;", "\\", "x", "word", "é", "\uD83D\uDE00", "0", "|", "\u200D",
    };

    @TempDir
    private Path folder;

    @RepeatedTest(20)
    void whatWasWrittenAsCsvIsReadAgainExactly(RepetitionInfo info) {
        List<BlockLine> lines = someLines(new Random(info.getCurrentRepetition()), true);
        Path file = folder.resolve("list.csv");
        var written = BlockFile.write(file, ListFormat.CSV, exported(lines));
        assertEquals(new BlockFile.Written(lines.size(), 0), written);
        var content = BlockFile.read(file, ListFormat.CSV, _ -> {});
        assertEquals(List.of(), content.faults());
        assertEquals(lines, content.lines());
    }

    @RepeatedTest(20)
    void whatWasWrittenAsABlockListIsReadAgainWithoutWhatItCannotSay(RepetitionInfo info) {
        List<BlockLine> lines = someLines(new Random(info.getCurrentRepetition()), false);
        Map<Target, BlockLine> expected = new LinkedHashMap<>();
        for (BlockLine line : lines) {
            Target digest = switch (line.target()) {
                case Target.Account(var bare) -> Target.Digest.of(bare);
                case Target.Domain(var name) -> Target.Digest.ofDomain(name);
                default -> line.target();
            };
            if (digest instanceof Target.Digest) {
                String kind = line.reason() == null ? null : "urn:xmpp:reporting:abuse";
                expected.put(digest, new BlockLine(digest, line.reason(), kind, null, null));
            }
        }
        Path file = folder.resolve("list.xml");
        var written = BlockFile.write(file, ListFormat.RTBL, exported(lines));
        assertEquals(new BlockFile.Written(expected.size(), lines.size() - expected.size()), written);
        var content = BlockFile.read(file, ListFormat.RTBL, _ -> {});
        assertEquals(List.of(), content.faults());
        assertEquals(List.copyOf(expected.values()), content.lines());
    }

    @Test
    void aTableLooksLikeThis() throws IOException {
        Path file = folder.resolve("list.csv");
        var line = new BlockLine(
                Target.parse("alice@example.org"), "=1+1", "a, b", NOW, Instant.parse("2027-01-01T00:00:00Z"));
        BlockFile.write(
                file,
                ListFormat.CSV,
                List.of(
                        new BlockFile.Exported(line, "import", "@admin", NOW),
                        new BlockFile.Exported(bare("+1555@example.org"), "command", "", NOW)));
        assertEquals(
                """
                target,reason,note,from,until,source,actor,created\r
                alice@example.org,'=1+1,"a, b",2026-11-22T00:00:00Z,2027-01-01T00:00:00Z,\
                import,'@admin,2026-11-22T00:00:00Z\r
                '+1555@example.org,,,,,command,,2026-11-22T00:00:00Z\r
                """,
                Files.readString(file));
    }

    @Test
    void aBlockListLooksLikeThis() throws IOException {
        Path file = folder.resolve("list.xml");
        var spam = new BlockLine(
                Target.parse("example.net"), "<&>'\"]]>\u0000\uD800", "urn:xmpp:reporting:spam", null, null);
        var secret = new BlockLine(Target.parse("alice@example.org"), null, "a private note", null, null);
        var again = new BlockLine(Target.Digest.of(Jid.parse("alice@example.org")), "twice", null, null, null);
        var written = BlockFile.write(
                file, ListFormat.RTBL, exported(List.of(spam, secret, again, bare("192.0.2.1"), bare("a*@b.example"))));
        assertEquals(new BlockFile.Written(2, 3), written);
        assertEquals(
                """
                <pubsub xmlns='http://jabber.org/protocol/pubsub'>
                <items node='muc_bans_sha256'>
                <item id='%s'><report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>\
                <text>&lt;&amp;&gt;'"]]&gt;\uFFFD\uFFFD</text></report></item>
                <item id='%s'/>
                </items>
                </pubsub>
                """.formatted(
                        Target.Digest.ofDomain("example.net").hex(),
                        Target.Digest.of(Jid.parse("alice@example.org")).hex()),
                Files.readString(file));
    }

    @Test
    void aTextThatUtf8CannotSayDoesNotStopATable() {
        Path file = folder.resolve("list.csv");
        var line = new BlockLine(Target.parse("alice@example.org"), "a\uD800b", null, null, null);
        BlockFile.write(file, ListFormat.CSV, exported(List.of(line)));
        assertEquals("a?b", BlockFile.read(file, ListFormat.CSV, _ -> {}).lines().getFirst().reason());
    }

    @Test
    void aFileIsForItsOwnerAloneAndNothingElseIsLeft() throws IOException {
        Path file = folder.resolve("list.csv");
        BlockFile.write(file, ListFormat.CSV, List.of());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(List.of(file), files());
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        Path file = Files.writeString(folder.resolve("list.csv"), "mine");
        assertRefused("file_exists", file, List.of());
        assertEquals("mine", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void whoeverMadeTheFileMeanwhileKeepsIt() throws IOException {
        Path file = folder.resolve("list.csv");
        Iterable<BlockFile.Exported> slow = () -> Stream.generate(() -> {
                    writeMeanwhile(file);
                    return new BlockFile.Exported(bare("alice@example.org"), "", "", NOW);
                })
                .limit(1)
                .iterator();
        assertRefused("file_exists", file, slow);
        assertEquals("theirs", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    @Test
    void whatFailsHalfwayLeavesNothing() throws IOException {
        Path file = folder.resolve("list.csv");
        Iterable<BlockFile.Exported> broken = () -> {
            throw new IllegalStateException("the database is away");
        };
        assertThrows(IllegalStateException.class, () -> BlockFile.write(file, ListFormat.CSV, broken));
        assertEquals(List.of(), files());
    }

    @Test
    void aFolderThatIsNotThereIsToldSo() {
        assertRefused("file_not_writable", folder.resolve("none").resolve("list.csv"), List.of());
    }

    @Test
    void aDanglingLinkIsNotFollowed() throws IOException {
        Path file = Files.createSymbolicLink(folder.resolve("list.csv"), folder.resolve("elsewhere"));
        assertRefused("file_exists", file, List.of());
        assertFalse(Files.exists(folder.resolve("elsewhere")));
    }

    private void assertRefused(String code, Path file, Iterable<BlockFile.Exported> blocks) {
        var refused = assertThrows(AdminException.class, () -> BlockFile.write(file, ListFormat.CSV, blocks));
        assertEquals(code, refused.code());
        assertEquals(file.toString(), refused.details().get("filename"));
    }

    private static void writeMeanwhile(Path file) {
        try {
            Files.writeString(file, "theirs");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static BlockLine bare(String target) {
        return new BlockLine(Target.parse(target), null, null, null, null);
    }

    private static List<BlockFile.Exported> exported(List<BlockLine> lines) {
        return lines.stream().map(it -> new BlockFile.Exported(it, "-source", "=actor", NOW)).toList();
    }

    private static List<BlockLine> someLines(Random random, boolean notes) {
        Map<Target, BlockLine> lines = new LinkedHashMap<>();
        int count = random.nextInt(200);
        for (int i = 0; i < count; i++) {
            Target target = someTarget(random, i);
            Instant from = random.nextBoolean() ? null : NOW.plusNanos(random.nextLong(1L << 60));
            Instant until = random.nextBoolean() ? null : NOW.plusNanos((1L << 60) + random.nextLong(1L << 60));
            lines.put(target, new BlockLine(target, someText(random), notes ? someText(random) : null, from, until));
        }
        return new ArrayList<>(lines.values());
    }

    private static Target someTarget(Random random, int i) {
        return Target.parse(switch (random.nextInt(8)) {
            case 0 -> "+" + i + "@example.org";
            case 1 -> "-x,y=" + i + "@example.org";
            case 2 -> "d" + i + ".example";
            case 3 -> "#a" + i + "*@example.org";
            case 4 -> "192.0.2." + i;
            case 5 -> "2001:db8::" + i + "/128";
            case 6 -> "sha256:" + "%064x".formatted(i);
            default -> "account:=*" + i + "@example.org";
        });
    }

    private static @Nullable String someText(Random random) {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(6);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        assertTrue(Words.problem(text.toString()).isEmpty());
        return text.isEmpty() ? null : text.toString();
    }
}
