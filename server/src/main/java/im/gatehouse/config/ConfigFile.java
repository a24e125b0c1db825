package im.gatehouse.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;

/**
 * A configuration file (TOML) that is read piece by piece and, at the end, tells every mistake at once.
 *
 * <p>Reading never throws: it notes the mistake and goes on with the default. {@link #finish()} is called when
 * everybody has read what is theirs; it adds the keys that nobody asked for and throws if anything was wrong.
 *
 * <p>For one thread.
 */
public final class ConfigFile {
    private final Path name;
    private final Path folder;
    private final List<Problem> problems = new ArrayList<>();
    private final boolean brokenSyntax;
    private final Section root;

    private ConfigFile(String text, Path name) {
        this.name = name;
        Path parent = name.toAbsolutePath().normalize().getParent();
        this.folder = parent == null ? name.toAbsolutePath() : parent;
        TomlParseResult toml = Toml.parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
        this.brokenSyntax = toml.hasErrors();
        toml.errors().forEach(error -> add(error.position().line(), "", String.valueOf(error.getMessage()), null));
        this.root = new Section(this, List.of(), toml, 0);
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException when it cannot be read or is not UTF-8; mistakes inside wait for {@link #finish()}
     */
    public static ConfigFile read(Path path) {
        try {
            return parse(Files.readString(path), path);
        } catch (CharacterCodingException e) {
            throw unreadable(path, "expected text in UTF-8");
        } catch (IOException e) {
            throw unreadable(path, "expected a readable file (" + e + ")");
        }
    }

    /**
     * Takes a text for a file's content.
     *
     * @param name the file as it is called in problems; relative paths in the text start from its folder
     */
    public static ConfigFile parse(String text, Path name) {
        return new ConfigFile(text, name);
    }

    /** The whole file as a table. */
    public Section root() {
        return root;
    }

    /** The mistakes noted so far, sorted by line. */
    public List<Problem> problems() {
        return problems.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Problem::line).thenComparing(Problem::key))
                .toList();
    }

    /**
     * Ends the reading: a key that nobody has asked for is a mistake too.
     *
     * @throws ConfigException with every mistake, if there is one
     */
    public void finish() {
        Set<String> asked = new TreeSet<>();
        root.collectAsked(asked);
        root.reportUnknown(asked);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems());
        }
    }

    Path folder() {
        return folder;
    }

    /** After a mistake of syntax a missing key may be the one that could not be read, so it is not complained of. */
    boolean brokenSyntax() {
        return brokenSyntax;
    }

    void add(int line, String key, String expectation, @Nullable String suggestion) {
        problems.add(new Problem(name, line, key, expectation, suggestion));
    }

    private static ConfigException unreadable(Path path, String expectation) {
        return new ConfigException(List.of(new Problem(path, 0, "", expectation, null)));
    }
}
