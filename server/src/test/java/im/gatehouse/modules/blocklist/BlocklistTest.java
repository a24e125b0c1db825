package im.gatehouse.modules.blocklist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ConfigException;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.MetricSpec;
import im.gatehouse.metrics.Reading;
import im.gatehouse.modules.Client;
import im.gatehouse.modules.Stand;
import im.gatehouse.session.Refusal;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageException;
import im.gatehouse.time.MovableTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

class BlocklistTest {
    private static final String ADD = "BlocklistAdminMutation.addUser";
    private static final String REMOVE = "BlocklistAdminMutation.removeUser";
    private static final String COUNT = "BlocklistAdminQuery.userCount";
    private static final String LIST = "BlocklistAdminQuery.listBlockedUsers";
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@localhost");
    private static final Refusal TRY_LATER = new Refusal(
            Refusal.Kind.TRY_LATER, "The server cannot tell at present whether this account may be used");

    private static Stand stand(Database database, String... keys) {
        String table = "[modules.mod_blocklist]\n" + String.join("\n", keys) + "\n";
        Stand stand = Stand.start(new BlocklistModule(), database, new MovableTime(), table);
        stand.register("alice@localhost", "bob@localhost");
        return stand;
    }

    private static Optional<Refusal> disabled(String reason) {
        return Optional.of(new Refusal(Refusal.Kind.ACCOUNT_DISABLED, reason));
    }

    private static long denied(Stand stand) {
        return stand.metrics().dotted().get(List.of("localhost", "mod_blocklist_denied", "count"))
                        instanceof Reading.Spiral spiral
                ? spiral.count()
                : -1;
    }

    @EveryDatabase
    void itIsOnWithoutATable(Database database) {
        try (Stand stand = Stand.start(new BlocklistModule(), database, new MovableTime(), "")) {
            assertEquals(0, stand.call(COUNT, "domain", "localhost"));
        }
    }

    @EveryDatabase
    void blockingEndsEverySessionOfTheUserWithTheReason(Database database) {
        try (Stand stand = stand(database)) {
            List<Client> hers = List.of(
                    stand.client("alice@localhost/tcp"),
                    stand.client("alice@localhost/websocket"),
                    stand.client("alice@localhost/bosh"));
            Client his = stand.client("bob@localhost/tcp");
            hers.forEach(client -> assertEquals(Optional.empty(), client.logIn()));
            assertEquals(Optional.empty(), his.logIn());

            assertEquals(true, stand.call(ADD, "user", ALICE.withResource("ignored"), "reason", "Spam"));

            StreamError conflict = StreamError.Condition.CONFLICT.error("Spam");
            hers.forEach(client -> assertEquals(Optional.of(conflict), client.ended()));
            assertEquals(Optional.empty(), his.ended());
            assertEquals(1, stand.sessions().count());
        }
    }

