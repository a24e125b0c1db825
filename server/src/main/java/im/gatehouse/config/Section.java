package im.gatehouse.config;

import im.gatehouse.jid.Jid;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/**
 * One table of the configuration file. Every getter answers something usable: a value that is missing or wrong becomes
 * the default, and a wrong one is noted as a {@link Problem} that names the place.
 *
 * <p>Plain getters take a default; {@code optional…} answer empty without the key; {@code required…} note a problem
 * without it. A table that is not in the file reads like an empty one. To ask for a key is to know it: what nobody
 * asked for is reported by {@link ConfigFile#finish()}.
 *
 * <p>For one thread.
 */
public final class Section {
    private static final int LONGEST_QUOTE = 60;

    private record Found(String key, Object value, int line) {}

    private final ConfigFile file;
    private final List<String> path;
    private final @Nullable TomlTable table;
    private final int line;
    private final Set<String> asked = new TreeSet<>();
    private final Map<String, List<String>> aliases = new HashMap<>();
    private final Map<String, Section> children = new LinkedHashMap<>();
    private final Map<String, List<Section>> arrays = new LinkedHashMap<>();
    private boolean skipped;

    Section(ConfigFile file, List<String> path, @Nullable TomlTable table, int line) {
        this.file = file;
        this.path = path;
        this.table = table;
        this.line = line;
    }

    // ---- the table itself ----

    /** The whole dotted name, such as {@code modules.mod_blocklist}; empty for the file itself. */
    public String name() {
        return path.isEmpty() ? "" : Toml.joinKeyPath(path);
    }

    /** Where the table begins, counted from 1; 0 when it is not in the file. */
    public int line() {
        return line;
    }

    /** Whether the table is in the file, be it empty. */
    public boolean present() {
        return table != null;
    }

    /** Whether a key (or an alias of it) is there, be its value right or wrong. */
    public boolean has(String key) {
        return find(key) != null;
    }

    /** Whether a key holds a list without elements. */
    public boolean hasEmptyList(String key) {
        Found found = find(key);
        return found != null && found.value instanceof TomlArray array && array.isEmpty();
    }

    /** The folder of the configuration file, from which relative paths start. */
    public Path folder() {
        return file.folder();
    }

    /**
     * Accepts other names for a key, such as those of another server. To give a key under two names is a problem.
     *
     * @return this
     */
    public Section aliased(String key, String... others) {
        aliases.put(key, List.of(others));
        return this;
    }

    /** Leaves the table alone: its keys are not unknown, though nobody asks for them. */
    public void skip() {
        skipped = true;
    }

    /** Notes that the table itself should not be there, and which name was probably meant. */
    public void unknownName(Collection<String> known) {
        skip();
        String last = path.getLast();
        file.add(line, name(), "unknown key", Nearest.to(last, known).orElse(null));
    }

    /**
     * Notes a problem that the reader has found.
     *
     * @param expectation the rest of a sentence that begins with the key, such as {@code expected a month}
     */
    public void problem(String key, String expectation) {
        problem(key, expectation, null);
    }

    /** Notes a problem and what was probably meant; see {@link #problem(String, String)}. */
    public void problem(String key, String expectation, @Nullable String suggestion) {
        Found found = find(key);
        file.add(found == null ? line : found.line, full(found == null ? key : found.key), expectation, suggestion);
    }

    // ---- single values ----

    public String string(String key, String otherwise) {
        return optionalString(key).orElse(otherwise);
    }

    public Optional<String> optionalString(String key) {
        return typed(key, String.class, "a string");
    }

    /** A string of at least one character. */
    public String nonEmpty(String key, String otherwise) {
        return parsed(key, "a string that is not empty", Section::notEmpty).orElse(otherwise);
    }

    /** A string of at least one character; empty when it is missing, which is noted. */
    public String requiredString(String key) {
        return required(key, "a string", parsed(key, "a string that is not empty", Section::notEmpty), "");
    }

    /** A string that no problem ever quotes, such as a password. */
    public Optional<String> secret(String key) {
        Found found = find(key);
        if (found == null || found.value instanceof String) {
            return Optional.ofNullable(found).map(f -> (String) f.value);
        }
        file.add(found.line, full(found.key), "expected a string", null);
        return Optional.empty();
    }

