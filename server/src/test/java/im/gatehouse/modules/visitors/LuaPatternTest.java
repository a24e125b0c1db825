package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LuaPatternTest {
    /** What a real Lua said; {@code lua-patterns.lua} beside it tells how it was made. */
    private static List<String[]> table(String kind) {
        try (InputStream in =
                Objects.requireNonNull(LuaPatternTest.class.getResourceAsStream("lua-patterns.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .map(line -> line.split("\t", -1))
                    .filter(fields -> fields[0].equals(kind))
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] unescaped(String field) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < field.length(); i++) {
            if (field.startsWith("\\x", i)) {
                bytes.write(Integer.parseInt(field, i + 2, i + 4, 16));
                i += 3;
            } else {
                bytes.write(field.charAt(i));
            }
        }
        return bytes.toByteArray();
    }

    private static LuaPattern.Result find(String[] row) {
        return LuaPattern.compile(unescaped(row[1])).find(unescaped(row[2]));
    }

    private static String describe(String[] row) {
        return String.join("  ", row);
    }

    @Test
    void whatLuaFindsIsFoundWithTheSameCaptures() {
        List<String[]> rows = table("found");
        assertTrue(rows.size() > 900, "the table is there");
        for (String[] row : rows) {
            byte[] subject = unescaped(row[2]);
            LuaPattern.Match match = assertInstanceOf(LuaPattern.Match.class, find(row), () -> describe(row));
            List<String> said = new ArrayList<>(List.of("" + (match.start() + 1), "" + match.end()));
            match.captures().forEach(capture -> said.add(written(capture, subject)));
            List<String> lua = new ArrayList<>(List.of(row).subList(3, 5));
            List.of(row).subList(5, row.length).forEach(field -> lua.add(normal(field)));
            assertEquals(lua, said, () -> describe(row));
        }
    }

    private static String written(LuaPattern.Capture capture, byte[] subject) {
        return switch (capture) {
            case LuaPattern.Position position -> "@" + (position.at() + 1);
            case LuaPattern.Range range ->
                "=" + new String(
                        subject, range.start(), range.end() - range.start(), StandardCharsets.ISO_8859_1);
        };
    }

    private static String normal(String field) {
        return new String(unescaped(field), StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatLuaDoesNotFindIsNotFound() {
        List<String[]> rows = table("nil");
        assertTrue(rows.size() > 900, "the table is there");
        for (String[] row : rows) {
            assertInstanceOf(LuaPattern.NoMatch.class, find(row), () -> describe(row));
        }
    }

    @Test
    void whatLuaRefusesIsRefusedWhenCompiledInLuasWords() {
        List<String[]> rows = table("malformed");
        assertTrue(rows.size() > 100, "the table is there");
        for (String[] row : rows) {
            LuaPatternException error = assertThrows(
                    LuaPatternException.class, () -> LuaPattern.compile(unescaped(row[1])), () -> describe(row));
            assertEquals(row[2], error.getMessage(), () -> describe(row));
        }
    }

    @Test
    void whereLuaGivesUpWeGiveUp() {
        List<String[]> rows = table("complex");
        assertTrue(rows.size() > 10, "the table is there");
        for (String[] row : rows) {
            assertEquals(new LuaPattern.GaveUp("pattern too complex"), find(row), () -> describe(row));
        }
    }

    @Test
    void everyClassAndSetHasTheBytesThatLuaGivesIt() {
        List<String[]> rows = table("mask");
        assertTrue(rows.size() > 70, "the table is there");
        for (String[] row : rows) {
            LuaPattern pattern = LuaPattern.compile(unescaped("^" + row[1] + "$"));
            boolean[] lua = new boolean[256];
            boolean[] ours = new boolean[256];
            for (int value = 0; value < 256; value++) {
                lua[value] = (Character.digit(row[2].charAt(value / 4), 16) >> value % 4 & 1) == 1;
                ours[value] = pattern.find(new byte[] {(byte) value}) instanceof LuaPattern.Match;
            }
            assertArrayEquals(lua, ours, () -> describe(row));
        }
    }

    @Test
    void anErrorTellsWhereItIs() {
        assertEquals(3, assertThrows(LuaPatternException.class, () -> LuaPattern.compile("ab)")).position() + 1);
        assertEquals(2, assertThrows(LuaPatternException.class, () -> LuaPattern.compile("a%")).position());
    }

    @Test
    void textIsSearchedAsUtf8() {
        assertEquals(new LuaPattern.Match(0, 5, List.of()), LuaPattern.compile("^K..ln$").find("K\u00f6ln"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "a*a*a*a*a*a*a*a*b", "a-a-a-a-a-a-a-a-b", "(a*)(a*)%1%2a*b", ".*.*.*.*x", ".-.-.-.-x", "a?a?a?a?a?a?a?a?a*a*a*b"
    })
    void aHostileSubjectIsGivenUpInBoundedTime(String pattern) {
        assertEquals(
                new LuaPattern.GaveUp("too many steps"),
                LuaPattern.compile(pattern).find("a".repeat(1023)));
    }

    @ParameterizedTest
    @ValueSource(strings = {".*x", ".-x", "a*b", "a+b", "(.*)x", "%b()", "[a-f]*[^a-f]", "Conversations"})
    void anHonestPatternIsAnsweredForTheLongestResource(String pattern) {
        assertEquals(new LuaPattern.NoMatch(), LuaPattern.compile(pattern).find("a".repeat(1023)));
    }

    @Test
    void anOverlongPatternNeverOverflowsTheStack() {
        assertInstanceOf(LuaPattern.Match.class, LuaPattern.compile("a?".repeat(100_000)).find("b"));
        assertInstanceOf(
                LuaPattern.GaveUp.class, LuaPattern.compile("a?".repeat(100_000)).find("a".repeat(300)));
        assertInstanceOf(LuaPattern.GaveUp.class, LuaPattern.compile("a-".repeat(100_000) + "c").find("ab"));
    }

    @Test
    void aHyphenThatRepeatsIsPointedOut() {
        assertEquals(
                Optional.of("the '-' at character 5 of '^Zom-.*' repeats 'm' as few times as possible, also not at all;"
                        + " for a hyphen write '%-'"),
                LuaPattern.suspicious("^Zom-.*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"^Zom-.*", "ChatSecureZom-", "a-b", "%d-%d", "x%d-", "K\u00f6-ln", "%.-x", "[a]-b"})
    void suspiciousHyphensAreNoticed(String pattern) {
        assertTrue(LuaPattern.suspicious(pattern).isPresent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"^Zom%-.*", "^(.-)%.x", "[a-z]", "-", "^-x", "%d-x", ".-x", "[%d-]+", "%b--", "(a)-b", ""})
    void otherHyphensAreNot(String pattern) {
        assertEquals(Optional.empty(), LuaPattern.suspicious(pattern));
    }
}
