package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ConfigException;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.Problem;
import im.gatehouse.modules.visitors.VisitorsConfig.ClientPattern;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class VisitorsConfigTest {
    private static VisitorsConfig read(String text) {
        ConfigFile file = ConfigFile.parse(text, Path.of("/etc/gatehouse.toml"));
        VisitorsConfig config = VisitorsConfig.read(file.root());
        file.finish();
        return config;
    }

    private static List<String> mistakes(String text) {
        try {
            read(text);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    @Test
    void onlyTheFileIsNeeded() {
        VisitorsConfig expected = new VisitorsConfig(
                Path.of("/etc/city.mmdb"), List.of(), PatternSyntax.LUA, "ALL", ZoneOffset.UTC, false);
        assertEquals(expected, read("mmdb_path = \"city.mmdb\""));
        assertEquals(
                List.of("/etc/gatehouse.toml: mmdb_path: expected a path, found nothing"), mistakes(""));
    }

    @Test
    void everyKeyIsReadUnderItsOwnNameAndUnderTheReferences() {
        VisitorsConfig expected = new VisitorsConfig(
                Path.of("/city.mmdb"),
                List.of(new ClientPattern("^zom", "IOS"), new ClientPattern("^Conversations%..*", "ANDROID")),
                PatternSyntax.LUA,
                "GB",
                ZoneId.of("Europe/Berlin"),
                true);
        String text =
                """
                mmdb_path = "/city.mmdb"
                pattern_syntax = "lua"
                record_country = "gB"
                timezone = "Europe/Berlin"
                release_running_month = true
                client_patterns = { "^zom" = "IOS", "^Conversations%..*" = "ANDROID" }
                """;
        assertEquals(expected, read(text));
        String prefixed = text.lines().map(line -> "mod_monthly_visitors_" + line + "\n").reduce("", String::concat);
        assertEquals(expected, read(prefixed));
    }

    @Test
    void anotherOrderOfPatternsIsAnotherConfiguration() {
        assertNotEquals(
                read("mmdb_path = \"a\"\nclient_patterns = { a = \"A\", b = \"B\" }"),
                read("mmdb_path = \"a\"\nclient_patterns = { b = \"B\", a = \"A\" }"));
    }

    @Test
    void everyMistakeIsTold() {
        List<String> mistakes = mistakes(
                """
                mmdb_path = ""
                record_country = "GBR"
                timezone = "Europe/Belin"
                pattern_syntax = "perl"
                retention_months = 3
                [client_patterns]
                "[a" = "A"
                "b" = ""
                "c" = "%s"
                """
                        .formatted("x".repeat(201)));
        assertEquals(8, mistakes.size(), mistakes.toString());
        assertTrue(mistakes.get(0).startsWith("/etc/gatehouse.toml:1: mmdb_path: expected a path"));
        assertTrue(mistakes.get(1).contains(":2: record_country: expected \"ALL\" or the ISO code of a country"));
        assertTrue(mistakes.get(2).endsWith("did you mean \"Europe/Berlin\"?"), mistakes.get(2));
        assertTrue(mistakes.get(3).contains(":4: pattern_syntax: expected one of \"lua\", \"regex\""));
        assertTrue(mistakes.get(4).contains(":5: retention_months: unknown key"));
        assertTrue(mistakes.get(5).contains(":7: client_patterns.\"[a\": expected a pattern in Lua's syntax: "));
        assertTrue(mistakes.get(6).contains(":8: client_patterns.b: expected a client's type"));
        assertTrue(mistakes.get(7).contains(":9: client_patterns.c: expected a client's type"));
    }

    @Test
    void theCountriesAreThoseOfIsoAndKosovo() {
        for (String code : List.of("GB", "bt", "XK", "all")) {
            assertEquals(List.of(), mistakes("mmdb_path = \"a\"\nrecord_country = \"" + code + "\""));
        }
        for (String code : List.of("UK", "EU", "ZZ", "", "G", "?")) {
            assertEquals(1, mistakes("mmdb_path = \"a\"\nrecord_country = \"" + code + "\"").size(), code);
        }
    }
}
