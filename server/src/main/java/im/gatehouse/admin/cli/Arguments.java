package im.gatehouse.admin.cli;

import im.gatehouse.admin.cli.Catalog.Argument;
import im.gatehouse.admin.cli.Catalog.Command;
import im.gatehouse.admin.cli.CliException.Exit;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the words behind a command into the values of its arguments, in the order in which they stand. */
final class Arguments {
    private final Command command;
    private final List<String> words;
    private final Path folder;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
    private int at;

    /**
     * @param folder from which relative paths start
     */
    Arguments(Command command, List<String> words, Path folder) {
        this.command = command;
        this.words = words;
        this.folder = folder;
    }

    /** The values by name, typed as the schema has them. */
    Map<String, @Nullable Object> parse() throws CliException {
        while (at < words.size()) {
            parseOne(words.get(at++));
        }
        String missing = command.arguments().values().stream()
                .filter(argument -> argument.mandatory() && !values.containsKey(argument.name()))
                .map(argument -> "'" + argument.name() + "'")
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw error("Missing mandatory arguments for command '" + command.name() + "': " + missing);
        }
        return values;
    }

    private void parseOne(String word) throws CliException {
        if (!word.startsWith("--") || word.length() == 2) {
            throw error("Could not parse the command arguments: '" + word + "' is no --argument");
        }
        int equals = word.indexOf('=');
        String name = word.substring(2, equals < 0 ? word.length() : equals);
        Argument argument = command.arguments().get(name);
        if (argument == null) {
            throw error("Unknown argument '" + name + "' for command '" + command.name() + "'");
        }
        if (values.containsKey(name) && argument.shape() != Catalog.Shape.LIST) {
            throw error("Argument '" + name + "' is given twice for command '" + command.name() + "'");
        }
        put(argument, equals < 0 ? next(argument) : word.substring(equals + 1));
    }

    /** The word that belongs to an argument. A flag needs none. */
    private String next(Argument argument) throws CliException {
        boolean last = at == words.size();
        if (argument.shape() == Catalog.Shape.FLAG && (last || words.get(at).startsWith("--"))) {
            return "true";
        }
        if (last || isArgument(words.get(at))) {
            throw error("Could not parse the command arguments: '--" + argument.name() + "' needs a value");
        }
        return words.get(at++);
    }

    private boolean isArgument(String word) {
        int equals = word.indexOf('=');
        return word.startsWith("--")
                && command.arguments().containsKey(word.substring(2, equals < 0 ? word.length() : equals));
    }

    private void put(Argument argument, String text) throws CliException {
        Object value;
        try {
            value = value(argument, text);
        } catch (IllegalArgumentException e) {
            throw error("Invalid value '" + text + "' of argument '" + argument.name() + "' for command '"
                    + command.name() + "'");
        }
        if (argument.shape() == Catalog.Shape.LIST && values.get(argument.name()) instanceof List<?> before) {
            List<@Nullable Object> both = new ArrayList<>(before);
            both.addAll((List<?>) value);
            values.put(argument.name(), both);
        } else {
            values.put(argument.name(), value);
        }
    }

    private Object value(Argument argument, String text) {
        return switch (argument.shape()) {
            case TEXT -> argument.is("path") ? folder.resolve(text).toAbsolutePath().normalize().toString() : text;
            case WHOLE_NUMBER -> new BigInteger(text);
            case NUMBER -> new BigDecimal(text);
            case FLAG -> truth(text);
            case WORD -> word(argument, text);
            case LIST -> list(argument, text);
            case OBJECT -> {
                if (!(Json.read(text) instanceof Map<?, ?> object)) {
                    throw new IllegalArgumentException("no object");
                }
                yield object;
            }
        };
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static String word(Argument argument, String text) {
        return argument.words().stream()
                .filter(word -> word.equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such word"));
    }

    /** A list in JSON, or one element of it; then the argument may be repeated. */
    private static List<?> list(Argument argument, String text) {
        if (text.startsWith("[")) {
            if (Json.read(text) instanceof List<?> list) {
                return list;
            }
            throw new IllegalArgumentException("no list");
        }
        return List.of(switch (argument.named()) {
            case "Int", "PosInt", "NonNegInt", "Long", "SafeInt" -> new BigInteger(text);
            default -> argument.words().isEmpty() ? text : word(argument, text);
        });
    }

    private static CliException error(String message) {
        return new CliException(Exit.ERROR, message);
    }
}
