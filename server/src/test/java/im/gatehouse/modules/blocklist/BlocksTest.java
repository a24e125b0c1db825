package im.gatehouse.modules.blocklist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall.Actor;
import im.gatehouse.modules.Client;
import im.gatehouse.modules.Stand;
import im.gatehouse.modules.blocklist.target.Target;
import im.gatehouse.session.Refusal;
import im.gatehouse.stanza.StreamError;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Blocks of every kind, with a beginning, an end and a history. */
class BlocksTest {
    private static final String ADD = "BlocklistAdminMutation.addBlock";
    private static final String ADD_USER = "BlocklistAdminMutation.addUser";
    private static final String REMOVE = "BlocklistAdminMutation.removeBlock";
    private static final String LIST = "BlocklistAdminQuery.listBlocks";
    private static final String USERS = "BlocklistAdminQuery.listBlockedUsers";
    private static final String EXPLAIN = "BlocklistAdminQuery.explainBlock";
    private static final String TRAIL = "BlocklistAdminQuery.auditTrail";
    private static final Jid ALICE = Jid.parse("alice@localhost");

    private static Stand stand(Database database) {
        Stand stand = Stand.start(new BlocklistModule(), database, new MovableTime(), "[modules.mod_blocklist]\n");
        stand.register("alice@localhost", "bob@localhost", "spam1@localhost", "spam2@localhost", "ann@example.org");
        return stand;
    }

    private static boolean mayEnter(Stand stand, String address) {
        return mayEnter(stand, address, "192.0.2.1");
    }

    private static boolean mayEnter(Stand stand, String address, String ip) {
        Client client = stand.client(address + "/probe", ip);
        boolean entered = client.logIn().isEmpty();
        if (entered) {
            client.leave();
        }
        return entered;
    }

    /** The field of an answer, as GraphQL reads it. */
    private static Object field(Object answer, String name) {
        try {
            Method accessor = answer.getClass().getDeclaredMethod(name);
            accessor.setAccessible(true);
            return accessor.invoke(answer);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException(name, e);
        }
    }

    private static List<Object> fields(Object answers, String name) {
        List<Object> fields = new ArrayList<>();
        ((List<?>) answers).forEach(answer -> fields.add(field(answer, name)));
        return fields;
    }

