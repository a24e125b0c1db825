package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.account.Accounts;
import im.gatehouse.account.ScramSettings;
import im.gatehouse.config.ConfigFile;
import im.gatehouse.jid.Jid;
import im.gatehouse.session.Admitted;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import im.gatehouse.time.SeenTime;
import im.gatehouse.time.Time;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

/** Logins of a month's last seconds that are looked at when the month is over. */
class VisitorsLateTest {
    @TempDir
    private Path folder;

    /** For the thread that counts it is later than for those who log in. */
    private static Time late(Duration delay) {
        return new SeenTime(new MovableTime(Instant.parse("2018-05-31T23:59:59Z")), now -> {
            boolean counts = Thread.currentThread().getName().equals("mod_monthly_visitors");
            return counts ? now.plus(delay) : now;
        });
    }

    private List<VisitorsStore.Figure> countedAfter(Database database, Duration delay) throws Exception {
        MmdbWriter.cities().place("67.43.156.0/24", "BT", "", 0).writeTo(folder.resolve("places.mmdb"));
        ConfigFile file = ConfigFile.parse("mmdb_path = \"places.mmdb\"", folder.resolve("gatehouse.toml"));
        VisitorsConfig config = VisitorsConfig.read(file.root());
        Time time = late(delay);
        ScramSettings scram = new ScramSettings(ScramSettings.LEAST_ITERATIONS);
        try (Accounts accounts = new Accounts(database, scram, Set.of("localhost"), time, new byte[32]);
                Visitors visitors = new Visitors(config, accounts, database, time, folder)) {
            accounts.create(Jid.parse("alice@localhost"), "secret");
            visitors.opened(Admitted.session(
                    new Sessions(() -> 1_000),
                    Jid.parse("alice@localhost/zom"),
                    new InetSocketAddress("67.43.156.1", 1),
                    Instant.EPOCH,
                    new Nobody(),
                    new Lane(16)));
            visitors.settle();
        }
        return database.read(db -> new VisitorsStore().figures(db, "localhost", "2018-05"));
    }

    @EveryDatabase
    void withinAMinuteTheyAreCountedInTheirMonth(Database database) throws Exception {
        assertEquals(2, countedAfter(database, Duration.ofSeconds(59)).size());
    }

    @EveryDatabase
    void laterTheyAreNotSinceTheFiguresMayHaveBeenRead(Database database) throws Exception {
        assertEquals(List.of(), countedAfter(database, Duration.ofSeconds(61)));
    }
}
