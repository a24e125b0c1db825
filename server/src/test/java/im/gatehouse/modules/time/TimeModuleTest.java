package im.gatehouse.modules.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.TestHouse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeModuleTest {
    @TempDir
    private Path folder;

    @Test
    void theServerTellsItsTimeInUtcToTheSecond() {
        try (TestHouse house = new TestHouse(folder, "", new TimeModule())) {
            TestClient alice = house.withAccounts("alice@localhost").client("alice@localhost/a");
            house.time().forward(Duration.ofMillis(61_500));

            assertEquals(
                    "<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>2026-11-21T12:01:01Z</utc></time>",
                    alice.result("get", "localhost", "<time xmlns='urn:xmpp:time'/>").toString());
        }
    }
}
