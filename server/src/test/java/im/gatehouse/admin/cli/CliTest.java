package im.gatehouse.admin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.AdminServer;
import im.gatehouse.admin.Probe;
import im.gatehouse.jid.Jid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CliTest {
    private record Outcome(int exit, String out, String err) {}

    private final Probe probe = new Probe();

    @TempDir
    Path folder;

    private AdminServer server;
    private @Nullable Socket unused;

    @BeforeEach
    void open() throws IOException {
        server = new AdminServer(Files.createDirectory(folder.resolve("data")), probe.operations());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        if (unused != null) {
            unused.close();
        }
    }

    // ---- answers ----

    @Test
    void theAnswerIsPrintedAsIndentedJsonAndNothingElse() {
        Outcome outcome = run("probe", "addUser", "--user", "alice@a.example", "--reason", "Spam and more");
        assertEquals(
                """
                {
                  "data" : {
                    "probe" : {
                      "addUser" : true
                    }
                  }
                }
                """,
                outcome.out());
        assertEquals("", outcome.err());
        assertEquals(0, outcome.exit());
        assertEquals(List.of("addUser{reason=Spam and more, user=alice@a.example}"), probe.calls);
    }

    @Test
    void anAnswerWithErrorsIsPrintedTooAndExitsWith1() {
        Outcome outcome = run("probe", "refuse", "--user", "ghost@a.example");
        assertEquals(
                """
                {
                  "errors" : [
                    {
                      "message" : "User does not exist",
                      "path" : [
                        "probe",
                        "refuse"
                      ],
                      "extensions" : {
                        "code" : "user_not_found",
                        "user" : "ghost@a.example"
                      }
                    }
                  ],
                  "data" : {
                    "probe" : {
                      "refuse" : null
                    }
                  }
                }
                """,
                outcome.out());
        assertEquals(1, outcome.exit());
    }

    @Test
    void listsAndNullsAreShown() {
        assertEquals(
                """
                {
                  "data" : {
                    "probe" : {
                      "listBlockedUsers" : [
                        {
                          "jid" : "alice@a.example",
                          "reason" : null
                        }
                      ]
                    }
                  }
                }
                """,
                run("probe", "listBlockedUsers", "--domain", "a.example", "--limit", "1", "--index=0").out());
    }

    @Test
    void everythingOfAnObjectIsAskedForButNoObjectWithinItself() {
        String out = run("probe", "nested").out();
        assertTrue(out.contains("\"inner\" : {"), out);
        assertTrue(out.contains("\"values\" : ["), out);
        assertFalse(out.contains("outer"), out);
        assertTrue(run("probe", "either").out().contains("\"two\" : 2"));
    }

    @Test
    void aValueThatTheServerDoesNotAllowIsItsAnswerAndExitsWith1() {
        for (Outcome outcome : List.of(
                run("probe", "addUser", "--user", "alice@a.example", "--reason", ""),
                run("probe", "listBlockedUsers", "--domain", "a.example", "--limit", "0"))) {
            assertEquals(1, outcome.exit());
            assertTrue(outcome.out().contains("\"code\" : \"input_coercion\""), outcome.out());
        }
        assertEquals(List.of(), probe.calls);
    }

    @Test
    void theProgressOfLongWorkIsShownOnStandardError() {
        Outcome outcome = run("probe", "work", "--steps", "2");
        assertEquals("step 1\nstep 2\n", outcome.err());
        assertTrue(outcome.out().contains("\"work\" : 2"));
    }

    @Test
    void aReportThatIsTextIsPrintedAsItIs() {
        assertEquals("return {\n};\n", run("probe", "report", "--domain", "a.example", "--format", "lua").out());
        assertTrue(run("probe", "report", "--domain", "a.example").out().contains("\"report\" : \"{}\""));
    }

    @Test
    void valuesAreSentWithTheirTypes() {
        Outcome outcome = run(
                "probe", "echo", "--text", "a \"quoted\" $text }", "--number", "7", "--flag", "--colour", "green",
                "--jids", "alice@a.example", "--jids", "bob@b.example", "--numbers", "[1, 2]", "--shape",
                "{\"corners\": 3, \"label\": null}", "--big", "9007199254740993");
        assertEquals(0, outcome.exit(), outcome.toString());
        assertEquals(
                List.of("echo{big=9007199254740993, colour=GREEN, flag=true, jids=[alice@a.example, bob@b.example],"
                        + " number=7, numbers=[1, 2], shape={corners=3, label=null}, text=a \"quoted\" $text }}"),
                probe.calls);
    }

    @Test
    void aFlagMayStandAloneOrSayWhatItIs() {
        run("probe", "echo", "--flag", "--number", "1");
        run("probe", "echo", "--flag", "false");
        run("probe", "echo", "--flag");
        assertEquals(List.of("echo{flag=true, number=1}", "echo{flag=false}", "echo{flag=true}"), probe.calls);
    }

    @Test
    void aValueMayBeginWithHyphensAndBeEmpty() {
        run("probe", "echo", "--text", "--what");
        run("probe", "echo", "--text=--flag");
        run("probe", "echo", "--text=", "--number", "-5");
        assertEquals(List.of("echo{text=--what}", "echo{text=--flag}", "echo{number=-5, text=}"), probe.calls);
    }

    @Test
    void theNameOfAFileIsTakenFromTheCurrentFolder() {
        String out = run("probe", "whereIs", "--file", "users.csv").out();
        assertTrue(out.contains(folder.resolve("users.csv").toString()), out);
    }

    // ---- arguments that are wrong ----

    @Test
    void anUnknownArgumentIsReportedBeforeAMissingOne() {
        Outcome outcome = run("probe", "addUser", "--x", "1");
        assertWrong("Unknown argument 'x' for command 'addUser'", outcome);
        assertTrue(outcome.err().contains("Usage: gatehouse probe addUser --user VALUE [--reason VALUE]"), outcome.err());
    }

    @Test
    void missingArgumentsAreNamed() {
        assertWrong("Missing mandatory arguments for command 'addUser': 'user'", run("probe", "addUser"));
        assertWrong(
                "Missing mandatory arguments for command 'needsTwo': 'user', 'reason'", run("probe", "needsTwo"));
    }

    @Test
    void aValueOfTheWrongKindIsNamed() {
        assertWrong(
                "Invalid value 'abc' of argument 'limit' for command 'listBlockedUsers'",
                run("probe", "listBlockedUsers", "--domain", "a.example", "--limit", "abc"));
        assertWrong("Invalid value 'yes' of argument 'flag' for command 'echo'", run("probe", "echo", "--flag", "yes"));
        assertWrong(
                "Invalid value 'blue' of argument 'colour' for command 'echo'",
                run("probe", "echo", "--colour", "blue"));
        assertWrong(
                "Invalid value '[1' of argument 'numbers' for command 'echo'", run("probe", "echo", "--numbers", "[1"));
        assertWrong("Invalid value '3' of argument 'shape' for command 'echo'", run("probe", "echo", "--shape", "3"));
    }

    @Test
    void wordsThatAreNoArgumentsAreRefused() {
        assertEquals(1, run("probe", "addUser", "alice@a.example").exit());
        assertWrong(
                "Could not parse the command arguments: '--user' needs a value", run("probe", "addUser", "--user"));
        assertWrong(
                "Could not parse the command arguments: '--user' needs a value",
                run("probe", "addUser", "--user", "--reason", "x"));
        assertWrong(
                "Argument 'user' is given twice for command 'addUser'",
                run("probe", "addUser", "--user", "a@a.example", "--user", "b@a.example"));
        assertEquals(List.of(), probe.calls);
    }

    @Test
    void anUnknownCategoryOrCommandIsNamedWithTheNearestAndTheList() {
        Outcome category = run("prob", "addUser");
        assertWrong("Unknown category 'prob'; did you mean 'probe'?", category);
        assertTrue(category.err().contains("  account "), category.err());
        Outcome command = run("probe", "addUsr");
        assertWrong("Unknown command 'addUsr'; did you mean 'addUser'?", command);
        assertTrue(command.err().contains("  listBlockedUsers "), command.err());
    }

    // ---- help ----

    @Test
    void withoutWordsTheUsageIsOnStandardErrorAndTheExitIs2() {
        Outcome outcome = run();
        assertEquals(2, outcome.exit());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().contains("  probe "), outcome.err());
    }

    @Test
    void helpIsPrintedOnStandardOutputAndExitsWith0() {
        for (String[] words : new String[][] {
            {"help"}, {"--help"}, {"probe"}, {"probe", "--help"}, {"probe", "addUser", "--help"}, {"help", "probe"}
        }) {
            Outcome outcome = run(words);
            assertEquals(0, outcome.exit(), String.join(" ", words));
            assertTrue(outcome.out().startsWith("Usage: gatehouse "), outcome.out());
            assertEquals("", outcome.err());
        }
        assertEquals(
                """
                Usage: gatehouse probe addUser --user VALUE [--reason VALUE]

                Blocks a user

                Arguments:
                  --user JID!              The address of the user
                  --reason NonEmptyString  What the user is told

                A type with an exclamation mark is mandatory. A list is given as JSON, or by repeating the argument; an
                object is given as JSON. A value that begins with -- is written --argument=--value.
                """,
                run("probe", "addUser", "--help").out());
    }

    @Test
    void helpIsThereWithoutAServerToo() throws IOException {
        Outcome outcome = runWith(Map.of("GATEHOUSE_URL", unused(), "GATEHOUSE_TOKEN", "x"), "help");
        assertEquals(0, outcome.exit());
        assertTrue(outcome.out().contains("gatehouse start"), outcome.out());
    }

    // ---- where the server is ----

    @Test
    void theServerIsFoundByTheConfigurationFileInTheCurrentFolder() throws IOException {
        config("gatehouse.toml", "[listen.http]\nport = " + server.base.getPort() + "\n");
        assertEquals(0, runWith(Map.of(), "server", "status").exit());
    }

    @Test
    void theServerIsFoundByTheConfigurationFileThatIsNamed() throws IOException {
        Path there = Files.createDirectory(folder.resolve("etc"));
        Files.writeString(
                there.resolve("chat.toml"),
                "[general]\ndata_dir = \"../data\"\n[listen.http]\naddress = \"0.0.0.0\"\nport = "
                        + server.base.getPort() + "\n[modules.mod_unheard_of]\nx = 1\n");
        assertEquals(0, runWith(Map.of(), "server", "status", "--config", "etc/chat.toml").exit());
        assertEquals(0, runWith(Map.of(), "--config=etc/chat.toml", "server", "status").exit());
    }

    @Test
    void aConfigurationFileThatIsNotThereOrIsWrongIsAnError() throws IOException {
        assertEquals(1, runWith(Map.of(), "server", "status", "--config", "missing.toml").exit());
        assertEquals(1, runWith(Map.of(), "server", "status", "--config").exit());
        config("gatehouse.toml", "[listen.http]\nport = \"none\"\n");
        Outcome outcome = runWith(Map.of(), "server", "status");
        assertEquals(1, outcome.exit());
        assertTrue(outcome.err().contains("gatehouse.toml:2: listen.http.port: expected a whole number"), outcome.err());
    }

    @Test
    void aServerThatCannotBeReachedIsExit3WithOneLine() throws IOException {
        String url = unused();
        Outcome outcome = runWith(Map.of("GATEHOUSE_URL", url, "GATEHOUSE_TOKEN", "x"), "server", "status");
        assertEquals(3, outcome.exit());
        assertEquals("", outcome.out());
        assertTrue(outcome.err().startsWith("Cannot reach the server at " + url), outcome.err());
        assertTrue(outcome.err().endsWith("Is it running?\n"), outcome.err());
        assertEquals(1, outcome.err().lines().count());
    }

    @Test
    void somethingElseOnThePortIsExit3() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String answer : List.of("SSH-2.0-x\r\n", "HTTP/1.1 404 Not Found\r\n\r\n", "")) {
                Thread answering = Thread.startVirtualThread(() -> answer(other, answer));
                Outcome outcome = runWith(
                        Map.of("GATEHOUSE_URL", "http://127.0.0.1:" + other.getLocalPort(), "GATEHOUSE_TOKEN", "x"),
                        "server", "status");
                assertEquals(3, outcome.exit(), outcome.err());
                assertEquals(1, outcome.err().lines().count(), outcome.err());
                joined(answering);
            }
        }
    }

    @Test
    void aWrongTokenIsTheServersAnswerWithAHint() {
        Outcome outcome = runWith(
                Map.of("GATEHOUSE_URL", server.base.toString(), "GATEHOUSE_TOKEN", "wrong"), "server", "status");
        assertEquals(1, outcome.exit());
        assertTrue(outcome.out().contains("\"code\" : \"wrong_credentials\""), outcome.out());
        assertTrue(outcome.err().contains("token"), outcome.err());
    }

    // ---- the core ----

    @Test
    void accountsAreImportedFromAFileWithEachBadLineReported() throws IOException {
        server.accounts.create(Jid.parse("old@a.example"), "secret");
        Files.writeString(folder.resolve("users.csv"), "\uFEFF" + """
                a.example,alice,secret
                a.example,old,secret
                a.example,"with, comma",secret
                a.example,bob
                nowhere.example,carol,secret

                b.example,dave,
                b.example,erin,"a ""quoted"" password"
                """);

        Outcome outcome = run("account", "importUsers", "--filename", "users.csv");

        assertEquals(0, outcome.exit(), outcome.toString());
        assertEquals(
                """
                {
                  "data" : {
                    "account" : {
                      "importUsers" : {
                        "status" : "Completed",
                        "created" : [
                          "alice@a.example",
                          "erin@b.example"
                        ],
                        "existing" : [
                          "old@a.example"
                        ],
                        "notAllowed" : [
                          "carol@nowhere.example"
                        ],
                        "invalidJID" : [
                          "line 3: with, comma@a.example"
                        ],
                        "emptyPassword" : [
                          "dave@b.example"
                        ],
                        "invalidRecord" : [
                          "line 4: expected domain,username,password, found 2 fields"
                        ]
                      }
                    }
                  }
                }
                """,
                outcome.out());
        assertTrue(outcome.err().contains("line 4: expected domain,username,password"), outcome.err());
        assertFalse((outcome.out() + outcome.err()).contains("secret"));
        assertTrue(server.accounts.check(Jid.parse("erin@b.example"), "a \"quoted\" password"));
    }

    @Test
    void manyAccountsAreImportedWithTheirProgress() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2_500; i++) {
            lines.append("a.example,user").append(i).append(",secret\n");
        }
        Files.writeString(folder.resolve("users.csv"), lines);
        Outcome outcome = run("account", "importUsers", "--filename", "users.csv");
        assertEquals(0, outcome.exit());
        assertEquals(2_500, server.accounts.count("a.example"));
        assertEquals(2, outcome.err().lines().filter(line -> line.endsWith(" accounts made")).count(), outcome.err());
    }

    @Test
    void theAnswerToAnImportHasABoundWhateverTheFileHolds() throws IOException {
        Files.writeString(folder.resolve("users.csv"), "nothing\n".repeat(10_005) + "a.example,last,secret\n");
        Outcome outcome = run("account", "importUsers", "--filename", "users.csv");
        assertTrue(
                outcome.out().contains("\"Completed; each list names 10000 at most, and 5 are not named\""),
                outcome.out().substring(0, 500));
        assertEquals(10_000, outcome.out().lines().filter(line -> line.contains(" found one field")).count());
        assertTrue(outcome.out().contains("last@a.example"));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Outcome outcome = run("account", "importUsers", "--filename", "missing.csv");
        assertEquals(1, outcome.exit());
        assertTrue(outcome.out().contains("\"code\" : \"file_not_found\""), outcome.out());
        assertTrue(outcome.out().contains(folder.resolve("missing.csv").toString()), outcome.out());
    }

    // ---- how it is run ----

    private Outcome run(String... words) {
        String token = server.token.read().orElseThrow();
        return runWith(Map.of("GATEHOUSE_URL", server.base.toString(), "GATEHOUSE_TOKEN", token), words);
    }

    private Outcome runWith(Map<String, String> environment, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = new Cli(environment, folder)
                .run(
                        words,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Outcome(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static void assertWrong(String message, Outcome outcome) {
        assertEquals(1, outcome.exit());
        assertEquals("", outcome.out());
        assertEquals(message, outcome.err().lines().findFirst().orElse(""));
        assertTrue(outcome.err().lines().skip(2).findFirst().orElse("").startsWith("Usage: "), outcome.err());
    }

    private void config(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    /** An address at which nobody listens, nor can until the test is over: the port is taken. */
    private String unused() throws IOException {
        unused = new Socket();
        unused.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return "http://127.0.0.1:" + unused.getLocalPort();
    }

    private static void answer(ServerSocket listening, String text) {
        try (Socket socket = listening.accept()) {
            socket.getInputStream().read();
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void joined(Thread thread) {
        try {
            assertTrue(thread.join(java.time.Duration.ofMinutes(1)));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
