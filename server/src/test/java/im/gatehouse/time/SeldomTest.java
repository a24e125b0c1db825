package im.gatehouse.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeldomTest {
    private final MovableTime time = new MovableTime();
    private final List<Long> said = new ArrayList<>();
    private final Seldom seldom = new Seldom(time, Duration.ofMinutes(1));

    @Test
    void theFirstTimeIsSaidAtOnceAndThenOnlyOnceInAPeriodWithTheNumber() {
        seldom.happened(said::add);
        seldom.happened(said::add);
        time.forward(Duration.ofSeconds(59));
        seldom.happened(3, said::add);
        assertEquals(List.of(1L), said);
        time.forward(Duration.ofSeconds(1));
        seldom.happened(said::add);
        assertEquals(List.of(1L, 5L), said);
    }
}
