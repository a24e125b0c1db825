package im.gatehouse.modules.blocklist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Stand;
import im.gatehouse.modules.StreamClient;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;

/** Many sign in, each on a stream of the server's own, at the moment at which their account is blocked. */
@Timeout(900)
class BlocklistRaceTest {
    private static final int LOGINS = 100;

    /** Of these, so many come before the block, and so many after it: what is being tested does happen. */
    private static final int SURE = 5;
    private static final int ROUNDS = 200;
    private static final Jid ALICE = Jid.parse("alice@localhost");

    /** What came of the logins of all rounds. */
    private final AtomicInteger refusedAtSignIn = new AtomicInteger();

    private final AtomicInteger refusedAtBinding = new AtomicInteger();
    private final AtomicInteger opened = new AtomicInteger();

    private final Map<String, byte[]> derived = new ConcurrentHashMap<>();

    @EveryDatabase
    void noLoginUnderWaySurvivesABlock(Database database) throws InterruptedException {
        try (Stand stand = stand(database)) {
            for (int round = 0; round < ROUNDS; round++) {
                List<StreamClient> clients = clients(stand);
                race(stand, clients.stream().<Runnable>map(client -> () -> logIn(client)).toList());
                assertNobodyIsLeft(stand, clients, round);
            }
            assertTrue(opened.get() > 0 && refusedAtSignIn.get() > 0, this::outcomes);
            assertEquals(ROUNDS * LOGINS, opened.get() + refusedAtSignIn.get() + refusedAtBinding.get());
        }
    }

    @EveryDatabase
    void nobodyWhoHasSignedInAndNotYetBoundSurvivesABlock(Database database) throws InterruptedException {
        try (Stand stand = stand(database)) {
            for (int round = 0; round < ROUNDS / 4; round++) {
                List<StreamClient> clients = clients(stand);
                clients.forEach(client ->
                        assertEquals("success", client.signIn("alice", "secret", derived).name()));
                race(stand, clients.stream().<Runnable>map(client -> () -> bind(client)).toList());
                assertNobodyIsLeft(stand, clients, round);
            }
            assertTrue(opened.get() > 0 && refusedAtBinding.get() > 0, this::outcomes);
            assertEquals(ROUNDS / 4 * LOGINS, opened.get() + refusedAtBinding.get());
        }
    }

    private static Stand stand(Database database) {
        Stand stand = Stand.start(new BlocklistModule(), database, new MovableTime(), "");
        stand.register("alice@localhost");
        return stand;
    }

    private static List<StreamClient> clients(Stand stand) {
        List<StreamClient> clients = new ArrayList<>();
        for (int i = 0; i < LOGINS; i++) {
            clients.add(stand.streamClient());
        }
        return clients;
    }

    private void logIn(StreamClient client) {
        if (client.signIn("alice", "secret", derived).name().equals("success")) {
            bind(client);
        } else {
            refusedAtSignIn.incrementAndGet();
        }
    }

    private void bind(StreamClient client) {
        Element answer = client.bind(Integer.toString(System.identityHashCode(client)));
        boolean stands = "result".equals(answer.attribute("type"));
        (stands ? opened : refusedAtBinding).incrementAndGet();
    }

    /** Does all of it at once, and somewhere in between blocks alice. A few come before that, and a few afterwards. */
    private static void race(Stand stand, List<Runnable> logins) throws InterruptedException {
        logins.subList(0, SURE).forEach(Runnable::run);
        CountDownLatch start = new CountDownLatch(1);
        List<Runnable> all = new ArrayList<>(logins.subList(SURE, LOGINS - SURE));
        all.add(
                ThreadLocalRandom.current().nextInt(all.size()),
                () -> stand.call("BlocklistAdminMutation.addUser", "user", ALICE, "reason", "Spam"));
        List<Thread> threads = all.stream()
                .map(task -> Thread.startVirtualThread(() -> {
                    await(start);
                    task.run();
                }))
                .toList();
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        logins.subList(LOGINS - SURE, LOGINS).forEach(Runnable::run);
    }

    private void assertNobodyIsLeft(Stand stand, List<StreamClient> clients, int round) {
        assertEquals(List.of(), stand.sessions().of(ALICE), "round " + round);
        assertEquals(0, stand.sessions().count());
        stand.call("BlocklistAdminMutation.removeUser", "user", ALICE);
    }

    private String outcomes() {
        return opened + " opened, " + refusedAtSignIn + " refused at sign-in, " + refusedAtBinding + " at binding";
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
