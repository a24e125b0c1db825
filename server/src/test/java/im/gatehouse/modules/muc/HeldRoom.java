package im.gatehouse.modules.muc;

import im.gatehouse.hook.Verdict;
import im.gatehouse.modules.Lanes;
import im.gatehouse.session.Lane;
import java.util.concurrent.CountDownLatch;

/** A room that has come to the message of somebody and stays there, so that all else for it waits. */
final class HeldRoom implements AutoCloseable {
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final Thread talking;

    private volatile Room room;

    HeldRoom(RoomTrial trial, RoomClient speaker) {
        trial.services.find(RoomHooks.class).events().add("test", 0, event -> {
            room = event.room();
            held.countDown();
            await(released);
            return Verdict.pass();
        });
        talking = Thread.startVirtualThread(() -> speaker.message("held"));
        await(held);
    }

    Lane lane() {
        return room.lane();
    }

    /** Lets the room go on. */
    void release() {
        released.countDown();
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets the room go on; when this returns it has done all that waited. */
    @Override
    public void close() {
        release();
        try {
            talking.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Lanes.awaitIdle(room.lane());
    }
}
