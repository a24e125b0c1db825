package im.gatehouse.modules.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.time.MovableTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdsTest {
    private final MovableTime time = new MovableTime();

    @Test
    void anIdTellsTheMillisecondAndIsLargerThanThoseBefore() {
        Ids ids = new Ids(time, 0);
        long last = 0;
        for (int i = 0; i < 100; i++) {
            time.forward(Duration.ofMillis(1));
            long id = ids.next();
            assertEquals(time.now().toEpochMilli(), Ids.millis(id));
            assertTrue(id > last);
            last = id;
        }
    }

    @Test
    void thousandsInOneMillisecondAreInOrderAndNotInARow() {
        Ids ids = new Ids(time, 0);
        Set<Long> steps = new HashSet<>();
        long last = ids.next();
        for (int i = 0; i < 3_000; i++) {
            long id = ids.next();
            assertTrue(id > last);
            steps.add(id - last);
            last = id;
        }
        assertTrue(steps.size() > 50, "the next id is hard to foresee");
    }

    @Test
    void aClockThatIsSetBackMakesNoSmallerId() {
        Ids ids = new Ids(time, 0);
        long before = ids.next();
        time.setWallClock(time.now().minus(Duration.ofDays(400)));
        long after = ids.next();
        assertTrue(after > before);
        assertTrue(new Ids(time, after).next() > after, "nor after a restart");
    }

    @Test
    void anIdIsReadAsItIsWrittenAndNothingElseIsOne() {
        Ids ids = new Ids(time, 0);
        long id = ids.next();
        assertEquals(16, Ids.text(id).length());
        assertEquals(OptionalLong.of(id), Ids.parse(Ids.text(id)));
        for (String text : new String[] {"", "x", "-1", "ABCDEF0123456789", "0123456789abcdef0", "0123456789abcde ", "+123456789abcdef"}) {
            assertEquals(OptionalLong.empty(), Ids.parse(text), text);
        }
    }
}
