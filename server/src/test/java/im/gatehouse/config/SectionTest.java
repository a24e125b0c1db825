package im.gatehouse.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SectionTest {
    private enum Fail {
        CLOSED,
        WIDE_OPEN
    }

    private static ConfigFile file(String text) {
        return ConfigFile.parse(text, Path.of("gatehouse.toml"));
    }

    private static List<String> mistakes(String text, Consumer<Section> reader) {
        ConfigFile file = file(text);
        reader.accept(file.root());
        try {
            file.finish();
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    @Test
    void rightValuesAreReadAndNothingIsWrong() {
        ConfigFile file = file(
                """
                text = "x"
                yes = true
                whole = 7
                long = 5000000000
                half = 0.5
                one = 1
                time = "1h 30m"
                fail = "wide_open"
                backend = "rdbms"
                user = "Alice@localhost/phone"
                list = ["b", "a"]
                path = "sub/file.txt"
                secret = "s"
                """);
        Section root = file.root();
        assertEquals("x", root.string("text", "y"));
        assertTrue(root.bool("yes", false));
        assertEquals(7, root.integer("whole", 1, 0, 10));
        assertEquals(OptionalInt.of(7), root.optionalInteger("whole", 0, 10));
        assertEquals(5_000_000_000L, root.longInteger("long", 1, 0, Long.MAX_VALUE));
        assertEquals(0.5, root.number("half", 1, 0, 1));
        assertEquals(1.0, root.number("one", 2, 0, 1));
        assertEquals(Duration.ofMinutes(90), root.duration("time", Duration.ZERO, Duration.ZERO, Duration.ofDays(1)));
        assertEquals(Fail.WIDE_OPEN, root.oneOf("fail", Fail.CLOSED));
        assertEquals("rdbms", root.oneOf("backend", "rdbms", List.of("rdbms")));
        assertEquals(Optional.of(Jid.parse("alice@localhost/phone")), root.optionalJid("user"));
        assertEquals(List.of("b", "a"), root.strings("list", List.of()));
        assertEquals(Path.of("sub/file.txt").toAbsolutePath(), root.path("path", "other"));
        assertEquals(Optional.of("s"), root.secret("secret"));
        file.finish();
    }

    @Test
    void missingValuesBecomeTheirDefaults() {
        ConfigFile file = file("");
        Section section = file.root().section("nowhere");
        assertFalse(section.present());
        assertEquals("y", section.string("text", "y"));
        assertEquals(Optional.empty(), section.optionalString("text"));
        assertEquals(3, section.integer("whole", 3, 0, 10));
        assertEquals(OptionalInt.empty(), section.optionalInteger("whole", 0, 10));
        assertEquals(2.5, section.number("half", 2.5, 0, 10));
        assertEquals(Fail.CLOSED, section.oneOf("fail", Fail.CLOSED));
        assertEquals(List.of("z"), section.strings("list", List.of("z")));
        assertEquals(Path.of("data").toAbsolutePath(), section.path("path", "data"));
        assertEquals(List.of(), section.sections("tables"));
        assertEquals(Map.of(), section.stringTable("strings"));
        file.finish();
    }

    @Test
    void everyMistakeIsToldAtOnceWithItsLine() {
        List<String> mistakes = mistakes(
                """
                [listen]
                port = "abc"
                [modules.mod_blocklist]
                fial = "open"
                backend = "rbdms"
                """,
                root -> {
                    Section blocklist = root.section("modules").section("mod_blocklist");
                    blocklist.oneOf("fail", Fail.CLOSED);
                    blocklist.oneOf("backend", "rdbms", List.of("rdbms"));
                    root.section("listen").integer("port", 5222, 0, 65535);
                });
        assertEquals(
                List.of(
                        "gatehouse.toml:2: listen.port: expected a whole number from 0 to 65535, found \"abc\"",
                        "gatehouse.toml:4: modules.mod_blocklist.fial: unknown key; did you mean \"fail\"?",
                        "gatehouse.toml:5: modules.mod_blocklist.backend: expected \"rdbms\", found \"rbdms\";"
                                + " did you mean \"rdbms\"?"),
                mistakes);
    }

    @Test
    void eachKindOfValueSaysWhatItExpected() {
        List<String> mistakes = mistakes(
                """
                text = 1
                yes = "true"
                whole = 11
                open = -1
                half = 1.5
                nan = nan
                time = "soon"
                fail = "wide-open"
                user = ""
                list = "a"
                words = ["a", "c", "a"]
                table = 1
                empty = ""
                path = ""
                [tables]
                a = 1
                [strings]
                "x.y" = 3
                """,
                root -> {
                    root.string("text", "");
                    root.bool("yes", true);
                    root.integer("whole", 1, 0, 10);
                    root.integer("open", 1, 0, Integer.MAX_VALUE);
                    root.number("half", 1, 0, 1);
                    root.number("nan", 1, 0.5, Double.MAX_VALUE);
                    root.duration("time", Duration.ofDays(7), Duration.ofSeconds(1), Duration.ofDays(30));
                    root.oneOf("fail", Fail.CLOSED);
                    root.parsed("user", "a month", _ -> {
                        throw new IllegalArgumentException("thirteen");
                    });
                    root.strings("list", List.of());
                    root.wordsOf("words", List.of(), List.of("a", "b"));
                    root.section("table");
                    root.nonEmpty("empty", "x");
                    root.optionalPath("path");
                    root.sections("tables");
                    root.stringTable("strings");
                });
        assertEquals(
                List.of(
                        "1: text: expected a string, found 1",
                        "2: yes: expected true or false, found \"true\"",
                        "3: whole: expected a whole number from 0 to 10, found 11",
                        "4: open: expected a whole number of at least 0, found -1",
                        "5: half: expected a number from 0 to 1, found 1.5",
                        "6: nan: expected a number of at least 0.5, found NaN",
                        "7: time: expected a length of time from 1s to 30d, such as \"7d\", found \"soon\""
                                + " (numbers with the units ms, s, m, h, d or w)",
                        "8: fail: expected one of \"closed\", \"wide_open\", found \"wide-open\";"
                                + " did you mean \"wide_open\"?",
                        "9: user: expected a month, found \"\" (thirteen)",
                        "10: list: expected a list, written [ … ], found \"a\"",
                        "11: words: expected each value once, found \"a\" again",
                        "11: words: expected one of \"a\", \"b\", found \"c\"",
                        "12: table: expected a table, written [table] and only once, found 1",
                        "13: empty: expected a string that is not empty, found \"\"",
                        "14: path: expected a path, found \"\"",
                        "15: tables: expected an array of tables, written [[tables]], found a table",
                        "18: strings.\"x.y\": expected a string, found 3"),
                mistakes.stream().map(line -> line.replace("gatehouse.toml:", "")).sorted(byLine()).toList());
    }

    private static Comparator<String> byLine() {
        return Comparator.<String>comparingInt(line -> Integer.parseInt(line.substring(0, line.indexOf(':'))))
                .thenComparing(Comparator.naturalOrder());
    }

    @Test
    void requiredKeysThatAreMissingAreToldAtTheirTable() {
        List<String> mistakes = mistakes("[a]\n[modules.mod_monthly_visitors]\n", root -> {
            root.section("a");
            assertEquals("", root.section("b").requiredString("name"));
            root.section("modules").section("mod_monthly_visitors").requiredPath("mmdb_path");
        });
        assertEquals(
                List.of(
                        "gatehouse.toml: b.name: expected a string, found nothing",
                        "gatehouse.toml:2: modules.mod_monthly_visitors.mmdb_path: expected a path, found nothing"),
                mistakes);
    }

    @Test
    void anUnknownTableIsToldOnceAndNotKeyByKey() {
        List<String> mistakes = mistakes("[module.mod_muc]\na = 1\nb = 2\n", root -> root.section("modules"));
        assertEquals(List.of("gatehouse.toml:1: module: unknown key; did you mean \"modules\"?"), mistakes);
    }

    @Test
    void aKeyInTheWrongTableIsToldWhereItBelongs() {
        List<String> mistakes =
                mistakes("hosts = []\n", root -> root.section("general").strings("hosts", List.of()));
        assertEquals(List.of("gatehouse.toml:1: hosts: unknown key; did you mean \"general.hosts\"?"), mistakes);
    }

    @Test
    void anUnknownKeyWithoutAnythingAlikeHasNoSuggestion() {
        List<String> mistakes = mistakes("[a]\nentirely_else = 1\n", root -> root.section("a").string("port", ""));
        assertEquals(List.of("gatehouse.toml:2: a.entirely_else: unknown key"), mistakes);
    }

    @Test
    void anUnknownModuleIsToldWithTheNearestAndItsKeysAreLeftAlone() {
        List<String> mistakes = mistakes("[modules.mod_blocklst]\nx = 1\n", root -> root.section("modules")
                .section("mod_blocklst")
                .unknownName(List.of("mod_muc", "mod_blocklist")));
        assertEquals(
                List.of("gatehouse.toml:1: modules.mod_blocklst: unknown key; did you mean \"mod_blocklist\"?"),
                mistakes);
    }

    @Test
    void aSkippedTableMayHoldAnything() {
        assertEquals(List.of(), mistakes("[a]\nx = 1\n[a.b]\ny = 1\n", root -> root.section("a").skip()));
    }

    @Test
    void aKeyIsFoundUnderItsAliasAndTheProblemNamesTheAlias() {
        ConfigFile file = file("mod_monthly_visitors_mmdb_path = \"city.mmdb\"\n");
        Section section = file.root().aliased("mmdb_path", "mod_monthly_visitors_mmdb_path");
        assertEquals(Path.of("city.mmdb").toAbsolutePath(), section.requiredPath("mmdb_path"));
        file.finish();

        List<String> mistakes =
                mistakes("long_name = 1\n", root -> root.aliased("name", "long_name").string("name", ""));
        assertEquals(List.of("gatehouse.toml:1: long_name: expected a string, found 1"), mistakes);
    }

    @Test
    void aKeyAndItsAliasTogetherAreAMistake() {
        List<String> mistakes = mistakes("name = \"a\"\nlong_name = \"b\"\n", root -> {
            Section section = root.aliased("name", "long_name");
            assertEquals("a", section.string("name", ""));
            assertEquals("a", section.string("name", ""));
        });
        assertEquals(List.of("gatehouse.toml:2: long_name: expected only one of this and name"), mistakes);
    }

    @Test
    void aTableOfStringsKeepsTheOrderOfTheFileAndAnyCharactersInItsKeys() {
        ConfigFile file = file(
                """
                [m]
                client_patterns = {}
                [n.client_patterns]
                '^zom' = "IOS"
                '^Conversations%..*' = "ANDROID"
                "a\\"quoted\\".key" = "QUOTE"
                aaa = "LAST"
                """);
        assertEquals(Map.of(), file.root().section("m").stringTable("client_patterns"));
        Map<String, String> patterns = file.root().section("n").stringTable("client_patterns");
        assertEquals(
                List.of("^zom", "^Conversations%..*", "a\"quoted\".key", "aaa"), new ArrayList<>(patterns.keySet()));
        assertEquals("QUOTE", patterns.get("a\"quoted\".key"));
        file.finish();
    }

    @Test
    void arraysOfTablesAreReadOneByOneAndUnknownKeysAreToldInEach() {
        List<Integer> ports = new ArrayList<>();
        List<String> mistakes = mistakes("[[l.c]]\nport = 1\nprt = 1\n[[l.c]]\nport = 2\nprt = 2\n", root -> {
            Section l = root.section("l");
            l.sections("c").forEach(section -> ports.add(section.integer("port", 0, 0, 9)));
            assertSame(l.sections("c"), l.sections("c"));
        });
        assertEquals(List.of(1, 2), ports);
        assertEquals(
                List.of(
                        "gatehouse.toml:3: l.c.prt: unknown key; did you mean \"port\"?",
                        "gatehouse.toml:6: l.c.prt: unknown key; did you mean \"port\"?"),
                mistakes);
    }

    @Test
    void allMistakesOfSyntaxAreToldTogetherWithTheOthers() {
        List<String> mistakes = mistakes("a = 1\na = 2\nb =\n\nwhole = \"x\"\n[t]\n[t]\n", root -> {
            root.integer("a", 1, 0, 10);
            root.requiredString("b");
            root.integer("whole", 1, 0, 10);
            root.section("t");
        });
        assertEquals(4, mistakes.size(), mistakes::toString);
        assertTrue(mistakes.get(0).startsWith("gatehouse.toml:2: a previously defined at line 1"), mistakes.get(0));
        assertTrue(mistakes.get(1).startsWith("gatehouse.toml:3: "), mistakes.get(1));
        assertTrue(mistakes.get(2).startsWith("gatehouse.toml:5: whole: expected a whole"), mistakes.get(2));
        assertTrue(mistakes.get(3).startsWith("gatehouse.toml:7: t previously defined"), mistakes.get(3));
    }

    @Test
    void aProblemThatTheReaderFindsStandsAtTheLineOfItsKey() {
        List<String> mistakes = mistakes("[a]\nrate = 0.1\n", root -> {
            Section a = root.section("a");
            a.number("rate", 1, 0, 10);
            a.problem("rate", "expected at least 0.2");
        });
        assertEquals(List.of("gatehouse.toml:2: a.rate: expected at least 0.2"), mistakes);
    }

    @Test
    void aSecretIsNeverQuoted() {
        List<String> mistakes = mistakes("password = 1234\n", root -> root.secret("password"));
        assertEquals(List.of("gatehouse.toml:1: password: expected a string"), mistakes);
    }

    @Test
    void aFileThatCannotBeReadIsAProblemOfItsOwn(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing.toml");
        ConfigException e = assertThrows(ConfigException.class, () -> ConfigFile.read(missing));
        assertTrue(e.getMessage().startsWith(missing + ": expected a readable file"), e.getMessage());

        Path latin = Files.write(folder.resolve("latin.toml"), new byte[] {'a', '=', '"', (byte) 0xE4, '"'});
        e = assertThrows(ConfigException.class, () -> ConfigFile.read(latin));
        assertEquals(latin + ": expected text in UTF-8", e.getMessage());
    }

    @Test
    void aByteOrderMarkIsNoMistake() {
        ConfigFile file = file("\uFEFFa = 1\n");
        assertEquals(1, file.root().integer("a", 0, 0, 1));
        file.finish();
    }

    @Test
    void theNearestWordIsFoundThroughSwapsCaseAndAbbreviation() {
        assertEquals(Optional.of("fail"), Nearest.to("fial", List.of("deny_at", "fail")));
        assertEquals(Optional.of("rdbms"), Nearest.to("RDBMS", List.of("rdbms")));
        assertEquals(Optional.of("certificate"), Nearest.to("cert", List.of("certificate", "key")));
        assertEquals(Optional.empty(), Nearest.to("max", List.of("max_a", "max_b")));
        assertEquals(Optional.empty(), Nearest.to("host", List.of("port", "user")));
    }
}
