package im.gatehouse.modules.blocklist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Client;
import im.gatehouse.modules.Stand;
import im.gatehouse.modules.blocklist.list.BlockFile;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** Lists are taken in, shown before, taken back, and written. */
class ListExchangeTest {
    private static final String ADD_USER = "BlocklistAdminMutation.addUser";
    private static final String IMPORT = "BlocklistAdminMutation.importBlocks";
    private static final String UNDO = "BlocklistAdminMutation.undoImport";
    private static final String EXPORT = "BlocklistAdminMutation.exportBlocks";
    private static final String COUNT = "BlocklistAdminQuery.userCount";
    private static final String TRAIL = "BlocklistAdminQuery.auditTrail";

    @TempDir
    private Path folder;

    private static Stand stand(Database database) {
        Stand stand = Stand.start(new BlocklistModule(), database, new MovableTime(), "");
        stand.register("alice@localhost", "bob@localhost", "carol@localhost");
        return stand;
    }

    private String file(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines)).toString();
    }

    private static ListExchange.Difference take(Stand stand, String file, boolean apply) {
        return (ListExchange.Difference)
                stand.call(IMPORT, "filename", file, "format", "CSV", "source", "spam", "apply", apply);
    }

    @EveryDatabase
    void theDifferenceIsShownFirstAndNothingIsDone(Database database) throws IOException {
        try (Stand stand = stand(database)) {
            Client bob = stand.client("bob@localhost/a");
            bob.logIn();
            stand.call(ADD_USER, "user", Jid.parse("alice@localhost"), "reason", "By hand");
            String file = file("list.csv", "target,reason", "alice@localhost,Listed", "bob@localhost,Listed", "b*@localhost,");
            ListExchange.Difference shown = take(stand, file, false);
            assertEquals(
                    new ListExchange.Difference(
                            false, 2, 0, 0, 0, 1, 0, 1, 1, false, List.of("+ bob@localhost (Listed)", "+ b*@localhost")),
                    shown);
            assertEquals(1, stand.call(COUNT, "domain", "localhost"));
            assertTrue(bob.ended().isEmpty());

            assertTrue(take(stand, file, true).applied());
            assertEquals(2, stand.call(COUNT, "domain", "localhost"));
            assertEquals(Optional.of(StreamError.Condition.CONFLICT.error("Listed")), bob.ended());
        }
    }

    @EveryDatabase
    void aListThatIsTakenInAgainChangesOnlyWhatDiffers(Database database) throws IOException {
        try (Stand stand = stand(database)) {
            take(stand, file("a.csv", "target,reason", "alice@localhost,A", "bob@localhost,B", "carol@localhost,C"), true);
            String next = file("b.csv", "target,reason", "alice@localhost,A", "bob@localhost,new");
            ListExchange.Difference difference = take(stand, next, true);
            assertEquals(
                    new ListExchange.Difference(
                            true, 0, 1, 1, 1, 0, 0, 1, 0, false, List.of("~ bob@localhost (new)", "- carol@localhost (C)")),
                    difference);
            assertEquals(Optional.empty(), stand.client("carol@localhost/a").logIn());
            assertTrue(stand.client("alice@localhost/a").logIn().isPresent());
            assertEquals(0, take(stand, next, true).lines().size());
        }
    }

    @EveryDatabase
    void takingAListBackLeavesWhatWasThereWithoutIt(Database database) throws IOException {
        try (Stand stand = stand(database)) {
            stand.call(ADD_USER, "user", Jid.parse("alice@localhost"));
            take(stand, file("a.csv", "target", "alice@localhost", "bob@localhost", "carol@localhost"), true);
            stand.call(ADD_USER, "user", Jid.parse("bob@localhost"), "reason", "Now by hand");
            ListExchange.Difference shown =
                    (ListExchange.Difference) stand.call(UNDO, "source", "spam", "dryRun", true);
            assertEquals(List.of("- carol@localhost"), shown.lines());
            assertEquals(3, stand.call(COUNT, "domain", "localhost"));
            assertEquals(1, ((ListExchange.Difference) stand.call(UNDO, "source", "spam")).removed());
            assertEquals(2, stand.call(COUNT, "domain", "localhost"));
            assertEquals(Optional.empty(), stand.client("carol@localhost/a").logIn());
            assertTrue(stand.refusal(UNDO, "source", "spam").startsWith("source_not_found"));
            assertTrue(stand.refusal(UNDO, "source", "manual").startsWith("invalid_source"));
            assertEquals(5, ((List<?>) stand.call(TRAIL)).size());
        }
    }

    @EveryDatabase
    void aListWithAnyBrokenLineChangesNothing(Database database) throws IOException {
        try (Stand stand = stand(database)) {
            String broken = file(
                    "broken.csv",
                    "target,until",
                    "alice@localhost,",
                    "a@b@c,",
                    "bob@localhost,yesterday",
                    "carol@localhost");
            for (boolean apply : new boolean[] {true, false}) {
                String refusal = stand.refusal(
                        IMPORT, "filename", broken, "format", "CSV", "source", "spam", "apply", apply);
                assertTrue(refusal.startsWith("invalid_lines: "), refusal);
                for (String line : List.of("line 3: ", "line 4: ", "line 5: ", "count=3")) {
                    assertTrue(refusal.contains(line), refusal);
                }
            }
            String foreign = file("foreign.csv", "target", "alice@localhost", "a@elsewhere.example");
            assertEquals(
                    "domain_not_found: The list has targets of other servers, so nothing is changed "
                            + "{domains=[elsewhere.example]}",
                    stand.refusal(IMPORT, "filename", foreign, "format", "CSV", "source", "spam", "apply", true));
            assertTrue(stand.refusal(IMPORT, "filename", "/no/such/file", "format", "CSV", "source", "x")
                    .startsWith("file_not_found"));
            String own = file("own.csv", "target", "alice@localhost", "127.0.0.1");
            assertTrue(take(stand, own, false).locksOutCaller());
            String longName = file("long.csv", "target", "a".repeat(256) + "@localhost");
            assertTrue(stand.refusal(IMPORT, "filename", longName, "format", "CSV", "source", "x")
                    .startsWith("invalid_lines"));
            assertTrue(stand.refusal(IMPORT, "filename", own, "format", "CSV", "source", "x", "apply", true)
                    .startsWith("would_lock_out_caller"));
            assertEquals(0, stand.call(COUNT, "domain", "localhost"));
            assertEquals(List.of(), stand.call(TRAIL));
        }
    }

    @EveryDatabase
    void whatIsWrittenIsReadBackTheSame(Database database) throws IOException {
        try (Stand stand = stand(database)) {
            take(stand, file("a.csv", "target,reason,note", "alice@localhost,\"a, b\",x", "s*@localhost,,", "192.0.2.0/24,,"), true);
            String csv = folder.resolve("out.csv").toString();
            assertEquals(new BlockFile.Written(3, 0), stand.call(EXPORT, "filename", csv, "format", "CSV"));
            assertEquals(3, take(stand, csv, false).unchanged());
            String rtbl = folder.resolve("out.xml").toString();
            assertEquals(new BlockFile.Written(1, 2), stand.call(EXPORT, "filename", rtbl, "format", "RTBL"));
            assertTrue(stand.refusal(EXPORT, "filename", csv, "format", "CSV").startsWith("file_exists"));
            stand.call(UNDO, "source", "spam");
            assertEquals(Optional.empty(), stand.client("alice@localhost/a").logIn());
            stand.call(IMPORT, "filename", rtbl, "format", "RTBL", "source", "others", "apply", true);
            assertTrue(stand.client("alice@localhost/b").logIn().isPresent());
            assertEquals(0, stand.sessions().count());
        }
    }

    @EveryDatabase
    void aListOfManyIsStoredInParts(Database database) throws IOException {
        try (Stand stand = stand(database)) {
            String many = IntStream.range(0, 25_000)
                    .mapToObj(i -> "user" + i + "@localhost")
                    .collect(Collectors.joining("\n", "target\n", "\n"));
            String file = file("many.csv", many);
            assertEquals(25_000, take(stand, file, true).added());
            assertEquals(25_000, stand.call(COUNT, "domain", "localhost"));
            assertEquals(25_000, take(stand, file, false).unchanged());
            assertEquals(25_000, ((ListExchange.Difference) stand.call(UNDO, "source", "spam")).removed());
            assertEquals(0, stand.call(COUNT, "domain", "localhost"));
        }
    }

    @EveryDatabase
    void linesWhoseTimeIsOverAreLeftOut(Database database) throws IOException {
        try (Stand stand = stand(database)) {
            String file = file("a.csv", "target,until", "alice@localhost,2001-01-01T00:00:00Z", "bob@localhost,");
            ListExchange.Difference taken = take(stand, file, true);
            assertEquals(1, taken.expired());
            assertEquals(1, taken.added());
            assertEquals(1, taken.accounts());
            assertEquals(1, stand.call(COUNT, "domain", "localhost"));
        }
    }
}
