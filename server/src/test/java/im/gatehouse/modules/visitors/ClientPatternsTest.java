package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ClientPatternsTest {
    private static SequencedMap<String, String> table(String... patternsAndTypes) {
        SequencedMap<String, String> table = new LinkedHashMap<>();
        for (int i = 0; i < patternsAndTypes.length; i += 2) {
            table.put(patternsAndTypes[i], patternsAndTypes[i + 1]);
        }
        return table;
    }

    private final ClientPatterns reference = ClientPatterns.compile(
            PatternSyntax.LUA,
            table(
                    "^zom%d+.*", "IOS",
                    "^Zom-.*", "IOS",
                    "^chatsecure%d+.*", "IOS",
                    "^ChatSecureZom-.*", "ANDROID",
                    "^Conversations%..*", "ANDROID"));

    @Test
    void theReferencesPatternsMeanWhatTheyMeantThere() {
        assertEquals("IOS", reference.classify("zom12x").type());
        assertEquals("IOS", reference.classify("Zoo").type());
        assertEquals("ANDROID", reference.classify("ChatSecureZom-1").type());
        assertEquals("ANDROID", reference.classify("Conversations.abc").type());
        assertEquals("?", reference.classify("ConversationsX").type());
    }

    @Test
    void theOperatorIsWarnedOfHyphensThatRepeat() {
        assertEquals(2, reference.warnings().size());
        assertTrue(reference.warnings().getFirst().contains("'^Zom-.*'"));
    }

    @Test
    void itSaysWhichPatternMatched() {
        assertEquals(
                new ClientPatterns.Classified("IOS", Optional.of("^Zom-.*"), List.of()), reference.classify("Zom-1"));
        assertEquals(
                new ClientPatterns.Classified("?", Optional.empty(), List.of()), reference.classify("gajim.1"));
    }

    @Test
    void theFirstMatchInTheOperatorsOrderWins() {
        assertEquals(
                "FIRST",
                ClientPatterns.compile(PatternSyntax.LUA, table("b", "FIRST", "a", "SECOND"))
                        .classify("ab")
                        .type());
        assertEquals(
                "FIRST",
                ClientPatterns.compile(PatternSyntax.LUA, table("a", "FIRST", "b", "SECOND"))
                        .classify("ab")
                        .type());
    }

    @Test
    void noResourceIsNoClientEvenForAPatternThatMatchesNothing() {
        ClientPatterns all = ClientPatterns.compile(PatternSyntax.LUA, table(".*", "ANY"));
        assertEquals("?", all.classify(null).type());
        assertEquals("?", all.classify("").type());
        assertEquals("ANY", all.classify("x").type());
    }

    @Test
    void withoutPatternsEveryClientIsUnknown() {
        assertEquals("?", ClientPatterns.compile(PatternSyntax.LUA, table()).classify("x").type());
    }

    @Test
    void regularExpressionsMatchAnywhereToo() {
        ClientPatterns regex = ClientPatterns.compile(
                PatternSyntax.REGEX, table("^Zom-", "IOS", "sations\\.\\w+", "ANDROID"));
        assertEquals("IOS", regex.classify("Zom-1").type());
        assertEquals("?", regex.classify("Zoo").type());
        assertEquals("ANDROID", regex.classify("Conversations.abc").type());
        assertEquals(List.of(), regex.warnings());
    }

    @Test
    void aRegularExpressionCannotBeMadeSlow() {
        ClientPatterns regex = ClientPatterns.compile(PatternSyntax.REGEX, table("(a*)*b", "EVIL", "a", "GOOD"));
        assertEquals("GOOD", regex.classify("a".repeat(1023)).type());
    }

    @Test
    void aPatternThatGivesUpIsPassedOverAndTold() {
        ClientPatterns lua = ClientPatterns.compile(PatternSyntax.LUA, table("a*a*a*a*a*b", "EVIL", "a", "GOOD"));
        assertEquals(
                new ClientPatterns.Classified("GOOD", Optional.of("a"), List.of("a*a*a*a*a*b")),
                lua.classify("a".repeat(1023)));
    }

    @Test
    void afterFourThatGaveUpNoOtherIsTried() {
        SequencedMap<String, String> many = new LinkedHashMap<>();
        for (int i = 0; i < 1_000; i++) {
            many.put("a*a*a*a*a*b" + i, "EVIL");
        }
        many.put("a", "GOOD");
        ClientPatterns lua = ClientPatterns.compile(PatternSyntax.LUA, many);
        assertEquals("?", lua.classify("a".repeat(1023)).type());
        assertEquals(4, lua.classify("a".repeat(1023)).gaveUp().size());
        assertEquals("GOOD", lua.classify("a").type());
    }

    @Test
    void allUnusablePatternsAreToldAtOnce() {
        InvalidPatternsException error = assertThrows(
                InvalidPatternsException.class,
                () -> ClientPatterns.compile(PatternSyntax.LUA, table("[a", "A", "fine", "B", "a%", "C")));
        assertEquals(
                List.of(
                        new InvalidPatternsException.Problem(
                                "[a", "malformed pattern (missing ']')", OptionalInt.of(3)),
                        new InvalidPatternsException.Problem(
                                "a%", "malformed pattern (ends with '%')", OptionalInt.of(3))),
                error.problems());
        assertEquals(
                "malformed pattern (missing ']') at character 3",
                error.problems().getFirst().told());
        assertThrows(
                InvalidPatternsException.class,
                () -> ClientPatterns.compile(PatternSyntax.REGEX, table("(a", "A")));
    }
}
