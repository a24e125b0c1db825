package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.admin.AdminToken;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Administrators look into archives and make them smaller, on a running server. */
class ArchiveCommandsTest {
    @TempDir
    private Path folder;

    @EveryDatabase
    void archivesAreReadAndPruned(StorageSettings settings) throws Exception {
        try (RunningServer server = RunningServer.in(folder, RunningServer.on(settings))
                        .account("alice@localhost")
                        .account("bob@localhost");
                GraphQl administrator = new GraphQl(server, bearer(server));
                RawClient alice = new RawClient(server.plainPort()).signIn("alice", "a")) {
            for (int i = 1; i <= 3; i++) {
                alice.send("<message type='chat' to='bob@localhost'><body>nr " + i + "</body></message>");
            }
            String room = "tea@conference.localhost";
            alice.send("<presence to='" + room + "/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
            alice.readUntil("<subject");
            alice.send("<iq type='set' id='cfg' to='" + room + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                    + "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                    + "<value>http://jabber.org/protocol/muc#roomconfig</value></field>"
                    + "<field var='muc#roomconfig_persistentroom'><value>1</value></field></x></query></iq>");
            alice.readUntil("id='cfg'");
            alice.send("<message type='groupchat' to='" + room + "'><body>to all</body></message>");
            alice.readUntil("to all");

            assertEquals(
                    "{\"data\":{\"mam\":{\"archiveInfo\":{\"messages\":3}}}}",
                    ask(administrator, "mam { archiveInfo(archive: \"bob@localhost\") { messages } }"));
            String last = ask(administrator, "stanza { getLastMessages(caller: \"bob@localhost\","
                    + " with: \"alice@localhost\", limit: 2) { limit stanzas { sender stanza stanza_id timestamp } } }");
            assertTrue(last.contains("nr 2") && last.contains("nr 3") && !last.contains("nr 1"), last);
            assertTrue(last.contains("\"sender\":\"alice@localhost/a\""), last);
            String inRoom = ask(
                    administrator,
                    "muc { getRoomMessages(room: \"" + room + "\", pageSize: 5) { stanzas { sender stanza_id stanza } } }");
            assertTrue(inRoom.contains("to all") && inRoom.contains(room + "/al"), inRoom);
            assertTrue(ask(administrator, "muc { getRoomMessages(room: \"no@conference.localhost\") { limit } }")
                    .contains("room_not_found"));

            assertEquals(
                    "{\"data\":{\"mam\":{\"pruneArchive\":{\"deleted\":2}}}}",
                    change(administrator, "mam { pruneArchive(archive: \"bob@localhost\", keep: 1) { deleted } }"));
            assertTrue(change(administrator, "mam { pruneArchive(archive: \"bob@localhost\") { deleted } }")
                    .contains("bad_argument"));
            assertEquals(
                    "{\"data\":{\"mam\":{\"pruneDomain\":{\"deleted\":2}}}}",
                    change(administrator, "mam { pruneDomain(domain: \"localhost\", keep: 1) { deleted } }"));
            assertEquals(
                    "{\"data\":{\"mam\":{\"removeArchive\":true}}}",
                    change(administrator, "mam { removeArchive(archive: \"alice@localhost\") }"));
            assertEquals(
                    "{\"data\":{\"mam\":{\"archiveInfo\":{\"messages\":0,\"first\":null}}}}",
                    ask(administrator, "mam { archiveInfo(archive: \"alice@localhost\") { messages first } }"));
        }
    }

    private static String bearer(RunningServer server) {
        return "Bearer " + AdminToken.in(server.config().resolveSibling("data")).read().orElseThrow();
    }

    private static String ask(GraphQl administrator, String query) {
        return administrator.ask("{ " + query + " }").json().toString();
    }

    private static String change(GraphQl administrator, String mutation) {
        return administrator.ask("mutation { " + mutation + " }").json().toString();
    }
}