    @EveryDatabase
    void withoutAReasonTheTextIsTheReferencesAndTheListShowsNone(Database database) {
        try (Stand stand = stand(database)) {
            Client client = stand.client("alice@localhost/tcp");
            client.logIn();

            assertEquals(true, stand.call(ADD, "user", ALICE));

            StreamError conflict = StreamError.Condition.CONFLICT.error("Kicked by administrator");
            assertEquals(Optional.of(conflict), client.ended());
            assertEquals(List.of(new BlockedUser(ALICE, null)), stand.call(LIST, "domain", "localhost"));
            assertEquals(disabled(null), stand.client("alice@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void aBlockedUserIsRefusedAndEachAttemptIsCountedOnce(Database database) {
        try (Stand stand = stand(database)) {
            assertEquals(Optional.empty(), stand.client("alice@localhost/before").logIn());
            stand.call(ADD, "user", ALICE, "reason", "Spam");
            for (int attempt = 1; attempt <= 3; attempt++) {
                assertEquals(disabled("Spam"), stand.client("alice@localhost/tcp").logIn());
                assertEquals(attempt, denied(stand));
            }
            assertEquals(Optional.empty(), stand.client("bob@localhost/tcp").logIn());
            assertEquals(3, denied(stand));
        }
    }

    @EveryDatabase
    void aLoginThatWasAllowedBeforeTheBlockIsRefusedWhenItsSessionOpens(Database database) {
        try (Stand stand = stand(database)) {
            Client client = stand.client("alice@localhost/tcp");
            assertEquals(Optional.empty(), client.signIn());
            stand.call(ADD, "user", ALICE, "reason", "Spam");
            assertEquals(Optional.of(new Refusal(Refusal.Kind.NOT_ALLOWED, "Spam")), client.open());
            assertEquals(0, stand.sessions().count());
            assertEquals(1, denied(stand));
        }
    }

    @EveryDatabase
    void withDenyAtSessionTheSignInSucceedsAndTheSessionDoesNot(Database database) {
        try (Stand stand = stand(database, "deny_at = \"session\"")) {
            stand.call(ADD, "user", ALICE, "reason", "Spam");
            assertEquals(
                    Optional.of(new Refusal(Refusal.Kind.NOT_ALLOWED, null)),
                    stand.client("alice@localhost/tcp").logIn());
            assertEquals(1, denied(stand));
            stand.reload("[modules.mod_blocklist]\n");
            assertEquals(disabled("Spam"), stand.client("alice@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void addedTwiceTheReasonIsReplacedAndSessionsEndAgain(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "user", ALICE, "reason", "A");
            assertEquals(true, stand.call(ADD, "user", ALICE, "reason", "B"));
            assertEquals(1, stand.call(COUNT, "domain", "localhost"));
            assertEquals(List.of(new BlockedUser(ALICE, "B")), stand.call(LIST, "domain", "localhost"));
            assertEquals(disabled("B"), stand.client("alice@localhost/tcp").logIn());
            assertEquals(true, stand.call(ADD, "user", ALICE));
            assertEquals(List.of(new BlockedUser(ALICE, null)), stand.call(LIST, "domain", "localhost"));
            assertEquals(disabled(null), stand.client("alice@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void usersAndDomainsThatDoNotExistAreErrors(Database database) {
        try (Stand stand = stand(database)) {
            Jid ghost = Jid.parse("ghost@localhost");
            Jid stranger = Jid.parse("a@nowhere");
            assertEquals(
                    "user_not_found: User does not exist {user=ghost@localhost}", stand.refusal(ADD, "user", ghost));
            String noDomain = "domain_not_found: User's domain does not exist {user=a@nowhere}";
            assertEquals(noDomain, stand.refusal(ADD, "user", stranger));
            assertEquals(noDomain, stand.refusal(REMOVE, "user", stranger));
            assertEquals(false, stand.call(REMOVE, "user", ghost));
            noDomain = "domain_not_found: Domain does not exist {domain=nowhere}";
            assertEquals(noDomain, stand.refusal(COUNT, "domain", "nowhere"));
            assertEquals(noDomain, stand.refusal(LIST, "domain", "nowhere"));
            assertEquals(0, stand.call(COUNT, "domain", "localhost"));
        }
    }

    @EveryDatabase
    void whoIsRemovedFromTheListCanLogInAtOnce(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "user", ALICE);
            assertTrue(stand.client("alice@localhost/tcp").logIn().isPresent());
            assertEquals(true, stand.call(REMOVE, "user", ALICE.withResource("ignored")));
            assertEquals(false, stand.call(REMOVE, "user", ALICE));
            assertEquals(Optional.empty(), stand.client("alice@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void theListIsOrderedAndCanBeReadInParts(Database database) {
        try (Stand stand = stand(database)) {
            stand.register("carol@localhost", "aaron@example.org");
            for (String user : List.of("carol@localhost", "bob@localhost", "aaron@example.org", "alice@localhost")) {
                stand.call(ADD, "user", Jid.parse(user));
            }
            BlockedUser alice = new BlockedUser(ALICE, null);
            BlockedUser bob = new BlockedUser(BOB, null);
            BlockedUser carol = new BlockedUser(Jid.parse("carol@localhost"), null);
            assertEquals(List.of(alice, bob, carol), stand.call(LIST, "domain", "localhost"));
            assertEquals(List.of(bob), stand.call(LIST, "domain", "localhost", "limit", 1, "index", 1));
            assertEquals(List.of(bob, carol), stand.call(LIST, "domain", "localhost", "index", 1));
            assertEquals(List.of(alice, bob), stand.call(LIST, "domain", "localhost", "limit", 2));
            assertEquals(List.of(), stand.call(LIST, "domain", "localhost", "index", 3));
            assertEquals(3, stand.call(COUNT, "domain", "localhost"));
        }
    }

    @EveryDatabase
    void reasonsThatNobodyCanReadAreRefusedAndNothingIsStored(Database database) {
        try (Stand stand = stand(database)) {
            List<String> reasons = List.of(
                    "a\u0000b", "a\nb", "a\u001bb", "a\u0085b", "a\ufffe", "a\ud800", "x".repeat(10_001));
            for (String reason : reasons) {
                String refusal = stand.refusal(ADD, "user", ALICE, "reason", reason);
                assertTrue(refusal.startsWith("invalid_reason: The reason"), refusal);
            }
            assertEquals(0, stand.call(COUNT, "domain", "localhost"));
            String odd = "]]> <&\"' \u00e4\u6f22\ud83d\ude00 " + "x".repeat(9_000);
            assertEquals(true, stand.call(ADD, "user", ALICE, "reason", odd));
            assertEquals(List.of(new BlockedUser(ALICE, odd)), stand.call(LIST, "domain", "localhost"));
        }
    }

    @EveryDatabase
    void whileTheDatabaseCannotAnswerLoginsAreRefusedAndThenItGoesOnByItself(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "user", ALICE);
            Client waiting = stand.client("bob@localhost/waiting");
            assertEquals(Optional.empty(), waiting.signIn());
            stand.time().forward(Duration.ofMinutes(1));
            rename(database, "blocklist", "away");
            assertEquals(Optional.of(TRY_LATER), stand.client("alice@localhost/tcp").logIn());
            assertEquals(Optional.of(TRY_LATER), stand.client("bob@localhost/tcp").logIn());
            assertEquals(Optional.of(TRY_LATER), waiting.open());
            assertEquals(0, denied(stand));
            rename(database, "away", "blocklist");
            assertEquals(disabled(null), stand.client("alice@localhost/tcp").logIn());
            assertEquals(Optional.empty(), stand.client("bob@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void withDenyAtSessionTooASignInIsRefusedWhileNobodyCanTell(Database database) {
        try (Stand stand = stand(database, "deny_at = \"session\"")) {
            rename(database, "blocklist", "away");
            assertEquals(Optional.of(TRY_LATER), stand.client("bob@localhost/tcp").signIn());
            rename(database, "away", "blocklist");
            assertEquals(Optional.empty(), stand.client("bob@localhost/tcp").signIn());
        }
    }

    @EveryDatabase
    void withFailOpenLoginsAreLetInMeanwhile(Database database) {
        try (Stand stand = stand(database, "fail = \"open\"")) {
            rename(database, "blocklist", "away");
            assertEquals(Optional.empty(), stand.client("bob@localhost/tcp").logIn());
            rename(database, "away", "blocklist");
        }
    }

    @EveryDatabase
    void whenTheEntryCannotBeStoredSessionsStay(Database database) {
        try (Stand stand = stand(database)) {
            Client client = stand.client("alice@localhost/tcp");
            client.logIn();
            rename(database, "blocklist", "away");
            assertThrows(
                    StorageException.class, () -> stand.call(ADD, "user", ALICE));
            rename(database, "away", "blocklist");
            assertEquals(Optional.empty(), client.ended());
        }
    }

    private static void rename(Database database, String from, String to) {
        database.write(db -> db.execute("ALTER TABLE " + from + " RENAME TO " + to));
    }

    @EveryDatabase
    void theEntryGoesWithTheAccount(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "user", ALICE);
            assertTrue(stand.client("alice@localhost/tcp").logIn().isPresent());
            stand.accounts().remove(ALICE);
            assertEquals(0, stand.call(COUNT, "domain", "localhost"));
            stand.register("alice@localhost");
            assertEquals(Optional.empty(), stand.client("alice@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void theEntriesGoWithTheDomain(Database database) {
        try (Stand stand = stand(database)) {
            stand.register("aaron@example.org");
            stand.call(ADD, "user", ALICE);
            stand.call(ADD, "user", Jid.parse("aaron@example.org"));
            stand.accounts().removeDomain("localhost");
            assertEquals(0, stand.call(COUNT, "domain", "localhost"));
            assertEquals(1, stand.call(COUNT, "domain", "example.org"));
            stand.register("alice@localhost");
            assertEquals(Optional.empty(), stand.client("alice@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void withSurvivesRemovalNobodyEscapesByRegisteringAgain(Database database) {
        try (Stand stand = stand(database, "survives_removal = true")) {
            stand.call(ADD, "user", ALICE, "reason", "Spam");
            stand.accounts().remove(ALICE);
            stand.register("alice@localhost");
            assertEquals(disabled("Spam"), stand.client("alice@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void whatAnotherProgramChangesInTheTableIsSeenAfterAMinute(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "user", ALICE);
            assertTrue(stand.client("alice@localhost/tcp").logIn().isPresent());
            database.write(db -> db.execute("DELETE FROM blocklist"));
            assertTrue(stand.client("alice@localhost/tcp").logIn().isPresent());
            stand.time().forward(Duration.ofMinutes(1));
            assertEquals(Optional.empty(), stand.client("alice@localhost/tcp").logIn());
        }
    }

    @EveryDatabase
    void everyDeclaredMetricIsEmittedUnderItsNames(Database database) {
        try (Stand stand = stand(database)) {
            String first = stand.metrics().prometheus();
            assertTrue(first.contains("\nmod_blocklist_denied_count{host_type=\"localhost\"} 0\n"), first);
            assertTrue(first.contains("\nmod_blocklist_denied_count{host_type=\"example.org\"} 0\n"), first);
            stand.call(ADD, "user", ALICE);
            stand.client("alice@localhost/tcp").logIn();
            stand.call(REMOVE, "user", ALICE);

            Set<MetricSpec> declared = new HashSet<>(new BlocklistModule().spec().metrics());
            assertEquals(declared, stand.metrics().touched());
            String text = stand.metrics().prometheus();
            for (String line : List.of(
                    "mod_blocklist_denied_count{host_type='localhost'} 1",
                    "mod_blocklist_rdbms_count{function='upsert_block',host_type='localhost'} 1",
                    "mod_blocklist_rdbms_count{function='remove_block',host_type='localhost'} 1",
                    "mod_blocklist_rdbms_time_count{function='upsert_block',host_type='localhost'} 1",
                    "mod_blocklist_rdbms_time_bucket{function='upsert_block',host_type='localhost',le='+Inf'} 1")) {
                assertTrue(text.contains("\n" + line.replace('\'', '"') + "\n"), text);
            }
            Set<List<String>> dotted = stand.metrics().dotted().keySet();
            assertTrue(dotted.contains(List.of("localhost", "mod_blocklist_rdbms", "upsert_block", "count")));
            assertTrue(dotted.contains(List.of("localhost", "mod_blocklist_rdbms", "remove_block", "time")));
        }
    }

    @EveryDatabase
    void afterItHasStoppedEverybodyMayEnter(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "user", ALICE);
            stand.reload("[modules.mod_blocklist]\nenabled = false\n");
            assertEquals(Optional.empty(), stand.client("alice@localhost/tcp").logIn());
            for (String command : List.of(ADD, REMOVE, COUNT, LIST)) {
                assertEquals(
                        "deps_not_loaded: Some of the required modules are not loaded "
                                + "{not_loaded_modules=[mod_blocklist]}",
                        stand.refusal(command, "user", ALICE, "domain", "localhost"));
            }
            stand.reload("");
            assertTrue(stand.client("alice@localhost/other").logIn().isPresent());
            assertEquals(1, stand.call(COUNT, "domain", "localhost"));
        }
    }

    @EveryDatabase
    void everyMistakeOfTheTableIsTold(Database database) {
        ConfigException error = assertThrows(
                ConfigException.class, () -> stand(database, "backend = \"rbdms\"", "deny_at = 1", "fial = \"open\""));
        assertEquals(
                """
                gatehouse.toml:4: modules.mod_blocklist.backend: expected "rdbms", found "rbdms"; did you mean "rdbms"?
                gatehouse.toml:5: modules.mod_blocklist.deny_at: expected one of "auth", "session", found 1
                gatehouse.toml:6: modules.mod_blocklist.fial: unknown key; did you mean "fail"?"""
                        .lines()
                        .toList(),
                String.valueOf(error.getMessage()).lines().toList());
    }
}
