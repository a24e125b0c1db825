package im.gatehouse.modules;

import im.gatehouse.account.Accounts;
import im.gatehouse.jid.Jid;
import im.gatehouse.metrics.Metrics;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.router.Router;
import im.gatehouse.session.Lane;
import im.gatehouse.session.Sessions;
import im.gatehouse.storage.Database;
import im.gatehouse.time.MovableTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The middle of a real server, without its transports: accounts on a real database, sessions, router and the modules
 * that a test names. Clients are {@link SmallClient}s.
 */
public final class SmallServer implements AutoCloseable {
    /** How long anything may take before a test fails. */
    private static final int PATIENCE_SECONDS = 60;

    public final MovableTime time = new MovableTime();
    public final Accounts accounts;
    public final Sessions sessions;
    public final Router router;
    public final Metrics metrics;
    private final Floors floors;
    private final List<SmallClient> clients = new CopyOnWriteArrayList<>();

    public SmallServer(Database database, ModulePlan.Entry<?>... entries) {
        floors = new Floors(database, time, Set.of("localhost"), Set::of, Path.of(""));
        accounts = floors.accounts;
        sessions = floors.sessions;
        router = floors.router;
        metrics = floors.metrics;
        floors.modules.start(new ModulePlan(List.of(entries), List.of()));
    }

    /** Makes accounts at {@code localhost} that do not exist yet. */
    public SmallServer with(String... users) {
        for (String user : users) {
            accounts.create(Jid.of(user, "localhost"), "secret");
        }
        return this;
    }

    public <T> T service(Class<T> type) {
        return floors.services.find(type);
    }

    /** A client that has signed in, such as {@code alice/phone}, and has said nothing yet. */
    public SmallClient connect(String userAndResource) {
        int slash = userAndResource.indexOf('/');
        Jid jid = Jid.of(
                userAndResource.substring(0, slash), "localhost", userAndResource.substring(slash + 1));
        SmallClient client = new SmallClient(this, jid);
        clients.add(client);
        client.register();
        return client;
    }

    /** A client that has signed in, asked for its roster and become available; what it heard by that is forgotten. */
    public SmallClient online(String userAndResource) {
        SmallClient client = connect(userAndResource);
        client.send("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
        client.send("<presence/>");
        client.heard();
        return client;
    }

    /** Waits until nothing is under way any more. */
    public void settle() {
        for (int round = 0; round < 3; round++) {
            for (SmallClient client : new ArrayList<>(clients)) {
                CountDownLatch reached = new CountDownLatch(1);
                Lane lane = client.session().lane();
                lane.add(reached::countDown);
                await(reached);
                // Only then what is sent next is handled by whoever sends it, as it would be by a client's loop.
                Lanes.awaitIdle(lane);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("A lane is stuck");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        floors.close();
    }
}
