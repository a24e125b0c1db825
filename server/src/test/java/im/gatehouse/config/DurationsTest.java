package im.gatehouse.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @Test
    void partsAreAddedUp() {
        assertEquals(Duration.ofMillis(500), Durations.parse("500ms"));
        assertEquals(Duration.ofSeconds(90), Durations.parse("90s"));
        assertEquals(Duration.ofMinutes(90), Durations.parse("1h30m"));
        assertEquals(Duration.ofDays(16), Durations.parse(" 2w 2d "));
    }

    @Test
    void whatIsPrintedIsReadBack() {
        assertEquals("1d 2h 3m 4s 5ms", Durations.print(Durations.parse("1d 2h 3m 4s 5ms")));
        assertEquals("0s", Durations.print(Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "7", "d", "-1d", "7y", "1d x", "1.5h", "999999999999w"})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
    }
}
