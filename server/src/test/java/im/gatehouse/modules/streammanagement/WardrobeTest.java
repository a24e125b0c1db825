package im.gatehouse.modules.streammanagement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.session.SessionInfo;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.stream.ManagementTerms;
import im.gatehouse.stream.StreamManagement;
import im.gatehouse.stream.SuspendedSession;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WardrobeTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final SuspendedStore store = new SuspendedStore();

    /** One that has waited for too long. */
    private static SuspendedSession session(String id) {
        SessionInfo info = new SessionInfo(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000), "tcp", true, "PLAIN", Instant.EPOCH);
        return new SuspendedSession(
                id, Jid.parse("alice@localhost/" + id), info, PATIENCE, Instant.EPOCH, 0, 0, List.of(), Map.of());
    }

    @Test
    void whatCouldNotBeDeletedIsDeletedWithTheNextOrAtTheEnd(@TempDir Path folder) {
        try (Database database =
                        Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 2));
                SmallServer server = new SmallServer(database)) {
            Wardrobe wardrobe = wardrobe(database, server);
            database.write(db -> {
                List.of("a", "b", "c").forEach(id -> store.insert(db, session(id)));
                return true;
            });
            wardrobe.takeOut();
            wardrobe.forget("a");
            assertEquals(2, rows(database));

            deletesFail(database, true);
            wardrobe.forget("b");
            assertEquals(2, rows(database));
            deletesFail(database, false);
            wardrobe.forget("c");
            assertEquals(0, rows(database));

            database.write(db -> {
                store.insert(db, session("d"));
                return true;
            });
            wardrobe.takeOut();
            deletesFail(database, true);
            wardrobe.forget("d");
            deletesFail(database, false);
            assertEquals(1, rows(database));
            wardrobe.putAway();
            assertEquals(0, rows(database));
        }
    }

    private static Wardrobe wardrobe(Database database, SmallServer server) {
        ManagementTerms terms =
                new ManagementTerms(100, 1_000_000, 10, Duration.ofMinutes(1), PATIENCE, 10, 10, 1_000_000, null);
        return new Wardrobe(
                database,
                new StreamManagement(
                        server.router, server.sessions, server.time, new SecureRandom(), terms, _ -> {}));
    }

    private int rows(Database database) {
        return database.read(store::all).size();
    }

    private static void deletesFail(Database database, boolean fail) {
        database.write(db -> db.execute(
                fail
                        ? "CREATE TRIGGER no_end BEFORE DELETE ON suspended_sessions "
                                + "BEGIN SELECT RAISE(ABORT, 'no'); END"
                        : "DROP TRIGGER no_end"));
    }
}
