package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.app.CommandLine.Outcome;
import im.gatehouse.app.WayIn.Visit;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** What cannot be used is refused with a clear error, over the command line and over GraphQL, and nothing is stored. */
@Timeout(300)
class BlocklistBadInputTest {
    private static final String ADD_USER =
            "mutation ($user: JID!, $reason: NonEmptyString) { blocklist { addUser(user: $user, reason: $reason) } }";
    private static final String ADD_BLOCK =
            "mutation ($user: NonEmptyString!, $reason: NonEmptyString)"
                    + " { blocklist { addBlock(target: $user, reason: $reason) { dryRun } } }";

    @TempDir
    private Path folder;

    private static void assertBoth(
            BlocklistServer server, String code, int status, String user, String reason) {
        for (Outcome outcome : List.of(
                server.blocklist("addUser", "--user=" + user, "--reason=" + reason),
                server.blocklist("addUser", "--user=" + user, "--reason=" + reason, "--dryRun"))) {
            assertEquals(code, outcome.code(), shortened(outcome.out()));
            assertEquals("", outcome.err());
            assertEquals(1, outcome.exit());
            assertTrue(outcome.out().length() < 2_000, shortened(outcome.out()));
        }
        try (GraphQl administrator = server.administrator()) {
            GraphQl.Answer answer = administrator.ask(ADD_USER, Map.of("user", user, "reason", reason), "");
            assertEquals(code, answer.code(), shortened(answer.json().toString()));
            assertEquals(status, answer.status());
        }
        assertTrue(server.isEmpty());
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(500, text.length()));
    }

    @EveryDatabase
    void anAddressThatIsNoneIsInputCoercion(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            for (String user : List.of(
                    "", "localhost", "@localhost", "a b@localhost", "a@b@c", "alice@", "a<b@localhost",
                    "\u0000@localhost", "a".repeat(1024) + "@localhost", "a".repeat(1_000_000))) {
                assertBoth(server, "input_coercion", 400, user, "Spam");
            }
            for (Outcome outcome : List.of(
                    server.blocklist("removeUser", "--user", "localhost"),
                    server.blocklist("explainBlock", "--user", "localhost"),
                    server.blocklist("userCount", "--domain", "a@localhost"),
                    server.blocklist("userCount", "--domain", ""))) {
                assertEquals("input_coercion", outcome.code(), outcome.out());
                assertEquals(1, outcome.exit());
            }
        }
    }

    @EveryDatabase
    void anEmptyReasonAndNumbersThatAreNoneAreInputCoercion(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            assertBoth(server, "input_coercion", 400, "alice@localhost", "");
            for (List<String> bounds : List.of(
                    List.of("--limit", "-1"), List.of("--limit", "0"), List.of("--index", "-1"),
                    List.of("--limit", "2147483648"), List.of("--limit", "99999999999999999999"))) {
                for (List<String> command : List.of(
                        List.of("listBlockedUsers", "--domain", "localhost"),
                        List.of("listBlocks"),
                        List.of("auditTrail"))) {
                    List<String> words = new ArrayList<>(command);
                    words.addAll(bounds);
                    Outcome outcome = server.blocklist(words.toArray(String[]::new));
                    assertEquals("input_coercion", outcome.code(), words + ": " + outcome);
                    assertEquals(1, outcome.exit());
                }
            }
        }
    }

    @EveryDatabase
    void aReasonThatIsTooLongIsRefused(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            assertBoth(server, "invalid_reason", 200, "alice@localhost", "x".repeat(10_001));
            assertBoth(server, "invalid_reason", 200, "alice@localhost", "x".repeat(1_000_000));
            assertEquals(
                    "The reason has 1,000,000 characters; it may have 10,000",
                    server.blocklist("addUser", "--user", "alice@localhost", "--reason", "x".repeat(1_000_000))
                            .message());
            // More than the server takes in one request at all.
            for (int length : new int[] {1 << 20, 5 << 20}) {
                Outcome outcome =
                        server.blocklist("addUser", "--user", "alice@localhost", "--reason", "x".repeat(length));
                assertEquals("", outcome.out());
                assertTrue(outcome.err().contains("larger than 1048576 bytes"), outcome.err());
                assertFalse(outcome.err().contains("does not administer"), outcome.err());
                assertEquals(1, outcome.exit());
            }
            assertTrue(server.isEmpty());
            assertEquals(
                    0,
                    server.blocklist("addUser", "--user", "alice@localhost", "--reason", "x".repeat(10_000))
                            .exit());
        }
    }

    @EveryDatabase
    void aReasonThatNobodyCanReadOnOneLineIsRefused(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage);
                GraphQl administrator = server.administrator()) {
            for (String reason : List.of(
                    "a\nb", "a\rb", "a\tb", "a\u0000b", "a\u0007b", "\u001B[31mred",
                    "a\u0085b", "a\uFFFEb", "a\uFFFFb")) {
                assertBoth(server, "invalid_reason", 200, "alice@localhost", reason);
                GraphQl.Answer answer =
                        administrator.ask(ADD_BLOCK, Map.of("user", "spam*@localhost", "reason", reason), "");
                assertEquals("invalid_reason", answer.code());
                Outcome noted = server.blocklist("addUser", "--user", "alice@localhost", "--note", reason);
                assertEquals("invalid_note", noted.code());
            }
            GraphQl.Answer half = administrator.ask(
                    "mutation { blocklist { addUser(user: \"alice@localhost\", reason: \"a\\uD800\") } }");
            assertEquals(400, half.status(), "half of a surrogate pair: " + half.json());
            assertTrue(server.isEmpty());
        }
    }

    @EveryDatabase
    void aReasonWithMarkupIsTakenAndArrivesAsItIs(StorageSettings storage) throws Exception {
        String reason = "]]> <b>&amp;'\"</stream:error> -- \uD83D\uDE00";
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            List<Visit> visits = new ArrayList<>();
            for (WayIn way : WayIn.values()) {
                visits.add(way.visit(server.running(), "alice"));
            }
            Outcome outcome = server.blocklist("addUser", "--user", "alice@localhost", "--reason", reason);
            assertEquals(0, outcome.exit(), outcome.toString());
            for (Visit visit : visits) {
                Element stream = wellFormed(visit.theEnd(), "");
                Element error = (Element) stream.getFirstChild();
                assertEquals("error", error.getLocalName());
                assertEquals("conflict", error.getFirstChild().getLocalName());
                assertEquals(reason, error.getLastChild().getTextContent());
                assertEquals(1, stream.getChildNodes().getLength());
                visit.close();
            }
            try (Visit alice = WayIn.STARTTLS_PLAIN.visit(server.running(), "alice")) {
                Element failure = (Element) wellFormed(alice.answer(), "</stream:stream>").getFirstChild();
                assertEquals(reason, failure.getLastChild().getTextContent());
            }
            Outcome list = server.blocklist("listBlockedUsers", "--domain", "localhost");
            assertEquals(
                    reason,
                    list.answer("blocklist", "listBlockedUsers").path(0).path("reason").asString());
        }
    }

    /** What a stream said, as the JDK's parser reads it; {@link RawClient} gives each byte as a character. */
    private static Element wellFormed(String said, String end) throws Exception {
        String start = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
        String text = new String(
                said.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newNSInstance();
        return factory.newDocumentBuilder()
                .parse(new InputSource(new StringReader(start + text + end)))
                .getDocumentElement();
    }

    @EveryDatabase
    void ofAListWithBrokenLinesEachIsToldAndNothingIsTaken(StorageSettings storage) throws IOException {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            server.file(
                    "list.csv",
                    "target,reason,until",
                    "alice@localhost,Spam,",
                    "a@b@c,Spam,",
                    "bob@localhost,\u0007,",
                    "carol@second.test,Spam,tomorrow",
                    "bob@localhost",
                    "alice@localhost,Again,",
                    "10.0.0.0/99,Spam,");
            for (String apply : List.of("--apply=false", "--apply")) {
                Outcome outcome = server.blocklist(
                        "importBlocks", "--filename", "list.csv", "--format", "csv", "--source", "x", apply);
                assertEquals(1, outcome.exit());
                assertEquals("invalid_lines", outcome.code(), outcome.out());
                var told = outcome.json().path("errors").path(0).path("extensions");
                assertEquals(6, told.path("count").asInt());
                for (int i = 0; i < 6; i++) {
                    String line = told.path("lines").path(i).asString();
                    assertTrue(line.startsWith("line " + (i + 3) + ": "), line);
                }
                assertEquals(6, outcome.err().lines().count(), outcome.err());
            }
            assertTrue(server.isEmpty());
        }
    }

    @EveryDatabase
    void aListThatIsNoneIsToldSo(StorageSettings storage) throws IOException {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            server.file("quote.csv", "target,reason", "alice@localhost,\"never closed", "bob@localhost,Spam");
            server.file("foreign.csv", "target", "alice@localhost", "a@elsewhere.example");
            server.file("empty.csv");
            assertEquals("invalid_lines", take(server, "quote.csv", "CSV"));
            assertEquals("domain_not_found", take(server, "foreign.csv", "CSV"));
            assertEquals("file_not_readable", take(server, "empty.csv", "CSV"));
            assertEquals("file_not_readable", take(server, "quote.csv", "RTBL"));
            assertEquals("file_not_found", take(server, "none.csv", "CSV"));
            Outcome format = server.blocklist(
                    "importBlocks", "--filename", "quote.csv", "--format", "xls", "--source", "x");
            assertTrue(
                    format.err().startsWith("Invalid value 'xls' of argument 'format' for command 'importBlocks'\n"),
                    format.err());
            assertEquals(1, format.exit());
            assertTrue(server.isEmpty());
        }
    }

    private static String take(BlocklistServer server, String file, String format) {
        Outcome outcome = server.blocklist(
                "importBlocks", "--filename", file, "--format", format, "--source", "x", "--apply");
        assertEquals(1, outcome.exit());
        return outcome.code();
    }

    @EveryDatabase
    void targetsAndTimesThatAreNoneAreRefused(StorageSettings storage) {
        try (BlocklistServer server = BlocklistServer.start(folder, storage)) {
            for (String target : List.of(
                    "*", "a@b@c", "10.0.0.0/33", "sha256:12", "a b@localhost", "x*", "x".repeat(50_000))) {
                Outcome outcome = server.blocklist("addBlock", "--target", target);
                assertEquals("invalid_target", outcome.code(), shortened(outcome.out()));
                assertEquals(1, outcome.exit());
            }
            assertPeriod(server, "input_coercion", "--for", "7 apples");
            assertPeriod(server, "input_coercion", "--for", "-7d");
            assertPeriod(server, "input_coercion", "--until", "tomorrow");
            assertPeriod(server, "invalid_period", "--for", "0s");
            assertPeriod(server, "input_coercion", "--for", "999999999999w");
            assertPeriod(server, "input_coercion", "--for", "106751991167d ".repeat(2_000));
            assertPeriod(server, "invalid_period", "--for", "5000000d");
            assertPeriod(server, "invalid_period", "--until", "2001-01-01T00:00:00Z");
            assertPeriod(server, "invalid_period", "--from", "2190-01-02T00:00:00Z", "--until", "2190-01-01T00:00:00Z");
            assertPeriod(server, "invalid_period", "--for", "7d", "--until", "2190-01-01T00:00:00Z");
            assertTrue(server.isEmpty());
        }
    }

    private static void assertPeriod(BlocklistServer server, String code, String... period) {
        for (List<String> command : List.of(
                List.of("addUser", "--user", "alice@localhost"), List.of("addBlock", "--target", "alice@localhost"))) {
            List<String> words = new ArrayList<>(command);
            words.addAll(List.of(period));
            Outcome outcome = server.blocklist(words.toArray(String[]::new));
            assertEquals(code, outcome.code(), words + ": " + outcome);
            assertEquals(1, outcome.exit());
        }
    }
}
