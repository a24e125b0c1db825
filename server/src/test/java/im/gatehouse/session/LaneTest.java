package im.gatehouse.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Lane lane = new Lane(100);
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    @Test
    void anIdleLaneHandlesAtOnceOnTheThreadThatOffers() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        assertTrue(lane.offer(() -> thread.set(Thread.currentThread())));
        assertSame(Thread.currentThread(), thread.get());
        assertTrue(lane.isIdle());
    }

    @Test
    void whatIsOfferedFromInsideWaitsForTheEndOfTheTask() {
        lane.offer(() -> {
            lane.offer(() -> done.add("second"));
            done.add("first");
        });
        assertEquals(List.of("first", "second"), done);
    }

    @Test
    void whatMayBlockRunsOnAVirtualThreadAndTheRestWaitsBehindIt() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);
        AtomicReference<Thread> blockingThread = new AtomicReference<>();
        lane.offer(() -> lane.blocking(() -> {
            blockingThread.set(Thread.currentThread());
            await(release);
            done.add("stored");
        }));
        lane.offer(() -> done.add("after"));
        lane.offer(finished::countDown);
        assertEquals(List.of(), done);
        release.countDown();
        finished.await();
        assertEquals(List.of("stored", "after"), done);
        assertTrue(blockingThread.get().isVirtual());
    }

    @Test
    void anErrorInATaskDoesNotStopTheLane() {
        lane.offer(() -> {
            throw new StackOverflowError("on purpose");
        });
        lane.offer(() -> done.add("next"));
        assertEquals(List.of("next"), done);
        assertTrue(lane.isIdle());
    }

    @Test
    void whatOneThreadOffersIsNeverOvertakenWhileOthersOfferToo() throws InterruptedException {
        Lane busy = new Lane(Integer.MAX_VALUE);
        int each = 100_000;
        List<Integer> order = new ArrayList<>(each);
        CountDownLatch finished = new CountDownLatch(2);
        Thread other = Thread.ofPlatform().start(() -> {
            IntStream.range(0, each).forEach(_ -> busy.add(() -> {}));
            busy.add(finished::countDown);
        });
        IntStream.range(0, each).forEach(i -> busy.add(() -> order.add(i)));
        busy.add(finished::countDown);
        other.join();
        finished.await();
        assertEquals(IntStream.range(0, each).boxed().toList(), order);
    }

    @Test
    void severalBlockingPartsOfOneTaskRunInTheirOrder() throws InterruptedException {
        CountDownLatch finished = new CountDownLatch(1);
        lane.offer(() -> {
            lane.blocking(() -> done.add("one"));
            lane.blocking(() -> done.add("two"));
            done.add("none");
        });
        lane.offer(finished::countDown);
        finished.await();
        assertEquals(List.of("none", "one", "two"), done);
    }

    @Test
    void aFullLaneSaysSoAndTakesMoreWhenItHasRoom() throws InterruptedException {
        Lane narrow = new Lane(2);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch idle = new CountDownLatch(1);
        narrow.whenIdle(idle::countDown);
        narrow.offer(() -> narrow.blocking(() -> await(release)));
        assertTrue(narrow.offer(() -> done.add("1")));
        assertTrue(narrow.offer(() -> done.add("2")));
        assertFalse(narrow.offer(() -> done.add("refused")));
        release.countDown();
        idle.await();
        assertEquals(List.of("1", "2"), done);
        assertTrue(narrow.offer(() -> done.add("3")));
    }

    @Test
    void aTaskThatThrowsDoesNotStopTheLane() {
        lane.offer(() -> {
            throw new IllegalStateException("on purpose");
        });
        lane.offer(() -> done.add("next"));
        assertEquals(List.of("next"), done);
        assertTrue(lane.isIdle());
    }

    @Test
    void manyThreadsOfferAndEachOnesOrderIsKeptAndNeverTwoRunAtOnce() throws InterruptedException {
        int threads = 8;
        int each = 20_000;
        Lane wide = new Lane(Integer.MAX_VALUE - 1);
        int[] last = new int[threads];
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger wrong = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(threads * each);
        List<Thread> started = IntStream.range(0, threads)
                .mapToObj(t -> Thread.ofPlatform().start(() -> {
                    for (int i = 1; i <= each; i++) {
                        int number = i;
                        wide.offer(() -> {
                            if (inside.getAndIncrement() != 0 || last[t] != number - 1) {
                                wrong.incrementAndGet();
                            }
                            last[t] = number;
                            inside.decrementAndGet();
                            if (number % 1000 == 0) {
                                wide.blocking(left::countDown);
                            } else {
                                left.countDown();
                            }
                        });
                    }
                }))
                .toList();
        for (Thread thread : started) {
            thread.join();
        }
        left.await();
        assertEquals(0, wrong.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
