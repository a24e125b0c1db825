package im.gatehouse.modules.visitors;

import im.gatehouse.config.Nearest;
import im.gatehouse.config.Section;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;

/**
 * What is counted: {@code [modules.mod_monthly_visitors]}. Every key may also be written as the reference has it, with
 * {@code mod_monthly_visitors_} before it.
 *
 * @param mmdbPath the file of places, a MaxMind DB of cities
 * @param clientPatterns in the order of the file
 * @param patternSyntax how they are written
 * @param recordCountry the ISO code of the only country that is counted, or {@link #EVERYWHERE}
 * @param timezone in which a month ends
 * @param retentionMonths months before the running one that are kept; none means all
 * @param dedup how it is remembered that a user has been counted
 * @param keyFolder where the keys of {@link Dedup#EPHEMERAL} lie; none means the server's folder of data
 * @param release the form in which administrators are answered
 * @param k the users that a figure must have at least, where {@link ReleaseLevel#K} is the form
 * @param budget what {@link ReleaseLevel#DP} may tell of a user in a month
 * @param releaseRunningMonth whether the figures of the month that still runs may be read
 */
record VisitorsConfig(
        Path mmdbPath,
        List<ClientPattern> clientPatterns,
        PatternSyntax patternSyntax,
        String recordCountry,
        ZoneId timezone,
        OptionalInt retentionMonths,
        Dedup dedup,
        Optional<Path> keyFolder,
        ReleaseLevel release,
        int k,
        PrivacyBudget budget,
        boolean releaseRunningMonth) {
    static final String EVERYWHERE = "ALL";

    static final int DEFAULT_K = 10;
    private static final int LEAST_K = 2;
    private static final int MOST_K = 1_000_000;
    private static final int MOST_MONTHS = 1_200;

    /** So that {@code client-TYPE} fits into the database. */
    private static final int LONGEST_TYPE_BYTES = 200;

    /** ISO leaves this code to its users, and all of them use it for Kosovo. */
    private static final String KOSOVO = "XK";

    private static final String REFERENCE_PREFIX = "mod_monthly_visitors_";
    private static final List<String> KEYS = List.of(
            "mmdb_path",
            "client_patterns",
            "pattern_syntax",
            "record_country",
            "timezone",
            "retention_months",
            "dedup",
            "key_folder",
            "release",
            "k",
            "epsilon",
            "delta",
            "release_running_month");

    /** A pattern and the type of the clients whose resource it matches. */
    record ClientPattern(String pattern, String type) {}

    static VisitorsConfig read(Section section) {
        KEYS.forEach(key -> section.aliased(key, REFERENCE_PREFIX + key));
        PatternSyntax syntax = section.oneOf("pattern_syntax", PatternSyntax.LUA);
        return new VisitorsConfig(
                section.requiredPath("mmdb_path"),
                patterns(section, syntax),
                syntax,
                section.parsed("record_country", "\"ALL\" or the ISO code of a country", VisitorsConfig::country)
                        .orElse(EVERYWHERE),
                timezone(section),
                section.optionalInteger("retention_months", 1, MOST_MONTHS),
                section.oneOf("dedup", Dedup.MARKER),
                section.optionalPath("key_folder"),
                section.oneOf("release", ReleaseLevel.EXACT),
                section.integer("k", DEFAULT_K, LEAST_K, MOST_K),
                PrivacyBudget.read(section),
                releaseRunningMonth(section));
    }

    /** Noise is drawn for a whole month and once; to draw it again for a month that grows would average it away. */
    private static boolean releaseRunningMonth(Section section) {
        boolean wanted = section.bool("release_running_month", false);
        if (wanted && section.oneOf("release", ReleaseLevel.EXACT) == ReleaseLevel.DP) {
            section.problem("release_running_month", "expected false together with release = \"dp\"");
        }
        return wanted;
    }

    /** The patterns, ready for use; reading the configuration has made sure that they are right. */
    ClientPatterns compiled() {
        return ClientPatterns.compile(patternSyntax, byPattern(clientPatterns));
    }

    /** The types of clients that there can be, the unknown one last. */
    SequencedSet<String> types() {
        SequencedSet<String> types = new LinkedHashSet<>();
        clientPatterns.forEach(pattern -> types.add(pattern.type));
        types.addLast(ClientPatterns.UNKNOWN);
        return types;
    }

    /** Whether somebody who is there is counted. */
    boolean records(Place place) {
        return recordCountry.equals(EVERYWHERE) || recordCountry.equalsIgnoreCase(place.country());
    }

    private static List<ClientPattern> patterns(Section section, PatternSyntax syntax) {
        List<ClientPattern> patterns = new ArrayList<>();
        section.stringTable("client_patterns")
                .forEach((pattern, type) -> patterns.add(new ClientPattern(pattern, type)));
        Section table = section.section("client_patterns");
        for (ClientPattern pattern : patterns) {
            if (!isType(pattern.type)) {
                table.problem(
                        pattern.pattern,
                        "expected a client's type of 1 to %d readable characters".formatted(LONGEST_TYPE_BYTES));
            }
        }
        try {
            ClientPatterns.compile(syntax, byPattern(patterns));
        } catch (InvalidPatternsException e) {
            String language = syntax == PatternSyntax.LUA ? "Lua's syntax" : "RE2's syntax";
            e.problems().forEach(problem -> table.problem(
                    problem.pattern(), "expected a pattern in %s: %s".formatted(language, problem.told())));
        }
        return List.copyOf(patterns);
    }

    private static SequencedMap<String, String> byPattern(List<ClientPattern> patterns) {
        SequencedMap<String, String> byPattern = new LinkedHashMap<>();
        patterns.forEach(pattern -> byPattern.put(pattern.pattern, pattern.type));
        return byPattern;
    }

    private static boolean isType(String type) {
        return !type.isBlank()
                && type.getBytes(StandardCharsets.UTF_8).length <= LONGEST_TYPE_BYTES
                && type.codePoints().noneMatch(Character::isISOControl);
    }

    private static Optional<String> country(String text) {
        String code = text.toUpperCase(Locale.ROOT);
        boolean known = code.equals(EVERYWHERE)
                || code.equals(KOSOVO)
                || Locale.getISOCountries(Locale.IsoCountryCode.PART1_ALPHA2).contains(code);
        return known ? Optional.of(code) : Optional.empty();
    }

    private static ZoneId timezone(Section section) {
        Optional<String> name = section.optionalString("timezone");
        try {
            return name.map(ZoneId::of).orElse(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            Set<String> zones = ZoneId.getAvailableZoneIds();
            section.problem(
                    "timezone",
                    "expected a time zone such as \"Europe/Berlin\"",
                    name.flatMap(written -> Nearest.to(written, zones)).orElse(null));
            return ZoneOffset.UTC;
        }
    }
}
