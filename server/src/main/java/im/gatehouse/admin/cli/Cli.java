package im.gatehouse.admin.cli;

import im.gatehouse.admin.cli.Catalog.Category;
import im.gatehouse.admin.cli.Catalog.Command;
import im.gatehouse.admin.cli.CliException.Exit;
import im.gatehouse.config.Nearest;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Administers a running server: {@code gatehouse CATEGORY COMMAND --argument value …}. Which categories, commands and
 * arguments there are, it asks the server, so the command line and GraphQL never differ.
 *
 * <p>Standard output carries the answer and nothing else, also when the answer holds errors; or the help that was asked
 * for. Everything else goes to standard error.
 */
public final class Cli {
    private static final String CONFIG = "--config";

    private final Map<String, String> environment;
    private final Path folder;

    /**
     * @param environment the variables of the process, of which {@code GATEHOUSE_URL} and {@code GATEHOUSE_TOKEN} count
     * @param folder the current one
     */
    public Cli(Map<String, String> environment, Path folder) {
        this.environment = Map.copyOf(environment);
        this.folder = folder;
    }

    /**
     * Does what the words say.
     *
     * @return how the process ends: 0 well, or help was asked for; 1 an error; 2 no words at all; 3 the server cannot
     *     be reached
     */
    public int run(String[] args, PrintStream out, PrintStream err) {
        try {
            return new Run(out, err).run(new ArrayList<>(List.of(args)));
        } catch (CliException e) {
            err.println(e.getMessage());
            return e.exit().code();
        }
    }

    private final class Run {
        private final PrintStream out;
        private final PrintStream err;

        Run(PrintStream out, PrintStream err) {
            this.out = out;
            this.err = err;
        }

        int run(List<String> words) throws CliException {
            Endpoint endpoint = Endpoint.find(environment, takeConfig(words), folder);
            Wire wire = new Wire(endpoint);
            boolean help = takeHelp(words);
            if (words.isEmpty()) {
                (help ? out : err).print(Usage.program(catalogIfRunning(wire)));
                return help ? 0 : Exit.NO_ARGUMENTS.code();
            }
            Wire.Reply schema = wire.ask(Catalog.QUERY);
            Optional<Catalog> catalog = Catalog.of(schema.answer());
            return catalog.isPresent()
                    ? run(wire, catalog.get(), words, help)
                    : refused(schema, endpoint);
        }

        private int run(Wire wire, Catalog catalog, List<String> words, boolean help) throws CliException {
            Category category = catalog.categories().get(words.getFirst());
            if (category == null) {
                return wrong(
                        unknown("category", words.getFirst(), catalog.categories().keySet()), Usage.program(catalog));
            }
            if (words.size() == 1) {
                out.print(Usage.category(category));
                return 0;
            }
            Command command = category.commands().get(words.get(1));
            if (command == null) {
                return wrong(
                        unknown("command", words.get(1), category.commands().keySet()), Usage.category(category));
            }
            if (help) {
                out.print(Usage.command(category.name(), command));
                return 0;
            }
            return run(wire, category, command, words.subList(2, words.size()));
        }

        private int run(Wire wire, Category category, Command command, List<String> words) throws CliException {
            Map<String, @Nullable Object> values;
            try {
                values = new Arguments(command, words, folder).parse();
            } catch (CliException e) {
                return wrong(String.valueOf(e.getMessage()), Usage.command(category.name(), command));
            }
            Wire.Reply reply = wire.command(document(category, command, values.keySet()), values, err::println);
            boolean raw = values.keySet().stream()
                    .anyMatch(name -> command.arguments().get(name).is("rawText"));
            print(reply.answer(), raw ? text(reply.answer(), category.name(), command.name()) : null);
            return reply.answer().containsKey("errors") ? Exit.ERROR.code() : 0;
        }

        private void print(Map<?, ?> answer, @Nullable String rawText) {
            if (rawText == null) {
                out.println(Json.indented(answer));
            } else {
                out.print(rawText.endsWith("\n") ? rawText : rawText + "\n");
            }
            out.flush();
        }

        private int refused(Wire.Reply reply, Endpoint endpoint) {
            print(reply.answer(), null);
            if (reply.status() == 401) {
                err.println(endpoint.token().isEmpty()
                        ? "No token was found: give the configuration file of the server, or " + Endpoint.TOKEN_VARIABLE
                        : "The token is not that of the server at " + endpoint.base());
            }
            return Exit.ERROR.code();
        }

        private int wrong(String message, String usage) {
            err.println(message);
            err.println();
            err.print(usage);
            return Exit.ERROR.code();
        }
    }

    /** Takes {@code --config FILE} out, wherever it stands. */
    private static @Nullable String takeConfig(List<String> words) throws CliException {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).startsWith(CONFIG + "=")) {
                return words.remove(i).substring(CONFIG.length() + 1);
            }
            if (words.get(i).equals(CONFIG)) {
                words.remove(i);
                if (i == words.size()) {
                    throw new CliException(Exit.ERROR, CONFIG + " needs a file");
                }
                return words.remove(i);
            }
        }
        return null;
    }

    private static boolean takeHelp(List<String> words) {
        boolean help = words.remove("--help");
        if (!words.isEmpty() && List.of("help", "-h").contains(words.getFirst())) {
            words.removeFirst();
            help = true;
        }
        return help;
    }

    /** What there is to choose from, if somebody can be asked. */
    private static @Nullable Catalog catalogIfRunning(Wire wire) {
        try {
            return Catalog.of(wire.ask(Catalog.QUERY).answer()).orElse(null);
        } catch (CliException e) {
            return null;
        }
    }

    private static String unknown(String what, String written, Collection<String> known) {
        return "Unknown " + what + " '" + written + "'"
                + Nearest.to(written, known).map(meant -> "; did you mean '" + meant + "'?").orElse("");
    }

    /** The request: values go as variables, never into the text. */
    private static String document(Category category, Command command, Collection<String> given) {
        String declared = given.stream()
                .map(name -> "$" + name + ": " + command.arguments().get(name).type())
                .collect(Collectors.joining(", "));
        String used = given.stream().map(name -> name + ": $" + name).collect(Collectors.joining(", "));
        return command.operation() + (given.isEmpty() ? "" : " (" + declared + ")") + " { " + category.name() + " { "
                + command.name() + (given.isEmpty() ? "" : "(" + used + ")") + command.selection() + " } }";
    }

    /** The answer itself, or of an object the field {@code text}. */
    private static @Nullable String text(Map<?, ?> answer, String category, String command) {
        return !answer.containsKey("errors")
                        && answer.get("data") instanceof Map<?, ?> data
                        && data.get(category) instanceof Map<?, ?> inner
                        && (inner.get(command) instanceof Map<?, ?> object ? object.get("text") : inner.get(command))
                                instanceof String text
                ? text
                : null;
    }
}
