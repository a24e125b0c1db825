package im.gatehouse.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One mistake in the configuration file, told so that the operator can go straight to it.
 *
 * @param file the file as it was named
 * @param line counted from 1; 0 when the mistake has no place, such as a file that cannot be read
 * @param key the whole dotted key; empty for a mistake of syntax
 * @param expectation what is wrong, as the rest of a sentence: {@code expected …, found …} or {@code unknown key}
 * @param suggestion what was probably meant
 */
public record Problem(Path file, int line, String key, String expectation, @Nullable String suggestion) {
    /** For example {@code gatehouse.toml:14: modules.mod_blocklist.fial: unknown key; did you mean "fail"?}. */
    @Override
    public String toString() {
        return file
                + (line > 0 ? ":" + line : "")
                + ": "
                + (key.isEmpty() ? "" : key + ": ")
                + expectation
                + (suggestion == null ? "" : "; did you mean \"" + suggestion + "\"?");
    }
}
