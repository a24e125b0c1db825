package im.gatehouse.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code [storage]}: the database.
 *
 * @param url a JDBC URL of SQLite, PostgreSQL, MariaDB or MySQL; the path of an SQLite file is absolute
 * @param poolSize connections kept open at most, 1 to 1000
 */
public record StorageConfig(String url, Optional<String> user, Optional<String> password, int poolSize) {
    private static final String SQLITE = "jdbc:sqlite:";
    private static final List<String> KNOWN =
            List.of(SQLITE, "jdbc:postgresql:", "jdbc:mariadb:", "jdbc:mysql:");

    static StorageConfig read(Section section, Path dataDir) {
        return new StorageConfig(
                url(section).orElse(SQLITE + dataDir.resolve("gatehouse.sqlite")),
                section.optionalString("user"),
                section.secret("password"),
                section.integer("pool_size", 10, 1, 1000));
    }

    /** The URL may hold a password and is therefore never quoted. */
    private static Optional<String> url(Section section) {
        Optional<String> url = section.secret("url");
        if (url.isPresent() && KNOWN.stream().noneMatch(url.get()::startsWith)) {
            section.problem("url", "expected a JDBC URL that begins with " + String.join(", ", KNOWN));
            return Optional.empty();
        }
        return url.map(text -> text.startsWith(SQLITE) ? SQLITE + absolute(section, text) : text);
    }

    /** {@code :memory:} and SQLite's own {@code file:} names stay as they are. */
    private static String absolute(Section section, String url) {
        String file = url.substring(SQLITE.length());
        boolean special = file.isEmpty() || file.startsWith(":") || file.startsWith("file:");
        return special ? file : section.folder().resolve(file).toString();
    }

    /** Without the password, and without the URL's parameters, where one may hide. */
    @Override
    public String toString() {
        String harmless = url.replaceAll("//[^/]*@", "//").replaceAll("[?;].*", "");
        return "StorageConfig[url=" + harmless + ", poolSize=" + poolSize + "]";
    }
}
