import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is known about some of the tests, each with its reason: a file of lines {@code NAME: reason}, where the name is
 * a class or a {@code Class.method}, which goes for every connection, or one of these behind {@code CONNECTION/}.
 */
record Reasons(Path file, String connection, Map<String, String> all) {
    static Reasons read(Path file, String connection) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return new Reasons(file, connection, lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split(":\\s+", 2))
                    .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1])));
        }
    }

    /** The reason for a class or a {@code Class.method}. */
    Optional<String> of(String name) {
        return Stream.of(connection + "/" + name, name)
                .flatMap(key -> Optional.ofNullable(all.get(key)).stream())
                .findFirst();
    }

    /** The reason for a method, which may be that of its class. */
    Optional<String> of(Class<?> test, String method) {
        return of(test.getSimpleName() + "." + method).or(() -> of(test.getSimpleName()));
    }

    /** The names that mean this connection, without it. */
    Stream<String> names() {
        return all.keySet().stream()
                .filter(name -> !name.contains("/") || name.startsWith(connection + "/"))
                .map(Reasons::withoutConnection);
    }

    /** The names, for whichever connection, that are of no test. */
    Stream<String> unknown(Collection<String> connections, Predicate<String> isTest) {
        return all.keySet().stream()
                .filter(name -> !isTest.test(withoutConnection(name))
                        || name.contains("/") && !connections.contains(name.substring(0, name.indexOf('/'))))
                .map(name -> name + " in " + file.getFileName());
    }

    private static String withoutConnection(String name) {
        return name.substring(name.indexOf('/') + 1);
    }
}
