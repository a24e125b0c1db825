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
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                Path.of("/etc/city.mmdb"),
                List.of(),
                PatternSyntax.LUA,
                "ALL",
                ZoneOffset.UTC,
                OptionalInt.empty(),
                Dedup.MARKER,
                Optional.empty(),
                ReleaseLevel.EXACT,
                10,
                new PrivacyBudget(1_000_000, 1e-6),
                false);
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
                OptionalInt.of(24),
                Dedup.EPHEMERAL,
                Optional.of(Path.of("/run/keys")),
                ReleaseLevel.K,
                20,
                new PrivacyBudget(500_000, 1e-9),
                true);
        String text =
                """
                mmdb_path = "/city.mmdb"
                pattern_syntax = "lua"
                record_country = "gB"
                timezone = "Europe/Berlin"
                retention_months = 24
                dedup = "ephemeral"
                key_folder = "/run/keys"
                release = "k"
                k = 20
                epsilon = 0.5
                delta = 1e-9
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
                retention_month = 3
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
        assertTrue(mistakes.get(4).contains(":5: retention_month: unknown key"));
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

    @Test
    void anErrorOfAPatternHasLinePatternAndPlace() {
        List<String> mistakes = mistakes("mmdb_path = \"a\"\n[client_patterns]\n\"^a[b%]\" = \"A\"");
        assertEquals(
                List.of("/etc/gatehouse.toml:3: client_patterns.\"^a[b%]\": expected a pattern in Lua's syntax: "
                        + "malformed pattern (missing ']') at character 7"),
                mistakes);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "k = 0", "k = 1", "k = -1", "k = 1.5", "epsilon = 0", "epsilon = -1", "epsilon = 0.0009", "epsilon = nan",
        "epsilon = 11", "delta = 0", "delta = 1", "delta = -1e-6", "retention_months = 0", "retention_months = -1",
        "dedup = \"both\"", "release = \"none\"", "key_folder = \"\"", "k = \"10\""
    })
    void whatWouldProtectNobodyIsRefused(String line) {
        List<String> mistakes = mistakes("mmdb_path = \"a\"\n" + line);
        assertEquals(1, mistakes.size(), mistakes.toString());
        assertTrue(mistakes.getFirst().startsWith("/etc/gatehouse.toml:2: " + line.split(" ")[0] + ": expected "));
    }

    @Test
    void noiseIsNotForTheMonthThatRuns() {
        List<String> mistakes = mistakes("mmdb_path = \"a\"\nrelease = \"dp\"\nrelease_running_month = true");
        assertEquals(1, mistakes.size(), mistakes.toString());
        assertTrue(mistakes.getFirst().startsWith("/etc/gatehouse.toml:3: release_running_month: expected false"));
    }
}
