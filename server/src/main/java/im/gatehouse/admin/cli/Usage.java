package im.gatehouse.admin.cli;

import im.gatehouse.admin.cli.Catalog.Argument;
import im.gatehouse.admin.cli.Catalog.Category;
import im.gatehouse.admin.cli.Catalog.Command;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is printed to who asks how it works, or has got it wrong. */
final class Usage {
    private static final int WIDTH = 100;

    private Usage() {}

    /**
     * The whole program.
     *
     * @param catalog null when the server cannot be asked
     */
    static String program(@Nullable Catalog catalog) {
        StringBuilder text = new StringBuilder("""
                Usage: gatehouse start [--config FILE]
                       gatehouse init FOLDER | check [--config FILE] | test
                       gatehouse CATEGORY COMMAND [--argument value …] [--config FILE]

                A command is sent to the running server that the configuration file names (gatehouse.toml in the current
                folder unless --config says otherwise), or to GATEHOUSE_URL with GATEHOUSE_TOKEN.

                """);
        if (catalog == null) {
            return text.append("The categories are those of the running server; start it to see them.\n")
                    .toString();
        }
        Map<String, String> lines = new LinkedHashMap<>();
        catalog.categories().forEach((name, category) -> lines.put(name, category.description()));
        text.append("Categories:\n");
        append(text, lines);
        return text.append("\nThe commands of a category: gatehouse CATEGORY\n").toString();
    }

    static String category(Category category) {
        StringBuilder text = new StringBuilder("Usage: gatehouse " + category.name() + " COMMAND [--argument value …]\n\n");
        Map<String, String> lines = new LinkedHashMap<>();
        category.commands().forEach((name, command) -> lines.put(name, command.description()));
        text.append("Commands:\n");
        append(text, lines);
        return text.append("\nThe arguments of a command: gatehouse " + category.name() + " COMMAND --help\n")
                .toString();
    }

    static String command(String category, Command command) {
        StringBuilder text = new StringBuilder("Usage: gatehouse " + category + " " + command.name());
        for (Argument argument : command.arguments().values()) {
            String written = "--" + argument.name() + (argument.shape() == Catalog.Shape.FLAG ? "" : " VALUE");
            text.append(argument.mandatory() ? " " + written : " [" + written + "]");
        }
        text.append("\n\n").append(command.description()).append('\n');
        if (command.arguments().isEmpty()) {
            return text.toString();
        }
        Map<String, String> lines = new LinkedHashMap<>();
        for (Argument argument : command.arguments().values()) {
            lines.put("--" + argument.name() + " " + argument.type(), explained(argument));
        }
        text.append("\nArguments:\n");
        append(text, lines);
        return text.append("""

                A type with an exclamation mark is mandatory. A list is given as JSON, or by repeating the argument; an
                object is given as JSON. A value that begins with -- is written --argument=--value.
                """).toString();
    }

    private static String explained(Argument argument) {
        String text = argument.description();
        if (!argument.words().isEmpty()) {
            text += (text.isEmpty() ? "" : " ") + "(" + String.join(", ", argument.words()) + ")";
        }
        return argument.fallback() == null ? text : text + " (" + argument.fallback() + " unless given)";
    }

    private static void append(StringBuilder text, Map<String, String> lines) {
        int column = lines.keySet().stream().mapToInt(String::length).max().orElse(0) + 4;
        lines.forEach((name, description) -> {
            text.append("  ").append(name).append(" ".repeat(column - name.length() - 2));
            int used = column;
            boolean first = true;
            for (String word : description.split(" ")) {
                if (!first && used + 1 + word.length() > WIDTH) {
                    text.append('\n').append(" ".repeat(column));
                    used = column;
                    first = true;
                }
                text.append(first ? "" : " ").append(word);
                used += word.length() + (first ? 0 : 1);
                first = false;
            }
            text.append('\n');
        });
    }
}