    public boolean bool(String key, boolean otherwise) {
        return typed(key, Boolean.class, "true or false").orElse(otherwise);
    }

    /** A whole number within bounds, both allowed. */
    public int integer(String key, int otherwise, int min, int max) {
        return optionalInteger(key, min, max).orElse(otherwise);
    }

    /** A whole number within bounds, both allowed. */
    public OptionalInt optionalInteger(String key, int min, int max) {
        Optional<Long> value = whole(key, min, max, max == Integer.MAX_VALUE);
        return value.isEmpty() ? OptionalInt.empty() : OptionalInt.of(value.get().intValue());
    }

    /** A whole number within bounds, both allowed. */
    public long longInteger(String key, long otherwise, long min, long max) {
        return whole(key, min, max, max == Long.MAX_VALUE).orElse(otherwise);
    }

    /** A number within bounds, both allowed; a whole one is a number too. Never NaN. */
    public double number(String key, double otherwise, double min, double max) {
        Found found = find(key);
        if (found == null) {
            return otherwise;
        }
        if (found.value instanceof Number number && number.doubleValue() >= min && number.doubleValue() <= max) {
            return number.doubleValue();
        }
        wrong(found, "a number " + range(plain(min), plain(max), max >= Double.MAX_VALUE));
        return otherwise;
    }

    /** A length of time such as {@code "500ms"}, {@code "90s"}, {@code "1h 30m"} or {@code "7d"}, within bounds. */
    public Duration duration(String key, Duration otherwise, Duration min, Duration max) {
        String expectation = "a length of time from " + Durations.print(min) + " to " + Durations.print(max)
                + ", such as \"" + Durations.print(otherwise) + "\"";
        return parsed(key, expectation, text -> Optional.of(Durations.parse(text))
                        .filter(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0))
                .orElse(otherwise);
    }

    /** A path; a relative one starts from the folder of the configuration file. The file need not exist. */
    public Path path(String key, String otherwise) {
        return optionalPath(key).orElseGet(() -> folder().resolve(otherwise));
    }

    /** See {@link #path(String, String)}. */
    public Optional<Path> optionalPath(String key) {
        return parsed(key, "a path", this::resolve);
    }

    /** See {@link #path(String, String)}; the file's folder when it is missing, which is noted. */
    public Path requiredPath(String key) {
        return required(key, "a path", optionalPath(key), folder());
    }

    /** One word of an enum, whose constants are written in lower case: {@code RUNNING_MONTH} as running_month. */
    public <E extends Enum<E>> E oneOf(String key, E otherwise) {
        E[] constants = otherwise.getDeclaringClass().getEnumConstants();
        List<String> words = Arrays.stream(constants).map(Section::word).toList();
        String chosen = oneOf(key, word(otherwise), words);
        return constants[words.indexOf(chosen)];
    }

    /** One word of a few. */
    public String oneOf(String key, String otherwise, List<String> words) {
        Found found = find(key);
        if (found == null) {
            return otherwise;
        }
        return word(found.key, found.value, found.line, words).orElse(otherwise);
    }

    /** A JID of any form. */
    public Optional<Jid> optionalJid(String key) {
        return parsed(key, "a JID", text -> Optional.of(Jid.parse(text)));
    }

    /**
     * A string of a form of its own.
     *
     * @param expectation what a right value is, as in {@code expected …}
     * @param parser answers the value, or empty or an {@link IllegalArgumentException} for a wrong string; the
     *     exception's message is added to the problem
     */
    public <T> Optional<T> parsed(String key, String expectation, Function<String, Optional<T>> parser) {
        Found found = find(key);
        return found == null
                ? Optional.empty()
                : parse(found.key, found.value, found.line, expectation, parser);
    }

    // ---- many values ----

    /** A list of strings, each at most once. */
    public List<String> strings(String key, List<String> otherwise) {
        return list(key, otherwise, "a string", Optional::of);
    }

    /** A list of words, each of a few and each at most once. */
    public List<String> wordsOf(String key, List<String> otherwise, List<String> words) {
        return elements(key, otherwise, (name, value, at) -> word(name, value, at, words));
    }

    /** A list of JIDs of any form. */
    public List<Jid> jids(String key) {
        return list(key, List.of(), "a JID", text -> Optional.of(Jid.parse(text)));
    }

