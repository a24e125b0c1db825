package im.gatehouse.modules.blocklist.list;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetTextTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\rx", "\nx", "  =1", "\u00A0=1", "\uFEFF=1", "\u200B+1",
                "\uFF1D1", "'=1", "'' =1",
            })
    void whatASpreadsheetWouldCalculateGetsAnApostrophe(String text) {
        assertEquals('\'' + text, SpreadsheetText.guarded(text));
        assertEquals(text, SpreadsheetText.unguarded(SpreadsheetText.guarded(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "'", "''", "word", "'word'", "1=1", "a@b", "' x"})
    void everythingElseStaysAsItIs(String text) {
        assertEquals(text, SpreadsheetText.guarded(text));
        assertEquals(text, SpreadsheetText.unguarded(text));
    }
}
