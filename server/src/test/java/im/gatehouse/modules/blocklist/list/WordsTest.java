package im.gatehouse.modules.blocklist.list;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Spam", "é", "日本", "\uD83D\uDE00", "<&>\"'"})
    void peopleMaySayAnything(String text) {
        assertEquals(Optional.empty(), Words.problem(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r", "\t", "\u0000", "\u001B[2J", "\u0085", "\uFFFE", "\uD83F\uDFFF"})
    void butOnOneLineThatXmlCanCarry(String text) {
        assertTrue(Words.problem(text).isPresent());
    }

    @Test
    void halfAPairOfSurrogatesIsNoCharacter() {
        assertTrue(Words.problem("a\uD800b").isPresent());
        assertTrue(Words.problem("a\uDC00b").isPresent());
    }

    @Test
    void aTextHasALimit() {
        assertEquals(Optional.empty(), Words.problem("x".repeat(10_000)));
        assertEquals(
                Optional.of("has 10,001 characters; it may have 10,000"), Words.problem("x".repeat(10_001)));
    }
}