    /**
     * A list of strings of a form of their own, each at most once. A wrong element is noted and left out.
     *
     * @param expectation what a right element is, as in {@code expected …}
     * @param parser as in {@link #parsed}
     */
    public <T> List<T> list(
            String key, List<T> otherwise, String expectation, Function<String, Optional<T>> parser) {
        return elements(key, otherwise, (name, value, at) -> parse(name, value, at, expectation, parser));
    }

    /** A table of strings in the order of the file; keys may hold any characters. */
    public SequencedMap<String, String> stringTable(String key) {
        SequencedMap<String, String> strings = new LinkedHashMap<>();
        Section section = section(key);
        for (String name : section.keys()) {
            section.optionalString(name).ifPresent(value -> strings.put(name, value));
        }
        return Collections.unmodifiableSequencedMap(strings);
    }

    // ---- tables ----

    /** A table in this one; empty when it is not in the file. The same object each time. */
    public Section section(String key) {
        return children.computeIfAbsent(key, _ -> child(key));
    }

    /** The tables of an array of tables, such as {@code [[listen.c2s]]}, in the order of the file. */
    public List<Section> sections(String key) {
        return arrays.computeIfAbsent(key, _ -> tablesOfArray(key));
    }

    /** All tables in the table of this name, by their own names, in the order of the file. */
    public SequencedMap<String, Section> tables(String key) {
        SequencedMap<String, Section> tables = new LinkedHashMap<>();
        Section section = section(key);
        for (String name : section.keys()) {
            Section child = section.section(name);
            if (child.present()) {
                tables.put(name, child);
            }
        }
        return Collections.unmodifiableSequencedMap(tables);
    }

    // ---- the end of reading ----

    /** Adds the whole names of all keys that were asked for, here and below. */
    void collectAsked(Set<String> names) {
        asked.forEach(key -> names.add(full(key)));
        children.values().forEach(child -> child.collectAsked(names));
        arrays.values().forEach(array -> array.forEach(element -> element.collectAsked(names)));
    }

    /** Notes the keys that nobody asked for, here and below. */
    void reportUnknown(Set<String> askedAnywhere) {
        if (skipped) {
            return;
        }
        for (String key : keys()) {
            if (!asked.contains(key)) {
                String meant = Nearest.to(key, asked).or(() -> elsewhere(key, askedAnywhere)).orElse(null);
                file.add(lineOf(key), full(key), "unknown key", meant);
            }
        }
        children.values().forEach(child -> child.reportUnknown(askedAnywhere));
        arrays.values().forEach(array -> array.forEach(element -> element.reportUnknown(askedAnywhere)));
    }

    /** A key in the wrong table, which in TOML is as easily written as a wrong key. */
    private static Optional<String> elsewhere(String key, Set<String> askedAnywhere) {
        return askedAnywhere.stream().filter(name -> name.endsWith("." + key)).findFirst();
    }

    // ---- how it is done ----

    private Section child(String key) {
        Found found = find(key);
        if (found != null && found.value instanceof TomlTable inner) {
            return new Section(file, below(found.key), inner, found.line);
        }
        if (found != null) {
            wrong(found, "a table, written [" + full(found.key) + "] and only once");
        }
        return new Section(file, below(key), null, line);
    }

    private List<Section> tablesOfArray(String key) {
        Found found = find(key);
        if (found == null) {
            return List.of();
        }
        if (!(found.value instanceof TomlArray array)) {
            wrong(found, "an array of tables, written [[" + full(found.key) + "]]");
            if (found.value instanceof TomlTable) {
                section(found.key).skip();
            }
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            int at = array.inputPositionOf(i).line();
            if (array.get(i) instanceof TomlTable element) {
                sections.add(new Section(file, below(found.key), element, at));
            } else {
                file.add(at, full(found.key), expected("a table", array.get(i)), null);
            }
        }
        return List.copyOf(sections);
    }

    private List<String> keys() {
        return table == null ? List.of() : List.copyOf(table.keySet());
    }

    private @Nullable Found find(String key) {
        Found found = null;
        for (String name : names(key)) {
            asked.add(name);
            Object value = table == null ? null : table.get(List.of(name));
            if (value != null && found != null) {
                file.add(lineOf(name), full(name), "expected only one of this and " + full(found.key), null);
            } else if (value != null) {
                found = new Found(name, value, lineOf(name));
            }
        }
        return found;
    }

