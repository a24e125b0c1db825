package im.gatehouse.modules.ping;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.modules.Friends;
import im.gatehouse.modules.TestHouse;
import im.gatehouse.stanza.Iq;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PingModuleTest {
    private static final String PING = "<ping xmlns='urn:xmpp:ping'/>";

    @TempDir
    private Path folder;

    @Test
    void serverAndAccountAnswerThoseWhoMayKnowThatTheyAreThere() {
        try (TestHouse house = new TestHouse(folder, "", new PingModule(), new Friends("bob@localhost"))) {
            house.withAccounts("alice@localhost", "bob@localhost", "mallory@localhost");

            assertEquals(Iq.Type.RESULT, house.client("alice@localhost/a").ask("get", "localhost", PING).type());
            assertEquals(Iq.Type.RESULT, house.client("alice@localhost/b").ask("get", "", PING).type());
            assertEquals(
                    Iq.Type.RESULT,
                    house.client("bob@localhost/a").ask("get", "alice@localhost", PING).type());
            assertEquals(
                    "service-unavailable",
                    house.client("mallory@localhost/a").error("get", "alice@localhost", PING));
        }
    }
}
