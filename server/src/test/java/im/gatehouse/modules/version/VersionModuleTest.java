package im.gatehouse.modules.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VersionModuleTest {
    private static final String ASK = "<query xmlns='jabber:iq:version'/>";

    @TempDir
    private Path folder;

    @Test
    void theServerTellsItsVersionAndItsSystemOnlyIfItShall() {
        try (TestHouse house = new TestHouse(folder, "", new VersionModule())) {
            TestClient alice = house.withAccounts("alice@localhost").client("alice@localhost/a");

            assertEquals(
                    "<query xmlns='jabber:iq:version'><name>Gatehouse</name><version>1.2.3</version></query>",
                    alice.result("get", "localhost", ASK).toString());

            house.reload("[modules.mod_version]\nname = \"Inn\"\nshow_version = false\nshow_os = true");

            assertEquals(
                    "<query xmlns='jabber:iq:version'><name>Inn</name><version/><os>"
                            + System.getProperty("os.name") + "</os></query>",
                    alice.result("get", "localhost", ASK).toString());
        }
    }
}
