package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.LogConfig;
import im.gatehouse.modules.visitors.MmdbWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration is read again: all of it holds, or none. */
class ReloadTest {
    private static final String START = """
            [modules.mod_muc]
            name = "The old rooms"
            [modules.mod_monthly_visitors]
            mmdb_path = "places.mmdb"
            """;

    @TempDir
    Path folder;

    private RunningServer running;

    @BeforeEach
    void start() throws IOException {
        MmdbWriter.cities().place("192.0.2.0/24", "GB", "ENG", 1).writeTo(folder.resolve("places.mmdb"));
        running = RunningServer.in(folder, START).account("admin@localhost");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void whatOneModuleRefusesChangesNoOther() throws IOException {
        StartException refused = assertThrows(
                StartException.class,
                () -> running.reconfigure("""
                        [modules.mod_muc]
                        name = "The new rooms"
                        [modules.mod_monthly_visitors]
                        mmdb_path = "nowhere.mmdb"
                        [modules.mod_ping]
                        enabled = false
                        [log]
                        level = "debug"
                        """));
        assertTrue(refused.getMessage().contains("modules.mod_monthly_visitors.mmdb_path"), refused.getMessage());
        assertEquals("The old rooms", nameOfTheRooms());
        assertTrue(running.server().modules().names().contains("mod_ping"));
        assertEquals(LogConfig.Level.INFO, running.server().config().log().level());
    }

    @Test
    void aNewModuleThatCannotStartChangesNoOther() throws IOException {
        running.reconfigure("[modules.mod_muc]\nname = \"The old rooms\"\n");
        assertFalse(running.server().modules().names().contains("mod_monthly_visitors"));
        assertThrows(
                StartException.class,
                () -> running.reconfigure("""
                        [modules.mod_muc]
                        name = "The new rooms"
                        [modules.mod_muc_limits]
                        [modules.mod_monthly_visitors]
                        mmdb_path = "nowhere.mmdb"
                        [modules.mod_ping]
                        enabled = false
                        """));
        assertEquals("The old rooms", nameOfTheRooms());
        assertTrue(running.server().modules().names().contains("mod_ping"));
        assertFalse(running.server().modules().names().contains("mod_muc_limits"));
        running.reconfigure("[modules.mod_muc]\nname = \"The new rooms\"\n[modules.mod_muc_limits]\n");
        assertEquals("The new rooms", nameOfTheRooms());
        assertTrue(running.server().modules().names().contains("mod_muc_limits"));
    }

    @Test
    void whatModulesCanOnlyFollowAfterARestartIsNamedAndTheRestIsFollowed() throws IOException {
        Files.writeString(
                running.config(),
                Files.readString(running.config())
                        .replace("name = \"The old rooms\"", "name = \"The new rooms\"\nhost = \"rooms.@HOST@\"")
                        + "[modules.mod_mam]\nmuc = false\n");
        List<String> waiting = List.of("modules.mod_muc.host", "modules.mod_mam.muc");
        assertEquals(waiting, running.server().reload());
        assertEquals(waiting, running.server().reload());
        assertEquals("The new rooms", nameOfTheRooms());
    }

    private String nameOfTheRooms() throws IOException {
        try (RawClient admin = new RawClient(running.plainPort()).signIn("admin", "a")) {
            admin.send("<iq type='get' id='i' to='conference.localhost'>"
                    + "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
            String answer = admin.readUntil("</iq>");
            return answer.replaceAll("(?s).*<identity[^>]* name='([^']*)'.*", "$1");
        }
    }
}
