package im.gatehouse.modules.vcard;

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

class VCardModuleTest {
    private static final String ASK = "<vCard xmlns='vcard-temp'/>";
    private static final String CARD = "<vCard xmlns='vcard-temp'><FN>Alice &amp; Co</FN><N><GIVEN>Alice</GIVEN></N></vCard>";

    @TempDir
    private Path folder;

    private TestHouse house;
    private TestClient alice;
    private TestClient bob;

    @BeforeEach
    void start() {
        house = new TestHouse(folder, "[modules.mod_vcard]\nmax_bytes = 1024", new VCardModule());
        house.withAccounts("alice@localhost", "bob@localhost");
        alice = house.client("alice@localhost/home");
        bob = house.client("bob@localhost/work");
    }

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void everybodyMayReadACard() {
        assertEquals(Iq.Type.RESULT, alice.ask("set", "", CARD).type());

        assertEquals(CARD, alice.result("get", "", ASK).toString());
        assertEquals(CARD, bob.result("get", "alice@localhost", ASK).toString());
    }

    @Test
    void onlyItsOwnerMayWriteIt() {
        alice.ask("set", "", CARD);

        String other = "<vCard xmlns='vcard-temp'><FN>x</FN></vCard>";
        assertEquals("service-unavailable", bob.error("set", "alice@localhost", other)); // as for no account at all
        assertEquals("service-unavailable", bob.error("set", "nobody@localhost", other));
        assertEquals(CARD, alice.result("get", "alice@localhost", ASK).toString());
    }

    @Test
    void whereThereIsNoCardTheOwnerIsToldAndOthersLearnNothing() {
        assertEquals("item-not-found", alice.error("get", "", ASK));
        assertEquals("service-unavailable", bob.error("get", "alice@localhost", ASK));
        assertEquals("service-unavailable", bob.error("get", "nobody@localhost", ASK));
    }

    @Test
    void anEmptyCardTakesItAway() {
        alice.ask("set", "", CARD);
        alice.ask("set", "", ASK);

        assertEquals("item-not-found", alice.error("get", "", ASK));
    }

    @Test
    void aCardThatIsTooLargeIsRefusedAndTheOldOneStays() {
        alice.ask("set", "", CARD);
        String large = "<vCard xmlns='vcard-temp'><DESC>" + "x".repeat(1024) + "</DESC></vCard>";

        assertEquals("policy-violation", alice.error("set", "", large));
        assertEquals(CARD, alice.result("get", "", ASK).toString());

        house.reload("[modules.mod_vcard]\nmax_bytes = 4096");
        assertEquals(Iq.Type.RESULT, alice.ask("set", "", large).type());
    }

    @Test
    void aCardGoesWithItsAccount() {
        alice.ask("set", "", CARD);
        house.accounts().remove(Jid.parse("alice@localhost"));
        house.withAccounts("alice@localhost");

        assertEquals("service-unavailable", bob.error("get", "alice@localhost", ASK));
    }
}
