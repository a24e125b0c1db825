package im.gatehouse.modules.lastactivity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Client;
import im.gatehouse.modules.Friends;
import im.gatehouse.modules.Stand;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.stanza.Presence;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class LastActivityModuleTest {
    private static final String ASK = "<query xmlns='jabber:iq:last'/>";

    @TempDir
    private Path folder;

    private TestHouse house;
    private TestClient bob;

    @BeforeEach
    void start() {
        house = new TestHouse(folder, "", new LastActivityModule(), new Friends("bob@localhost"));
        house.withAccounts("alice@localhost", "bob@localhost", "mallory@localhost");
        bob = house.client("bob@localhost/work");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void theServerTellsHowLongItHasBeenUp() {
        house.time().forward(Duration.ofMinutes(2));

        assertEquals("<query xmlns='jabber:iq:last' seconds='120'/>", bob.result("get", "localhost", ASK).toString());
    }

    @Test
    void aFriendIsToldHowLongAgoSomebodyLeftAndWithWhatWords() {
        TestClient alice = house.client("alice@localhost/home");
        alice.send("<presence type='unavailable'><status>Heading home</status></presence>").leave();
        house.time().forward(Duration.ofSeconds(903));

        assertEquals("<query xmlns='jabber:iq:last' seconds='903'>Heading home</query>", seenByBob());
    }

    @Test
    void wordsOfAnEarlierLeaveAreNotRepeated() {
        TestClient alice = house.client("alice@localhost/home");
        alice.send("<presence type='unavailable'><status>Heading home</status></presence>").send("<presence/>").leave();

        assertEquals("<query xmlns='jabber:iq:last' seconds='0'/>", seenByBob());
    }

    @Test
    void whoIsAvailableWasActiveJustNow() {
        house.client("alice@localhost/home").leave();
        house.time().forward(Duration.ofHours(1));
        house.client("alice@localhost/home").session().presence(Presence.of(Presence.Type.AVAILABLE, null, null));

        assertEquals("<query xmlns='jabber:iq:last' seconds='0'/>", seenByBob());
    }

    @Test
    void onlyTheLastSessionToEndCounts() {
        TestClient first = house.client("alice@localhost/first");
        TestClient second = house.client("alice@localhost/second");
        second.leave();
        house.time().forward(Duration.ofHours(1));
        first.leave();
        house.time().forward(Duration.ofSeconds(5));

        assertEquals("<query xmlns='jabber:iq:last' seconds='5'/>", seenByBob());
    }

    @Test
    void ofSomebodyWhoWasNeverThereNothingIsKnown() {
        assertEquals("item-not-found", bob.error("get", "alice@localhost", ASK));
    }

    @Test
    void aStrangerIsNotTold() {
        assertEquals("forbidden", house.client("mallory@localhost/den").error("get", "alice@localhost", ASK));
    }

    @Test
    void anAccountThatIsMadeAgainHasNoPast() {
        house.client("alice@localhost/home").leave();
        house.accounts().remove(Jid.parse("alice@localhost"));
        house.withAccounts("alice@localhost");

        assertEquals("item-not-found", bob.error("get", "alice@localhost", ASK));
    }

    private String seenByBob() {
        return bob.result("get", "alice@localhost", ASK).toString();
    }

    @EveryDatabase
    void whileTheDatabaseIsAwayOneLineTellsOfAllWhoLeave(Database database) {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> seen = new ListAppender<>();
        seen.start();
        MovableTime time = new MovableTime();
        try (Stand stand = Stand.start(new LastActivityModule(), database, time, "")) {
            stand.register("alice@localhost", "bob@localhost");
            database.write(db -> db.execute("ALTER TABLE last_activity RENAME TO away"));
            root.addAppender(seen);
            for (String device : List.of("alice@localhost/a", "bob@localhost/b", "alice@localhost/c")) {
                Client client = stand.client(device);
                assertEquals(Optional.empty(), client.logIn());
                client.leave();
            }
            time.forward(Duration.ofMinutes(1));
            Client client = stand.client("alice@localhost/d");
            assertEquals(Optional.empty(), client.logIn());
            client.leave();
        } finally {
            root.detachAppender(seen);
            database.write(db -> db.execute("ALTER TABLE away RENAME TO last_activity"));
        }
        List<ILoggingEvent> lines = seen.list.stream()
                .filter(line -> line.getThreadName().equals(Thread.currentThread().getName())) // not another test's
                .filter(line -> line.getLoggerName().endsWith("LastActivity") || line.getThrowableProxy() != null)
                .toList();
        assertEquals(2, lines.size(), lines::toString);
        assertNull(lines.getFirst().getThrowableProxy());
        assertTrue(lines.getFirst().getFormattedMessage().contains(", 1 times since"), lines::toString);
        assertTrue(lines.getLast().getFormattedMessage().contains(", 3 times since"), lines::toString);
    }
}