    private List<String> names(String key) {
        List<String> names = new ArrayList<>();
        names.add(key);
        names.addAll(aliases.getOrDefault(key, List.of()));
        return names;
    }

    private int lineOf(String key) {
        var position = table == null ? null : table.inputPositionOf(List.of(key));
        return position == null ? line : position.line();
    }

    private List<String> below(String key) {
        List<String> longer = new ArrayList<>(path);
        longer.add(key);
        return List.copyOf(longer);
    }

    private String full(String key) {
        return Toml.joinKeyPath(below(key));
    }

    private <T> Optional<T> typed(String key, Class<T> type, String expectation) {
        Found found = find(key);
        if (found == null || type.isInstance(found.value)) {
            return Optional.ofNullable(found).map(f -> type.cast(f.value));
        }
        wrong(found, expectation);
        return Optional.empty();
    }

    private Optional<Long> whole(String key, long min, long max, boolean open) {
        Found found = find(key);
        if (found == null) {
            return Optional.empty();
        }
        if (found.value instanceof Long number && number >= min && number <= max) {
            return Optional.of(number);
        }
        wrong(found, "a whole number " + range(Long.toString(min), Long.toString(max), open));
        return Optional.empty();
    }

    private <T> T required(String key, String expectation, Optional<T> value, T otherwise) {
        if (value.isEmpty() && !has(key) && !file.brokenSyntax()) {
            problem(key, "expected " + expectation + ", found nothing");
        }
        return value.orElse(otherwise);
    }

    private <T> Optional<T> parse(
            String key, Object value, int at, String expectation, Function<String, Optional<T>> parser) {
        String reason = "";
        if (value instanceof String text) {
            try {
                Optional<T> parsed = parser.apply(text);
                if (parsed.isPresent()) {
                    return parsed;
                }
            } catch (IllegalArgumentException e) {
                reason = e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
            }
        }
        file.add(at, full(key), expected(expectation, value) + reason, null);
        return Optional.empty();
    }

    private Optional<String> word(String key, Object value, int at, List<String> words) {
        if (value instanceof String text && words.contains(text)) {
            return Optional.of(text);
        }
        String quoted = String.join(", ", words.stream().map(Section::quote).toList());
        String expectation = words.size() == 1 ? quoted : "one of " + quoted;
        String meant = value instanceof String text ? Nearest.to(text, words).orElse(null) : null;
        file.add(at, full(key), expected(expectation, value), meant);
        return Optional.empty();
    }

    private interface ElementReader<T> {
        Optional<T> read(String key, Object value, int line);
    }

    private <T> List<T> elements(String key, List<T> otherwise, ElementReader<T> reader) {
        Found found = find(key);
        if (found == null) {
            return otherwise;
        }
        if (!(found.value instanceof TomlArray array)) {
            wrong(found, "a list, written [ … ]");
            return otherwise;
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            int at = array.inputPositionOf(i).line();
            Optional<T> value = reader.read(found.key, array.get(i), at);
            if (value.isPresent() && values.contains(value.get())) {
                String again = quote(array.get(i)) + " again";
                file.add(at, full(found.key), "expected each value once, found " + again, null);
            } else {
                value.ifPresent(values::add);
            }
        }
        return List.copyOf(values);
    }

    private Optional<Path> resolve(String text) {
        try {
            return notEmpty(text).map(folder()::resolve).map(Path::normalize);
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    private void wrong(Found found, String expectation) {
        file.add(found.line, full(found.key), expected(expectation, found.value), null);
    }

    private static String expected(String expectation, Object value) {
        return "expected " + expectation + ", found " + quote(value);
    }

    private static Optional<String> notEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String range(String min, String max, boolean open) {
        return open ? "of at least " + min : "from " + min + " to " + max;
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }

    private static String quote(Object value) {
        return switch (value) {
            case String text when text.length() > LONGEST_QUOTE ->
                    "\"" + Toml.tomlEscape(text.substring(0, LONGEST_QUOTE)) + "…\"";
            case String text -> "\"" + Toml.tomlEscape(text) + "\"";
            case TomlArray _ -> "a list";
            case TomlTable _ -> "a table";
            default -> value.toString();
        };
    }
}