    @EveryDatabase
    void aBlockStopsAtItsSecondWithoutARestart(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD_USER, "user", ALICE, "for", Duration.ofDays(7));
            stand.time().forward(Duration.ofDays(7).minusMillis(1));
            assertFalse(mayEnter(stand, "alice@localhost"));
            assertEquals(1, ((List<?>) stand.call(USERS, "domain", "localhost")).size());
            stand.time().forward(Duration.ofMillis(1));
            assertTrue(mayEnter(stand, "alice@localhost"));
            assertEquals(List.of(), stand.call(USERS, "domain", "localhost"));
        }
    }

    @EveryDatabase
    void aBlockBeginsAtItsSecondAndEndsSessionsThen(Database database) {
        try (Stand stand = stand(database)) {
            Client client = stand.client("alice@localhost/phone");
            client.logIn();
            Instant start = stand.time().now().plus(Duration.ofMinutes(90));
            stand.call(ADD_USER, "user", ALICE, "reason", "Later", "from", start);
            assertEquals(List.of("SCHEDULED"), fields(stand.call(LIST), "state"));
            assertTrue(client.ended().isEmpty());
            assertTrue(mayEnter(stand, "alice@localhost"));
            stand.time().forward(Duration.ofMinutes(90));
            assertEquals(Optional.of(StreamError.Condition.CONFLICT.error("Later")), client.awaitEnd());
            assertFalse(mayEnter(stand, "alice@localhost"));
        }
    }

    @EveryDatabase
    void aDomainAPatternAndAnAddressKeepOutWhomTheyMatchAndNobodyElse(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "target", "SPAM*@localhost", "reason", "Spammers");
            assertFalse(mayEnter(stand, "spam1@localhost"));
            assertTrue(mayEnter(stand, "alice@localhost"));
            stand.call(ADD, "target", "198.51.100.0/24");
            assertFalse(mayEnter(stand, "alice@localhost", "198.51.100.77"));
            assertFalse(mayEnter(stand, "alice@localhost", "::ffff:198.51.100.77"));
            assertTrue(mayEnter(stand, "alice@localhost", "198.51.101.1"));
            stand.call(ADD, "target", "example.org");
            assertFalse(mayEnter(stand, "ann@example.org"));
            assertTrue(mayEnter(stand, "alice@localhost"));
            for (String target : List.of("spam*@localhost", "198.51.100.0/24", "example.org")) {
                assertEquals(true, field(stand.call(REMOVE, "target", target), "removed"));
                assertEquals(false, field(stand.call(REMOVE, "target", target), "removed"));
            }
            assertTrue(mayEnter(stand, "spam1@localhost"));
            assertTrue(mayEnter(stand, "ann@example.org", "198.51.100.77"));
        }
    }

    @EveryDatabase
    void aDigestKeepsOutTheAccountThatHasIt(Database database) {
        try (Stand stand = stand(database)) {
            assertTrue(mayEnter(stand, "alice@localhost"));
            String digest = Target.Digest.of(ALICE).toString();
            stand.call(ADD, "target", digest);
            assertFalse(mayEnter(stand, "alice@localhost"));
            assertTrue(mayEnter(stand, "bob@localhost"));
            stand.call(ADD, "target", Target.Digest.ofDomain("example.org").toString());
            assertFalse(mayEnter(stand, "ann@example.org"));
            stand.call(REMOVE, "target", digest);
            assertTrue(mayEnter(stand, "alice@localhost"));
        }
    }

    @EveryDatabase
    void aBlockOfEveryKindEndsTheLiveSessionsThatItMatches(Database database) {
        try (Stand stand = stand(database)) {
            Map<String, Client> hit = Map.of(
                    "spam*@localhost", stand.client("spam1@localhost/a"),
                    "203.0.113.0/24", stand.client("bob@localhost/a", "203.0.113.9"),
                    "example.org", stand.client("ann@example.org/a"),
                    Target.Digest.of(ALICE).toString(), stand.client("alice@localhost/a"));
            Client spared = stand.client("bob@localhost/elsewhere");
            hit.values().forEach(client -> assertEquals(Optional.empty(), client.logIn()));
            assertEquals(Optional.empty(), spared.logIn());
            hit.forEach((target, client) -> {
                Object answer = stand.call(ADD, "target", target, "reason", "Out: " + target);
                assertEquals(1L, field(answer, "sessions"), target);
                assertEquals(Optional.of(StreamError.Condition.CONFLICT.error("Out: " + target)), client.ended());
            });
            assertTrue(spared.ended().isEmpty());
            assertEquals(1, stand.sessions().count());
        }
    }

    @EveryDatabase
    void aLoginIsToldTheReasonOfTheBlockThatRefusesIt(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "target", "*@localhost", "reason", "Closed");
            assertEquals(
                    Optional.of(new Refusal(Refusal.Kind.ACCOUNT_DISABLED, "Closed")),
                    stand.client("alice@localhost/a").logIn());
            stand.call(ADD_USER, "user", ALICE, "reason", "You");
            assertEquals(
                    Optional.of(new Refusal(Refusal.Kind.ACCOUNT_DISABLED, "You")),
                    stand.client("alice@localhost/a").logIn());
        }
    }

    @EveryDatabase
    void whatWouldBeHitIsToldAndNothingChanges(Database database) {
        try (Stand stand = stand(database)) {
            Client client = stand.client("spam1@localhost/a");
            client.logIn();
            Object answer = stand.call(ADD, "target", "spam*@localhost", "dryRun", true);
            assertEquals(true, field(answer, "dryRun"));
            assertEquals(2L, field(answer, "accounts"));
            assertEquals(1L, field(answer, "sessions"));
            assertEquals(4L, field(stand.call(ADD, "target", "localhost", "dryRun", true), "accounts"));
            assertEquals(1L, field(stand.call(ADD, "target", "192.0.2.0/24", "dryRun", true), "accounts"));
            assertEquals(true, stand.call(ADD_USER, "user", Jid.parse("spam1@localhost"), "dryRun", true));
            assertEquals(Map.of("dryRun", Map.of("accounts", 1L, "sessions", 1L)), stand.aside());
            assertTrue(client.ended().isEmpty());
            assertEquals(List.of(), stand.call(LIST));
            assertEquals(List.of(), stand.call(TRAIL));
            assertEquals(
                    "user_not_found: User does not exist {user=ghost@localhost}",
                    stand.refusal(ADD_USER, "user", Jid.parse("ghost@localhost"), "dryRun", true));
            stand.call(ADD_USER, "user", ALICE);
            assertEquals(true, field(stand.call(REMOVE, "target", "alice@localhost", "dryRun", true), "removed"));
            assertEquals(true, stand.call("BlocklistAdminMutation.removeUser", "user", ALICE, "dryRun", true));
            assertFalse(mayEnter(stand, "alice@localhost"));
        }
    }

    @EveryDatabase
    void anExplanationNamesTheBlockThatRefusesAndAllThatConcernTheUser(Database database) {
        try (Stand stand = stand(database)) {
            Object nothing = stand.call(EXPLAIN, "user", ALICE, "ip", "192.0.2.1");
            assertEquals(true, field(nothing, "allowed"));
            assertEquals("No block refuses alice@localhost from 192.0.2.1", field(nothing, "message"));
            stand.call(ADD, "target", "*@localhost", "reason", "Closed");
            stand.call(ADD, "target", "192.0.2.0/24");
            stand.call(ADD_USER, "user", ALICE, "from", stand.time().now().plusSeconds(60));
            Object answer = stand.call(EXPLAIN, "user", ALICE, "ip", "192.0.2.1");
            assertEquals(false, field(answer, "allowed"));
            assertEquals("192.0.2.0/24", field(field(answer, "refusedBy"), "target"));
            assertEquals(
                    List.of("alice@localhost", "192.0.2.0/24", "*@localhost"),
                    fields(field(answer, "concerning"), "target"));
            assertEquals(
                    "alice@localhost is refused by the pattern *@localhost: Closed",
                    field(stand.call(EXPLAIN, "user", ALICE), "message"));
            assertEquals("invalid_ip: The IP address is none {ip=x}", stand.refusal(EXPLAIN, "user", ALICE, "ip", "x"));
        }
    }

    @EveryDatabase
    void whoChangedWhatIsKept(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD_USER, "user", ALICE, "reason", "A", "note", "ticket 7");
            stand.callAs(new Actor.DomainAdministrator("localhost"), "192.0.2.9");
            stand.call(ADD_USER, "user", ALICE, "reason", "B");
            stand.call(REMOVE, "target", "alice@localhost");
            stand.call(REMOVE, "target", "alice@localhost");
            Object trail = stand.call(TRAIL, "target", "alice@localhost");
            assertEquals(List.of("REMOVED", "CHANGED", "ADDED"), fields(trail, "action"));
            assertEquals(List.of("admin@localhost", "admin@localhost", "admin"), fields(trail, "actor"));
            Object first = ((List<?>) trail).getLast();
            assertEquals("A", field(first, "reason"));
            assertEquals("ticket 7", field(first, "note"));
            assertEquals(List.of(), stand.call(TRAIL, "domain", "example.org"));
            stand.call(ADD_USER, "user", ALICE);
            stand.accounts().remove(ALICE);
            assertEquals(
                    List.of("GONE_WITH_ACCOUNT"), fields(stand.call(TRAIL, "domain", "localhost", "limit", 1), "action"));
        }
    }

    @EveryDatabase
    void anAdministratorCannotLockThemselvesOutByMistake(Database database) {
        try (Stand stand = stand(database)) {
            stand.register("admin@localhost");
            assertTrue(stand.refusal(ADD, "target", "127.0.0.0/8").startsWith("would_lock_out_caller"));
            assertFalse(stand.refusal(ADD, "target", "127.0.0.0/8", "dryRun", true).startsWith("would"));
            stand.callAs(new Actor.DomainAdministrator("localhost"), "192.0.2.9");
            for (String target : List.of("admin@localhost", "localhost", "a*n@localhost")) {
                assertTrue(stand.refusal(ADD, "target", target).startsWith("would_lock_out_caller"), target);
            }
            assertTrue(stand.refusal(ADD_USER, "user", Jid.parse("admin@localhost")).startsWith("would_lock_out"));
            assertEquals(List.of(), stand.call(LIST));
            assertEquals(true, field(stand.call(ADD, "target", "localhost", "dryRun", true), "locksOutCaller"));
            stand.callAs(new Actor.GlobalAdministrator(), "127.0.0.1");
            assertEquals(false, field(stand.call(ADD, "target", "*@*", "dryRun", true), "locksOutCaller"));
            stand.callAs(new Actor.DomainAdministrator("localhost"), "192.0.2.9");
            stand.call(ADD, "target", "localhost", "force", true);
            assertFalse(mayEnter(stand, "alice@localhost"));
        }
    }

    @EveryDatabase
    void badTargetsAndPeriodsAreRefusedAndNothingIsStored(Database database) {
        try (Stand stand = stand(database)) {
            Instant now = stand.time().now();
            for (String target : List.of("*", "a@b@c", "10.0.0.0/33", "sha256:12", "a b@localhost", "@localhost", "x*")) {
                assertTrue(stand.refusal(ADD, "target", target).startsWith("invalid_target: "), target);
            }
            assertTrue(stand.refusal(ADD, "target", "nowhere.example").startsWith("domain_not_found"));
            assertTrue(stand.refusal(ADD, "target", "ghost@localhost").startsWith("user_not_found"));
            assertTrue(stand.refusal(ADD, "target", "a@nowhere.example").startsWith("domain_not_found: User's"));
            for (Object[] period : List.of(
                    new Object[] {"until", now},
                    new Object[] {"until", now.minusSeconds(1)},
                    new Object[] {"for", Duration.ZERO},
                    new Object[] {"for", Duration.ofDays(5_000_000)},
                    new Object[] {"from", now.plusSeconds(9), "until", now.plusSeconds(9)},
                    new Object[] {"until", now.plusSeconds(9), "for", Duration.ofDays(1)},
                    new Object[] {"until", Instant.MAX},
                    new Object[] {"from", Instant.MIN},
                    new Object[] {"from", Instant.MAX})) {
                List<Object> arguments = new ArrayList<>(List.of("target", "alice@localhost"));
                arguments.addAll(List.of(period));
                assertTrue(stand.refusal(ADD, arguments.toArray()).startsWith("invalid_period"), arguments.toString());
            }
            assertTrue(stand.refusal(ADD, "target", "localhost", "note", "a\nb").startsWith("invalid_note: The note"));
            assertEquals(List.of(), stand.call(LIST));
        }
    }

    @EveryDatabase
    void blocksOfAllKindsAreListedInOrderAndCanBeChosen(Database database) {
        try (Stand stand = stand(database)) {
            for (String target : List.of("spam*@localhost", "example.org", "192.0.2.0/24", "bob@localhost")) {
                stand.call(ADD, "target", target);
            }
            assertEquals(
                    List.of("192.0.2.0/24", "bob@localhost", "example.org", "spam*@localhost"),
                    fields(stand.call(LIST), "target"));
            assertEquals(
                    List.of("bob@localhost", "spam*@localhost"), fields(stand.call(LIST, "domain", "localhost"), "target"));
            assertEquals(List.of("192.0.2.0/24"), fields(stand.call(LIST, "kind", "ADDRESS"), "target"));
            assertEquals(List.of("bob@localhost"), fields(stand.call(LIST, "kind", "ACCOUNT"), "target"));
            assertEquals(List.of("example.org"), fields(stand.call(LIST, "limit", 1, "index", 2), "target"));
            assertEquals(List.of(), stand.call(LIST, "source", "elsewhere"));
            assertEquals(4, ((List<?>) stand.call(LIST, "source", "manual")).size());
        }
    }

    @EveryDatabase
    void rulesGoWithTheirDomainAndSurviveARestart(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "target", "spam*@localhost");
            stand.call(ADD, "target", "ann*@example.org");
        }
        try (Stand stand = Stand.start(new BlocklistModule(), database, new MovableTime(), "")) {
            assertFalse(mayEnter(stand, "spam1@localhost"));
            stand.accounts().removeDomain("localhost");
            assertEquals(List.of("ann*@example.org"), fields(stand.call(LIST), "target"));
            stand.register("spam1@localhost");
            assertTrue(mayEnter(stand, "spam1@localhost"));
        }
    }

    @EveryDatabase
    void aRowThatNamesNoTargetIsLeftOutAndTheOthersHold(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD, "target", "spam*@localhost");
            database.write(db -> db.execute("INSERT INTO blocklist_rule (target, kind, created_at) "
                    + "VALUES ('10.0.0.0/99', 'address', 0)"));
            stand.call(ADD, "target", "192.0.2.0/24");
            assertFalse(mayEnter(stand, "spam1@localhost", "198.51.100.1"));
            assertFalse(mayEnter(stand, "alice@localhost", "192.0.2.1"));
            assertEquals(List.of("192.0.2.0/24", "spam*@localhost"), fields(stand.call(LIST), "target"));
        }
    }

    @EveryDatabase
    void anExpiredBlockIsClearedAwayAndTheTrailSaysSo(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD_USER, "user", ALICE, "for", Duration.ofSeconds(30));
            stand.call(ADD, "target", "spam*@localhost");
            stand.time().forward(Upkeep.ROUND);
            Object[] expected = {"EXPIRED", "ADDED", "ADDED"};
            long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
            while (((List<?>) stand.call(TRAIL)).size() < expected.length && System.nanoTime() - deadline < 0) {
                Thread.yield(); // the round runs beside us; each call asks the database
            }
            assertEquals(List.of(expected), fields(stand.call(TRAIL), "action"));
            assertEquals(List.of("spam*@localhost"), fields(stand.call(LIST), "target"));
        }
    }

    @EveryDatabase
    void whatGoesWithADomainIsInTheTrail(Database database) {
        try (Stand stand = stand(database)) {
            stand.call(ADD_USER, "user", ALICE, "reason", "A");
            stand.call(ADD, "target", "spam*@localhost", "note", "B");
            stand.accounts().removeDomain("localhost");
            Object gone = stand.call(TRAIL, "domain", "localhost", "limit", 2);
            assertEquals(List.of("GONE_WITH_ACCOUNT", "GONE_WITH_ACCOUNT"), fields(gone, "action"));
            assertEquals(List.of("spam*@localhost", "alice@localhost"), fields(gone, "target"));
            assertEquals("A", field(((List<?>) gone).getLast(), "reason"));
        }
    }
}
