package im.gatehouse.modules.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.modules.disco.DiscoModule;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.stanza.Presence;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresenceAccessTest {
    private static final String INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    private static final String ROSTER = "<query xmlns='jabber:iq:roster'/>";

    @TempDir
    private Path folder;

    @Test
    void whoIsSubscribedMayAskTheAccountWhetherItsOwnerIsThereOrNot() {
        try (TestHouse house = new TestHouse(folder, "", new RosterModule(), new PresenceModule(), new DiscoModule())) {
            house.withAccounts("alice@localhost", "bob@localhost");
            TestClient alice = house.client("alice@localhost/home");
            TestClient bob = house.client("bob@localhost/work");
            assertEquals("service-unavailable", bob.error("get", "alice@localhost", INFO));

            alice.ask("get", "", ROSTER);
            bob.ask("get", "", ROSTER);
            alice.send("<presence/>").settle();
            bob.send("<presence to='alice@localhost' type='subscribe'/>");
            alice.awaitPresence(Presence.Type.SUBSCRIBE);
            alice.send("<presence to='bob@localhost' type='subscribed'/>");
            bob.awaitPresence(Presence.Type.SUBSCRIBED);

            bob.result("get", "alice@localhost", INFO);
            assertEquals("service-unavailable", alice.error("get", "bob@localhost", INFO));

            alice.leave();
            bob.result("get", "alice@localhost", INFO);
        }
    }
}
