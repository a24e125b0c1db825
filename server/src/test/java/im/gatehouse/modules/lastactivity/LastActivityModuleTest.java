package im.gatehouse.modules.lastactivity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Friends;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.stanza.Presence;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
