package im.gatehouse.app;

import im.gatehouse.admin.cli.Cli;
import im.gatehouse.config.ConfigException;
import im.gatehouse.module.ModulePlan;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The command: {@code gatehouse start}, {@code init}, {@code check}, or an operation on a running server. */
public final class Main {
    static final String DEFAULT_CONFIG = "gatehouse.toml";

    private static final String USAGE = """
            Usage:
              gatehouse start [--config FILE]    run the server in the foreground
              gatehouse init DIR                 write a commented gatehouse.toml into a folder
              gatehouse check [--config FILE]    say what is wrong with the configuration, if anything is
              gatehouse test                     run the tests
              gatehouse CATEGORY COMMAND …       administer the running server; 'gatehouse help' lists everything
            Without --config every command takes gatehouse.toml in the current folder.
            """;

    private Main() {}

    public static void main(String[] args) {
        int status = run(args, System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        if (args.length == 0) {
            err.print(USAGE);
            return 2;
        }
        try {
            return switch (args[0]) {
                case "start" -> Foreground.run(config(args), out, err);
                case "init" -> init(args, out, err);
                case "check" -> check(config(args), out);
                case "--version", "version" -> {
                    out.println("gatehouse " + Version.current());
                    yield 0;
                }
                default -> new Cli(System.getenv(), Path.of("").toAbsolutePath()).run(args, out, err);
            };
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return 1;
        } catch (StartException e) {
            err.println("gatehouse: " + e.getMessage());
            if (System.getenv("GATEHOUSE_TRACE") != null) {
                e.printStackTrace(err);
            }
            return 1;
        }
    }

    private static Path config(String[] args) {
        @Nullable String file = null;
        for (int i = 1; i < args.length; i++) {
            if (args[i].equals("--config") && i + 1 < args.length) {
                file = args[++i];
            } else if (args[i].startsWith("--config=")) {
                file = args[i].substring("--config=".length());
            } else {
                throw new StartException("Unknown argument '%s' for command '%s'".formatted(args[i], args[0]));
            }
        }
        return Path.of(file == null ? DEFAULT_CONFIG : file).toAbsolutePath().normalize();
    }

    private static int init(String[] args, PrintStream out, PrintStream err) {
        if (args.length != 2) {
            err.println("Usage: gatehouse init DIR");
            return 1;
        }
        Path folder = Path.of(args[1]).toAbsolutePath().normalize();
        Path file = folder.resolve(DEFAULT_CONFIG);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new StartException("%s cannot be made (%s)".formatted(folder, Causes.of(e)), e);
        }
        if (Files.exists(file)) {
            throw new StartException(file + " exists already and stays as it is");
        }
        CommentedConfig.write(file);
        out.println("Wrote " + file + ". Start with: gatehouse start --config " + file);
        return 0;
    }

    private static int check(Path path, PrintStream out) {
        if (!Files.exists(path)) {
            throw new StartException("%s does not exist: 'gatehouse init DIR' writes one".formatted(path));
        }
        List<String> names = Settings.read(path).plan().entries().stream().map(ModulePlan.Entry::name).toList();
        out.println(path + " is fine. Modules: " + String.join(", ", names));
        return 0;
    }
}
