package im.gatehouse.app;

import im.gatehouse.admin.AdminServer;
import im.gatehouse.admin.AdminToken;
import im.gatehouse.admin.cli.Cli;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The real command line of a {@link RunningServer}, in this process; it speaks to the server over HTTP. */
record CommandLine(Cli cli) {
    /** What a command printed, and how it ended. */
    record Outcome(int exit, String out, String err) {
        /** What was printed, which must be JSON. */
        JsonNode json() {
            return AdminServer.JSON.readTree(out);
        }

        /** The code of the first error, or nothing. */
        String code() {
            return json().path("errors").path(0).path("extensions").path("code").asString("");
        }

        String message() {
            return json().path("errors").path(0).path("message").asString("");
        }

        /** The answer of a command of that category. */
        JsonNode answer(String category, String command) {
            return json().path("data").path(category).path(command);
        }
    }

    /** With the server's token; files are found in the folder of its configuration. */
    static CommandLine of(RunningServer running) {
        Path folder = running.config().resolveSibling("");
        String token = AdminToken.in(folder.resolve("data")).read().orElseThrow();
        return new CommandLine(new Cli(
                Map.of("GATEHOUSE_URL", running.server().httpUrl(), "GATEHOUSE_TOKEN", token), folder));
    }

    Outcome run(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = cli.run(
                words,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
