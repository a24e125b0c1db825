package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.app.CommandLine.Outcome;
import im.gatehouse.app.WayIn.Visit;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Session;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands that MongooseIM does not have, each through the command line, and what a domain's administrator may. */
@Timeout(300)
class BlocklistCommandsTest {
    /** By the SHA-256 of alice@localhost. */
    private static final String ALICES_DIGEST =
            "sha256:93c56f4408cff66f0a929aea8e3940e753c3275e5622582ae3010e7277b7696c";

    @TempDir
    private Path folder;

    private final MovableTime time = new MovableTime();

    private BlocklistServer start(StorageSettings storage) {
        return BlocklistServer.start(folder, storage, "", time);
    }

    private static JsonNode done(BlocklistServer server, String... words) {
        Outcome outcome = server.blocklist(words);
        assertEquals(0, outcome.exit(), outcome.toString());
        return outcome.answer("blocklist", words[0]);
    }

    private static List<String> texts(JsonNode list, String... path) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> {
            JsonNode at = each;
            for (String step : path) {
                at = at.path(step);
            }
            texts.add(at.asString());
        });
        return texts;
    }

    /** Tries to come in and goes again, and waits until the server has noticed that: sessions are counted later. */
    private static boolean comesIn(BlocklistServer server, String user) throws IOException {
        boolean in;
        try (Visit visit = WayIn.DIRECT_TLS_SCRAM.visit(server.running(), user)) {
            in = visit.isIn();
        }
        for (Session session : server.running().server().sessions().of(Jid.of(user, "localhost"))) {
            assertTrue(session.awaitGone(Duration.ofMinutes(1)), "the session outlasts its connection");
        }
        return in;
    }

    // --- addBlock ---

    @EveryDatabase
    void aBlockIsPrintedWithAllThatItIs(StorageSettings storage) {
        try (BlocklistServer server = start(storage)) {
            Outcome outcome = server.blocklist(
                    "addBlock", "--target", "alice@localhost", "--reason", "Spam", "--note", "ticket 7", "--for", "7d");
            assertEquals(
                    """
                    {
                      "data" : {
                        "blocklist" : {
                          "addBlock" : {
                            "block" : {
                              "target" : "alice@localhost",
                              "kind" : "ACCOUNT",
                              "reason" : "Spam",
                              "note" : "ticket 7",
                              "actor" : "admin",
                              "source" : "manual",
                              "createdAt" : "2026-11-21T12:00:00Z",
                              "from" : null,
                              "until" : "2026-11-28T12:00:00Z",
                              "state" : "IN_FORCE"
                            },
                            "dryRun" : false,
                            "accounts" : 1,
                            "sessions" : 0,
                            "locksOutCaller" : false
                          }
                        }
                      }
                    }
                    """,
                    outcome.out());
            assertEquals("", outcome.err());
            assertEquals(0, outcome.exit());
        }
    }

    @EveryDatabase
    void aTargetOfEveryKindKeepsOutWhomItMatches(StorageSettings storage) throws IOException {
        try (BlocklistServer server = start(storage)) {
            for (List<String> each : List.of(
                    List.of("ACCOUNT", "alice@localhost"),
                    List.of("DOMAIN", "localhost"),
                    List.of("PATTERN", "AL*e@localhost"),
                    List.of("PATTERN", "*@local*"),
                    List.of("DIGEST", ALICES_DIGEST),
                    List.of("ADDRESS", "127.0.0.1"),
                    List.of("ADDRESS", "127.0.0.0/8"))) {
                try (Visit alice = WayIn.STARTTLS_SCRAM.visit(server.running(), "alice")) {
                    assertTrue(alice.isIn());
                    JsonNode added = done(server, "addBlock", "--target", each.getLast(), "--reason", "Out", "--force");
                    assertEquals(each.getFirst(), added.path("block").path("kind").asString());
                    assertEquals(1, added.path("sessions").asInt());
                    assertTrue(alice.theEnd().contains("<conflict "), each.toString());
                }
                assertFalse(comesIn(server, "alice"), each.toString());
                JsonNode removed = done(server, "removeBlock", "--target", each.getLast());
                assertTrue(removed.path("removed").asBoolean());
                assertTrue(comesIn(server, "alice"), each.toString());
            }
        }
    }

    @EveryDatabase
    void aBlockBeginsAndEndsAtItsSecond(StorageSettings storage) throws IOException {
        try (BlocklistServer server = start(storage)) {
            done(server, "addBlock", "--target", "al*@localhost", "--from", "2026-11-21T13:00:00Z", "--for", "1h");
            done(server, "addUser", "--user", "bob@localhost", "--until", "2026-11-21T14:30:00+01:00");
            assertEquals(
                    List.of("SCHEDULED", "IN_FORCE"),
                    texts(done(server, "listBlocks", "--domain", "localhost"), "state"));
            try (Visit alice = WayIn.STARTTLS_SCRAM.visit(server.running(), "alice")) {
                assertTrue(alice.isIn());
                assertFalse(comesIn(server, "bob"));
                time.forward(Duration.ofHours(1));
                assertTrue(alice.theEnd().contains("<conflict "));
            }
            assertFalse(comesIn(server, "alice"));
            time.forward(Duration.ofMinutes(30));
            assertTrue(comesIn(server, "bob"));
            assertFalse(comesIn(server, "alice"));
            time.forward(Duration.ofMinutes(30));
            assertTrue(comesIn(server, "alice"));
        }
    }

    @EveryDatabase
    void aDryRunTellsBesideTheAnswerWhatWouldBeHitAndChangesNothing(StorageSettings storage) throws IOException {
        try (BlocklistServer server = start(storage);
                Visit alice = WayIn.STARTTLS_SCRAM.visit(server.running(), "alice")) {
            assertEquals(
                    """
                    {
                      "data" : {
                        "blocklist" : {
                          "addUser" : true
                        }
                      },
                      "extensions" : {
                        "blocklist" : {
                          "addUser" : {
                            "dryRun" : {
                              "accounts" : 1,
                              "sessions" : 1
                            }
                          }
                        }
                      }
                    }
                    """,
                    server.blocklist("addUser", "--user", "alice@localhost", "--dryRun").out());
            JsonNode added = done(server, "addBlock", "--target", "*@localhost", "--dryRun");
            assertTrue(added.path("dryRun").asBoolean());
            assertEquals(2, added.path("accounts").asInt());
            assertEquals(1, added.path("sessions").asInt());
            assertTrue(server.isEmpty());
            assertEquals(1, server.running().server().sessions().count());

            done(server, "addUser", "--user", "bob@localhost");
            Map<String, Integer> rows = server.rows();
            assertTrue(done(server, "removeUser", "--user", "bob@localhost", "--dryRun").asBoolean());
            JsonNode removed = done(server, "removeBlock", "--target", "bob@localhost", "--dryRun");
            assertTrue(removed.path("removed").asBoolean());
            assertEquals(rows, server.rows());
            assertTrue(alice.isIn());
        }
    }

    // --- queries ---

    @EveryDatabase
    void explainBlockTellsWhichBlockRefusesOrThatNoneDoes(StorageSettings storage) {
        try (BlocklistServer server = start(storage)) {
            JsonNode none = done(server, "explainBlock", "--user", "alice@localhost");
            assertTrue(none.path("allowed").asBoolean());
            assertEquals("No block refuses alice@localhost", none.path("message").asString());
            assertTrue(none.path("refusedBy").isNull());
            done(server, "addBlock", "--target", "192.0.2.0/24", "--reason", "Net");
            done(server, "addBlock", "--target", "a*@localhost", "--reason", "Names");
            JsonNode byName = done(server, "explainBlock", "--user", "alice@localhost/phone");
            assertEquals(
                    "alice@localhost is refused by the pattern a*@localhost: Names", byName.path("message").asString());
            JsonNode byAddress = done(server, "explainBlock", "--user", "alice@localhost", "--ip", "192.0.2.7");
            assertFalse(byAddress.path("allowed").asBoolean());
            assertEquals("192.0.2.0/24", byAddress.path("refusedBy").path("target").asString());
            assertEquals(List.of("192.0.2.0/24", "a*@localhost"), texts(byAddress.path("concerning"), "target"));
            Outcome bad = server.blocklist("explainBlock", "--user", "alice@localhost", "--ip", "example.org");
            assertEquals("invalid_ip", bad.code());
        }
    }

    @EveryDatabase
    void blocksAreListedByDomainKindAndSourceAndTheTrailTellsWhoDidWhat(StorageSettings storage) {
        try (BlocklistServer server = start(storage);
                GraphQl second = server.administratorOf("second.test")) {
            done(server, "addUser", "--user", "alice@localhost", "--reason", "A");
            done(server, "addUser", "--user", "alice@localhost", "--reason", "B");
            done(server, "addBlock", "--target", "192.0.2.1");
            second.ask("mutation { blocklist { addBlock(target: \"c*@second.test\") { dryRun } } }");
            assertEquals(
                    List.of("192.0.2.1", "alice@localhost", "c*@second.test"),
                    texts(done(server, "listBlocks"), "target"));
            assertEquals(List.of("192.0.2.1"), texts(done(server, "listBlocks", "--kind", "address"), "target"));
            assertEquals(
                    List.of("c*@second.test"), texts(done(server, "listBlocks", "--domain", "second.test"), "target"));
            assertEquals(List.of(), texts(done(server, "listBlocks", "--source", "elsewhere"), "target"));
            assertEquals(
                    List.of("alice@localhost"),
                    texts(done(server, "listBlocks", "--limit", "1", "--index", "1"), "target"));
            done(server, "removeUser", "--user", "alice@localhost");

            assertEquals(
                    List.of("REMOVED", "ADDED", "ADDED", "CHANGED", "ADDED"),
                    texts(done(server, "auditTrail"), "action"));
            JsonNode history = done(server, "auditTrail", "--target", "alice@localhost");
            assertEquals(List.of("REMOVED", "CHANGED", "ADDED"), texts(history, "action"));
            assertEquals(List.of("B", "B", "A"), texts(history, "reason"));
            assertEquals(
                    List.of("admin@second.test"),
                    texts(done(server, "auditTrail", "--domain", "second.test"), "actor"));
            assertTrue(server.blocklist("auditTrail", "--domain", "secnod.test").out().contains("domain_not_found"));
            assertFalse(server.blocklist("auditTrail").out().contains("a long password"));
        }
    }

    // --- lists ---

    @EveryDatabase
    void aListIsShownTakenInTakenAgainAndTakenBack(StorageSettings storage) throws IOException {
        try (BlocklistServer server = start(storage);
                Visit alice = WayIn.STARTTLS_SCRAM.visit(server.running(), "alice")) {
            server.file(
                    "list.csv", "target,reason", "alice@localhost,Listed", "ghost@localhost,", "198.51.100.0/24,Net");
            String[] show = {"importBlocks", "--filename", "list.csv", "--format", "CSV", "--source", "spam"};
            JsonNode shown = done(server, show);
            assertFalse(shown.path("applied").asBoolean());
            assertEquals(3, shown.path("added").asInt());
            assertEquals(1, shown.path("accounts").asInt());
            assertEquals(1, shown.path("sessions").asInt());
            assertEquals(
                    List.of("+ alice@localhost (Listed)", "+ ghost@localhost", "+ 198.51.100.0/24 (Net)"),
                    texts(shown.path("lines")));
            assertTrue(server.isEmpty());

            JsonNode applied = done(server, and(show, "--apply"));
            assertTrue(applied.path("applied").asBoolean());
            assertTrue(alice.theEnd().contains("Listed"));
            assertEquals(Map.of("blocklist", 2, "blocklist_audit", 3, "blocklist_rule", 1), server.rows());
            assertEquals(3, done(server, show).path("unchanged").asInt());

            JsonNode undone = done(server, "undoImport", "--source", "spam", "--dryRun");
            assertEquals(3, undone.path("removed").asInt());
            assertFalse(comesIn(server, "alice"));
            assertEquals(3, done(server, "undoImport", "--source", "spam").path("removed").asInt());
            assertTrue(comesIn(server, "alice"));
            assertEquals(Map.of("blocklist", 0, "blocklist_audit", 6, "blocklist_rule", 0), server.rows());
            assertEquals("source_not_found", server.blocklist("undoImport", "--source", "spam").code());
        }
    }

    private static String[] and(String[] words, String word) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add(word);
        return all.toArray(String[]::new);
    }

    @EveryDatabase
    void whatIsExportedIsImportedElsewhere(StorageSettings storage) throws IOException {
        try (BlocklistServer server = start(storage)) {
            done(server, "addBlock", "--target", "alice@localhost", "--reason", "=1+1, \"so\"", "--note", "n");
            done(server, "addBlock", "--target", "c*@second.test");
            JsonNode written = done(server, "exportBlocks", "--filename", "out.csv", "--format", "CSV");
            assertEquals(2, written.path("written").asInt());
            assertEquals(1, exported(server, "one.csv", "CSV", "--domain", "second.test").path("written").asInt());
            JsonNode digests = exported(server, "out.xml", "RTBL", "--source", "manual");
            assertEquals(1, digests.path("written").asInt());
            assertEquals(1, digests.path("leftOut").asInt());
            String rtbl = Files.readString(server.folder().resolve("out.xml"));
            assertTrue(rtbl.contains(ALICES_DIGEST.substring(7)), rtbl);
            assertFalse(rtbl.contains("alice"), rtbl);
            Outcome again = server.blocklist("exportBlocks", "--filename", "out.csv", "--format", "CSV");
            assertEquals("file_exists", again.code());
            assertEquals(1, again.exit());

            done(server, "removeBlock", "--target", "alice@localhost");
            done(server, "removeBlock", "--target", "c*@second.test");
            done(server, "importBlocks", "--filename", "out.csv", "--format", "CSV", "--source", "back", "--apply");
            JsonNode back = done(server, "listBlocks", "--source", "back");
            assertEquals(List.of("alice@localhost", "c*@second.test"), texts(back, "target"));
            assertEquals("=1+1, \"so\"", back.path(0).path("reason").asString());
            done(server, "undoImport", "--source", "back");
            done(server, "importBlocks", "--filename", "out.xml", "--format", "RTBL", "--source", "digests", "--apply");
            assertFalse(comesIn(server, "alice"));
        }
    }

    private static JsonNode exported(BlocklistServer server, String file, String format, String... filter) {
        List<String> words = new ArrayList<>(List.of("exportBlocks", "--filename", file, "--format", format));
        words.addAll(List.of(filter));
        return done(server, words.toArray(String[]::new));
    }

    // --- the guard ---

    @EveryDatabase
    void nobodyLocksThemselvesOutWithoutForce(StorageSettings storage) throws IOException {
        try (BlocklistServer server = start(storage);
                GraphQl local = server.administratorOf("localhost")) {
            server.file("own.csv", "target", "127.0.0.1");
            for (Outcome outcome : List.of(
                    server.blocklist("addBlock", "--target", "127.0.0.0/8"),
                    server.blocklist(
                            "importBlocks", "--filename", "own.csv", "--format", "CSV", "--source", "x", "--apply"))) {
                assertEquals("would_lock_out_caller", outcome.code(), outcome.out());
                assertEquals(1, outcome.exit());
            }
            for (String target : List.of("localhost", "a*@localhost")) {
                assertEquals(
                        "would_lock_out_caller",
                        local.ask("mutation { blocklist { addBlock(target: \"" + target + "\") { dryRun } } }").code());
            }
            assertTrue(server.isEmpty());
            done(server, "addBlock", "--target", "127.0.0.0/8", "--force");
            assertFalse(comesIn(server, "alice"));
            assertEquals(1, server.rows().get("blocklist_rule"));
        }
    }

    @EveryDatabase
    void theServersAdministratorHasNoAccountToLockOut(StorageSettings storage) {
        try (BlocklistServer server = start(storage)) {
            for (String target : List.of("*@*", "nobody@*", "*@*.invalid", "localhost")) {
                done(server, "addBlock", "--target", target);
            }
        }
    }

    // --- the administrator of a domain ---

    @EveryDatabase
    void aDomainsAdministratorMayBlockInTheirOwnDomain(StorageSettings storage) {
        try (BlocklistServer server = start(storage);
                GraphQl second = server.administratorOf("second.test")) {
            for (String document : List.of(
                    "mutation { blocklist { addUser(user: \"carol@second.test\", reason: \"Spam\") } }",
                    "mutation { blocklist { removeUser(user: \"carol@second.test\") } }",
                    "mutation { blocklist { addBlock(target: \"carol@second.test\") { dryRun } } }",
                    "mutation { blocklist { addBlock(target: \"c*@second.test\", for: \"1h\") { dryRun } } }",
                    "mutation { blocklist { removeBlock(target: \"c*@second.test\") { removed } } }",
                    "mutation { blocklist { addBlock(target: \"second.test\", force: true) { dryRun } } }",
                    "{ blocklist { userCount(domain: \"second.test\") } }",
                    "{ blocklist { listBlockedUsers(domain: \"second.test\") { jid } } }",
                    "{ blocklist { listBlocks(domain: \"second.test\") { target } } }",
                    "{ blocklist { explainBlock(user: \"carol@second.test\", ip: \"192.0.2.1\") { message } } }",
                    "{ blocklist { auditTrail(domain: \"second.test\") { action } } }",
                    "{ blocklist { auditTrail(domain: \"second.test\", target: \"alice@localhost\") { action } } }")) {
                GraphQl.Answer answer = second.ask(document);
                assertEquals(200, answer.status(), document + answer.json());
                assertFalse(answer.json().has("errors"), document + answer.json());
            }
            assertEquals(Map.of("blocklist", 1, "blocklist_audit", 6, "blocklist_rule", 1), server.rows());
        }
    }

    @EveryDatabase
    void whatReachesBeyondTheirDomainIsNotPermittedHoweverItIsWritten(StorageSettings storage) throws IOException {
        try (BlocklistServer server = start(storage);
                GraphQl second = server.administratorOf("second.test")) {
            server.file("list.csv", "target", "carol@second.test");
            String file = server.folder().resolve("list.csv").toString();
            String export = server.folder().resolve("out.csv").toString();
            done(server, "importBlocks", "--filename", "list.csv", "--format", "CSV", "--source", "spam", "--apply");
            Map<String, Integer> rows = server.rows();
            List<String> mutations = List.of(
                    "addUser(user: \"alice@localhost\")",
                    "addUser(user: \"alice@localhost\", dryRun: true)",
                    "removeUser(user: \"alice@localhost\")",
                    "addBlock(target: \"alice@localhost\") { dryRun }",
                    "addBlock(target: \"localhost\", dryRun: true) { dryRun }",
                    "addBlock(target: \"a*@localhost\") { dryRun }",
                    "addBlock(target: \"*@second.*\") { dryRun }",
                    "addBlock(target: \"*@*\", force: true) { dryRun }",
                    "addBlock(target: \"192.0.2.1\") { dryRun }",
                    "addBlock(target: \"192.0.2.0/24\") { dryRun }",
                    "addBlock(target: \"2001:db8::/32\") { dryRun }",
                    "addBlock(target: \"" + ALICES_DIGEST + "\") { dryRun }",
                    "addBlock(target: \"a@b@second.test\") { dryRun }",
                    "removeBlock(target: \"192.0.2.0/24\") { removed }",
                    "removeBlock(target: \"domain:localhost\") { removed }",
                    "importBlocks(filename: \"" + file + "\", format: CSV, source: \"y\") { added }",
                    "exportBlocks(filename: \"" + export + "\", format: CSV, domain: \"second.test\") { written }",
                    "undoImport(source: \"spam\") { removed }",
                    "undoImport(source: \"spam\", dryRun: true) { removed }");
            List<String> queries = List.of(
                    "userCount(domain: \"localhost\")",
                    "listBlockedUsers(domain: \"localhost\") { jid }",
                    "listBlocks { target }",
                    "listBlocks(domain: null) { target }",
                    "listBlocks(domain: \"localhost\") { target }",
                    "listBlocks(kind: ADDRESS) { target }",
                    "explainBlock(user: \"alice@localhost\") { message }",
                    "auditTrail { action }",
                    "auditTrail(domain: \"localhost\") { action }",
                    "auditTrail(target: \"carol@second.test\") { action }");
            mutations.forEach(field -> assertNotPermitted(second, "mutation", "BlocklistAdminMutation", field));
            queries.forEach(field -> assertNotPermitted(second, "query", "BlocklistAdminQuery", field));
            assertEquals(rows, server.rows());
            assertFalse(Files.exists(Path.of(export)));
        }
    }

    /** Asks for a field in every disguise that GraphQL has. */
    private static void assertNotPermitted(GraphQl second, String operation, String type, String field) {
        String harmless = operation.equals("query")
                ? "userCount(domain: \"second.test\")"
                : "removeUser(user: \"ghost@second.test\")";
        for (String document : List.of(
                operation + " { blocklist { " + field + " } }",
                operation + " Named { blocklist { " + field + " } }",
                operation + " { b: blocklist { userCount: " + field + " } }",
                operation + " { blocklist { first: " + harmless + " second: " + field + " } }",
                operation + " { blocklist { " + harmless + " } again: blocklist { " + field + " } }",
                operation + " { blocklist { ...F } } fragment F on " + type + " { x: " + field + " }",
                operation + " { blocklist { ... on " + type + " { ... @include(if: true) { " + field + " } } } }")) {
            assertRefused(document, second.ask(document));
        }
        String two = operation + " Harmless { blocklist { " + harmless + " } } " + operation + " Other { blocklist { "
                + field + " } }";
        assertRefused(two, second.ask(two, Map.of(), "Other"));
        String variable = operation + " ($yes: Boolean!) { blocklist { x: " + harmless + " y: " + before(field)
                + " @include(if: $yes) " + field.substring(before(field).length()) + " } }";
        assertRefused(variable, second.ask(variable, Map.of("yes", true), ""));
    }

    /** A field without what is asked of its answer. */
    private static String before(String field) {
        return field.contains(" {") ? field.substring(0, field.indexOf(" {")) : field;
    }

    private static void assertRefused(String document, GraphQl.Answer answer) {
        assertEquals("no_permissions", answer.code(), document + answer.json());
        assertEquals(401, answer.status(), document);
        assertFalse(answer.json().has("data"), document + answer.json());
    }

    @EveryDatabase
    void withoutTheirPasswordNobodyIsADomainsAdministrator(StorageSettings storage) {
        try (BlocklistServer server = start(storage);
                GraphQl second = server.administratorOf("second.test")) {
            String own = "{ blocklist { userCount(domain: \"second.test\") } }";
            assertEquals(200, second.ask(own).status());
            assertEquals(0, server.run("domain", "deleteDomainPassword", "--domain", "second.test").exit());
            GraphQl.Answer answer = second.ask(own);
            assertEquals(401, answer.status());
            assertEquals("wrong_credentials", answer.code());
        }
    }
}
