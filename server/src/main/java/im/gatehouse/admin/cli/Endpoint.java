package im.gatehouse.admin.cli;

import im.gatehouse.admin.AdminToken;
import im.gatehouse.admin.cli.CliException.Exit;
import im.gatehouse.config.ConfigException;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.config.Problem;
import im.gatehouse.config.Section;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the server listens and what lets us in.
 *
 * @param base without a path
 * @param token empty when none was found: then the server will say so
 * @param origin where this was found, for people
 */
record Endpoint(URI base, Optional<String> token, String origin) {
    static final String URL_VARIABLE = "GATEHOUSE_URL";
    static final String TOKEN_VARIABLE = "GATEHOUSE_TOKEN";

    private static final List<String> OURS = List.of("listen.http.address", "listen.http.port", "general.data_dir");

    /**
     * Looks in the environment, then in the configuration file.
     *
     * @param config as given with {@code --config}, or null
     * @param folder the current one
     */
    static Endpoint find(Map<String, String> environment, @Nullable String config, Path folder) throws CliException {
        String url = environment.get(URL_VARIABLE);
        String token = environment.get(TOKEN_VARIABLE);
        if (url != null && token != null) {
            return new Endpoint(base(url), Optional.of(token), URL_VARIABLE);
        }
        Path file = folder.resolve(config == null ? "gatehouse.toml" : config);
        boolean there = Files.exists(file);
        if (!there && config != null) {
            throw new CliException(Exit.ERROR, "There is no " + file);
        }
        ConfigFile read = read(file, there);
        Section http = read.root().section("listen").section("http");
        String address = reachable(http.nonEmpty("address", "127.0.0.1"));
        int port = http.integer("port", 5280, 0, 65535);
        Path dataDirectory = read.root().section("general").path("data_dir", "data");
        refuseBroken(read);
        URI configured = URI.create("http://" + (address.contains(":") ? "[" + address + "]" : address) + ":" + port);
        return new Endpoint(
                url == null ? configured : base(url),
                token == null ? AdminToken.in(dataDirectory).read() : Optional.of(token),
                url != null ? URL_VARIABLE : there ? file.toString() : "no gatehouse.toml in this folder, so the usual");
    }

    /** Leaves out the token. */
    @Override
    public String toString() {
        return "Endpoint[" + base + ", " + origin + "]";
    }

    private static URI base(String url) throws CliException {
        try {
            URI uri = URI.create(url);
            boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (known && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Told as what is no address.
        }
        throw new CliException(Exit.ERROR, URL_VARIABLE + " must be such as http://127.0.0.1:5280, and is " + url);
    }

    private static ConfigFile read(Path file, boolean there) throws CliException {
        try {
            return there ? ConfigFile.read(file) : ConfigFile.parse("", file);
        } catch (ConfigException e) {
            throw new CliException(Exit.ERROR, String.valueOf(e.getMessage()));
        }
    }

    /** Mistakes elsewhere in the file are the server's business. */
    private static void refuseBroken(ConfigFile file) throws CliException {
        String problems = file.problems().stream()
                .filter(problem -> problem.key().isEmpty() || OURS.contains(problem.key()))
                .map(Problem::toString)
                .collect(Collectors.joining("\n"));
        if (!problems.isEmpty()) {
            throw new CliException(Exit.ERROR, problems);
        }
    }

    /** A server that listens everywhere is reached on this machine. */
    private static String reachable(String address) {
        return switch (address) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "[::]" -> "::1";
            default -> address;
        };
    }
}
