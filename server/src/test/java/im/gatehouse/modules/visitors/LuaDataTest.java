package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LuaDataTest {
    private static Map<String, Object> parse(String text) throws LuaDataException {
        return LuaData.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theDocumentedFilesAreRead() throws LuaDataException {
        assertEquals(
                Map.of("2018-05", Map.of("geo-DE-HE-2925533", 2L, "geo-CN-?-?", 1L, "client-?", 3L)),
                parse(
                        """
                        -- monthly-visitors.dat
                        return {
                          ["2018-05"] = {
                            ["geo-DE-HE-2925533"] = 2;
                            ["geo-CN-?-?"] = 1;
                            ["client-?"] = 3;
                          };
                        };
                        """));
        assertEquals(Map.of("last-recorded", "2018-05"), parse("return {\n\t[\"last-recorded\"] = \"2018-05\";\n};\n"));
    }

    @Test
    void whatLuaAllowsBesideIsReadToo() throws LuaDataException {
        assertEquals(
                Map.of("a", 1L, "b_2", -2.5, "c", Map.of(), "d", "x"),
                parse("return{a=1,b_2 = -2.5 ; ['c'] = { } --x\n, [\"d\"]='x'} "));
        assertEquals(Map.of("a", 2e3), parse("return {a=2e3}"));
        assertEquals(Map.of(), parse("return {}"));
    }

    @Test
    void escapesAreBytes() throws LuaDataException {
        assertEquals(
                Map.of("a", "\n\"\\'\t\u00f6A\u0007!"),
                parse("return {a=\"\\n\\\"\\\\\\'\\t\\195\\182\\65\\a\\x21\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "return", "return 1", "return {", "return {a}", "return {a=}", "return {a=1 b=2}", "return {[1]=2}",
        "return {a=1}x", "return {a=os.exit()}", "return {a=f{}}", "return {a=\"x}", "return {a=\"\\q\"}",
        "return {a=\"\\256\"}", "return {a=\"\\x1\"}", "return {a=1;a=2}", "return {1,2}", "local a = 1 return {}",
        "return {a=0x10}", "return {a=nil}", "return {a=--[[x]]1}", "return {a=\"\\255\"}", "return {a=1}}",
        "return {a=99999999999999999999}",
        "return {a=\"x\ny\"}"
    })
    void everythingElseIsRefused(String text) {
        LuaDataException error = assertThrows(LuaDataException.class, () -> parse(text));
        assertTrue(String.valueOf(error.getMessage()).startsWith("line "), error.getMessage());
    }

    @Test
    void anErrorTellsItsLine() {
        assertEquals(
                "line 3: expected ';' or '}'",
                assertThrows(LuaDataException.class, () -> parse("return {\n a = 1\n b = 2\n}")).getMessage());
    }

    @Test
    void tablesInTablesEndSomewhere() {
        assertThrows(LuaDataException.class, () -> parse("return " + "{a=".repeat(100_000)));
    }

    @Test
    void anythingCutOffOrBentIsRefusedOrReadButNeverFails() {
        byte[] whole = LuaWriter.months(new java.util.TreeMap<>(Map.of(
                        "2018-05",
                        List.of(
                                new VisitorsStore.Figure("geo-GB-ENG-1", 2),
                                new VisitorsStore.Figure("client-\"\\\n", 2)))))
                .getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < whole.length; at++) {
            for (int bent = 0; bent < 256; bent += 5) {
                byte[] text = whole.clone();
                text[at] = (byte) bent;
                readOrRefused(text);
            }
            readOrRefused(java.util.Arrays.copyOf(whole, at));
        }
    }

    private static void readOrRefused(byte[] text) {
        try {
            LuaData.parse(text);
        } catch (LuaDataException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("line "));
        }
    }
}
