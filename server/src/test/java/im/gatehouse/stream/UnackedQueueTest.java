package im.gatehouse.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnackedQueueTest {
    private static Stanza message(int number) {
        return Message.of(Message.Type.CHAT, null, null, Integer.toString(number));
    }

    private static List<String> ids(UnackedQueue queue) {
        List<String> ids = new ArrayList<>();
        queue.forEach(entry -> ids.add(String.valueOf(entry.stanza().id())));
        return ids;
    }

    @Test
    void whatIsAcknowledgedIsForgottenInOrder() {
        UnackedQueue queue = new UnackedQueue();
        IntStream.range(0, 5).forEach(i -> queue.add(message(i), 0));
        assertTrue(queue.acknowledge(2, new ArrayList<>()));
        assertEquals(List.of("2", "3", "4"), ids(queue));
        assertTrue(queue.acknowledge(2, new ArrayList<>()));
        assertEquals(5, queue.sent());
        assertTrue(queue.acknowledge(5, new ArrayList<>()));
        assertEquals(0, queue.bytes());
        assertEquals(0, queue.size());
    }

    @Test
    void nobodyAcknowledgesWhatWasNotSentOrTakesAnAcknowledgementBack() {
        UnackedQueue queue = new UnackedQueue();
        IntStream.range(0, 3).forEach(i -> queue.add(message(i), 0));
        assertFalse(queue.acknowledge(4, new ArrayList<>()));
        assertTrue(queue.acknowledge(2, new ArrayList<>()));
        assertFalse(queue.acknowledge(1, new ArrayList<>()));
        assertEquals(List.of("2"), ids(queue));
    }

    @Test
    void countsBeginAnewAfterTheLargestThatFitsOnTheWire() {
        long largest = (1L << 32) - 1;
        UnackedQueue queue = new UnackedQueue(largest - 1);
        IntStream.range(0, 4).forEach(i -> queue.add(message(i), 0));
        assertTrue(queue.acknowledge(largest, new ArrayList<>()));
        assertTrue(queue.acknowledge(1, new ArrayList<>()));
        assertEquals(List.of("3"), ids(queue));
        assertEquals(2, UnackedQueue.onWire(queue.sent()));
        assertFalse(queue.acknowledge(3, new ArrayList<>()));
    }
}
