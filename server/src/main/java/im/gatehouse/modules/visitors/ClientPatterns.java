package im.gatehouse.modules.visitors;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Says from a resource which client a user has: the type of the first pattern that matches anywhere in it, in the order
 * in which the operator wrote them.
 *
 * <p>It does not change, takes a bounded time whatever the resource, never throws and is safe from any thread.
 */
public final class ClientPatterns {
    /** The type of a client that no pattern knows, or that has no resource. */
    public static final String UNKNOWN = "?";

    /** A resource on which so many patterns gave up is not tried on the others: somebody wants to keep us busy. */
    private static final int MOST_GIVEN_UP = 4;

    /**
     * What a resource came to.
     *
     * @param type the client's type, {@link #UNKNOWN} for none
     * @param pattern the pattern that matched, as it was written; empty when none did
     * @param gaveUp the patterns before it whose search would have taken too long and so counted as no match
     */
    public record Classified(String type, Optional<String> pattern, List<String> gaveUp) {
        public Classified {
            gaveUp = List.copyOf(gaveUp);
        }
    }

    private enum Found {
        YES,
        NO,
        GAVE_UP
    }

    @FunctionalInterface
    private interface Search {
        Found in(String resource);
    }

    private record Entry(String pattern, String type, Search search) {}

    private final List<Entry> entries;
    private final List<String> warnings;

    private ClientPatterns(List<Entry> entries, List<String> warnings) {
        this.entries = List.copyOf(entries);
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Reads an operator's patterns.
     *
     * @param typesByPattern from a pattern to its type, the pattern to be asked first being the first
     * @throws InvalidPatternsException when some cannot be used; it names them all
     */
    public static ClientPatterns compile(PatternSyntax syntax, SequencedMap<String, String> typesByPattern) {
        List<Entry> entries = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        List<InvalidPatternsException.Problem> problems = new ArrayList<>();
        typesByPattern.forEach((pattern, type) -> {
            try {
                entries.add(new Entry(pattern, type, search(syntax, pattern)));
                if (syntax == PatternSyntax.LUA) {
                    LuaPattern.suspicious(pattern).ifPresent(warnings::add);
                }
            } catch (LuaPatternException e) {
                problems.add(new InvalidPatternsException.Problem(
                        pattern, String.valueOf(e.getMessage()), OptionalInt.of(character(pattern, e.position()))));
            } catch (com.google.re2j.PatternSyntaxException e) {
                problems.add(new InvalidPatternsException.Problem(
                        pattern, String.valueOf(e.getMessage()), OptionalInt.empty()));
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidPatternsException(problems);
        }
        return new ClientPatterns(entries, warnings);
    }

    /** At which character, from 1, a byte of the UTF-8 form is. */
    private static int character(String pattern, int position) {
        byte[] bytes = pattern.getBytes(StandardCharsets.UTF_8);
        return new String(bytes, 0, position, StandardCharsets.UTF_8).length() + 1;
    }

    private static Search search(PatternSyntax syntax, String pattern) {
        return switch (syntax) {
            case LUA -> lua(LuaPattern.compile(pattern));
            case REGEX -> regex(com.google.re2j.Pattern.compile(pattern));
        };
    }

    private static Search lua(LuaPattern pattern) {
        return resource -> switch (pattern.find(resource)) {
            case LuaPattern.Match _ -> Found.YES;
            case LuaPattern.NoMatch _ -> Found.NO;
            case LuaPattern.GaveUp _ -> Found.GAVE_UP;
        };
    }

    private static Search regex(com.google.re2j.Pattern pattern) {
        return resource -> pattern.matcher(resource).find() ? Found.YES : Found.NO;
    }

    /** What the operator should know of the patterns: those that work but probably not as they were meant. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Finds a client's type.
     *
     * @param resource the resource; null or empty for none
     */
    public Classified classify(@Nullable String resource) {
        List<String> gaveUp = new ArrayList<>();
        for (Entry entry : resource == null || resource.isEmpty() ? List.<Entry>of() : entries) {
            Found found = entry.search.in(resource);
            if (found == Found.YES) {
                return new Classified(entry.type, Optional.of(entry.pattern), gaveUp);
            }
            if (found == Found.GAVE_UP) {
                gaveUp.add(entry.pattern);
            }
            if (gaveUp.size() == MOST_GIVEN_UP) {
                break;
            }
        }
        return new Classified(UNKNOWN, Optional.empty(), gaveUp);
    }
}
