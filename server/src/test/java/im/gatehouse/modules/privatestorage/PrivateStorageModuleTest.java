package im.gatehouse.modules.privatestorage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.stanza.Iq;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateStorageModuleTest {
    private static final String STORED = "<prefs xmlns='exodus:prefs' v='1'><nick>Hamlet</nick></prefs>";
    private static final String NAME = "<prefs xmlns='exodus:prefs'/>";

    @TempDir
    private Path folder;

    private TestHouse house;
    private TestClient alice;

    @BeforeEach
    void start() {
        String limits = "[modules.mod_private]\nmax_bytes = 1024\nmax_elements = 2";
        house = new TestHouse(folder, limits, new PrivateStorageModule());
        house.withAccounts("alice@localhost", "bob@localhost");
        alice = house.client("alice@localhost/home");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void whatWasStoredIsGot() {
        assertEquals(Iq.Type.RESULT, alice.ask("set", "", query(STORED)).type());

        assertEquals(query(STORED), alice.result("get", "", query(NAME)).toString());
    }

    @Test
    void whatWasNeverStoredIsGotEmpty() {
        assertEquals(query(NAME), alice.result("get", "", query(NAME)).toString());
    }

    @Test
    void whatIsStoredEmptyIsGone() {
        alice.ask("set", "", query(STORED));
        alice.ask("set", "", query(NAME));

        assertEquals(query(NAME), alice.result("get", "", query(NAME)).toString());
    }

    @Test
    void nobodyElseMayGetOrSet() {
        TestClient bob = house.client("bob@localhost/work");

        assertEquals("forbidden", bob.error("get", "alice@localhost", query(NAME)));
        assertEquals("forbidden", bob.error("set", "alice@localhost", query(STORED)));
    }

    @Test
    void aRequestWithoutAnElementOrWithOneThatHasNoNamespaceOfItsOwnIsRefused() {
        assertEquals("bad-request", alice.error("get", "", query("")));
        assertEquals("not-acceptable", alice.error("set", "", query("")));
        assertEquals("not-acceptable", alice.error("set", "", query("<prefs/>")));
        assertEquals("not-acceptable", alice.error("get", "", query(NAME + "<b xmlns='urn:b'/>")));
        assertEquals("not-acceptable", alice.error("set", "", query("<b xmlns='" + "u".repeat(256) + "'>x</b>")));
    }

    @Test
    void tooLargeOrTooManyElementsAreRefusedAndNothingOfThemIsStored() {
        String large = "<large xmlns='urn:l'>" + "x".repeat(1024) + "</large>";
        assertEquals("policy-violation", alice.error("set", "", query(STORED + large)));

        String three = STORED + "<b xmlns='urn:b'>1</b><c xmlns='urn:c'>1</c>";
        assertEquals("policy-violation", alice.error("set", "", query(three)));

        assertEquals(query(NAME), alice.result("get", "", query(NAME)).toString());
    }

    @Test
    void whatIsStoredGoesWithTheAccount() {
        alice.ask("set", "", query(STORED));
        house.accounts().remove(Jid.parse("alice@localhost"));
        house.withAccounts("alice@localhost");

        TestClient again = house.client("alice@localhost/again");
        assertEquals(query(NAME), again.result("get", "", query(NAME)).toString());
    }

    private static String query(String content) {
        return content.isEmpty()
                ? "<query xmlns='jabber:iq:private'/>"
                : "<query xmlns='jabber:iq:private'>" + content + "</query>";
    }
}
