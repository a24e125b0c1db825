package im.gatehouse.modules.blocklist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.Stand;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.time.MovableTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

class BlocklistRaceTest {
    private static final int LOGINS = 100;
    private static final int ROUNDS = 50;

    @EveryDatabase
    void noLoginUnderWaySurvivesABlock(Database database) throws InterruptedException {
        try (Stand stand = Stand.start(new BlocklistModule(), database, new MovableTime(), "")) {
            stand.register("alice@localhost");
            Jid alice = Jid.parse("alice@localhost");
            int refused = 0;
            for (int round = 0; round < ROUNDS; round++) {
                refused += race(stand, alice, round);
                assertEquals(List.of(), stand.sessions().of(alice), "round " + round);
                stand.call("BlocklistAdminMutation.removeUser", "user", alice);
            }
            assertEquals(0, stand.sessions().count());
            // The moment was well chosen only if some came in before it and some after it.
            assertTrue(refused > 0 && refused < ROUNDS * LOGINS, "refused " + refused);
        }
    }

    private static int race(Stand stand, Jid alice, int round) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        for (int i = 0; i < LOGINS; i++) {
            String resource = "alice@localhost/" + round + "-" + i;
            threads.add(Thread.startVirtualThread(() -> {
                await(start);
                if (stand.client(resource).logIn().isPresent()) {
                    refused.incrementAndGet();
                }
            }));
        }
        int before = ThreadLocalRandom.current().nextInt(LOGINS);
        threads.add(before, Thread.startVirtualThread(() -> {
            await(start);
            stand.call("BlocklistAdminMutation.addUser", "user", alice, "reason", "Spam");
        }));
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        return refused.get();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
