package im.gatehouse.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.stanza.Stanza;
import im.gatehouse.stream.HeldBack.Fate;
import im.gatehouse.xml.Element;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldBackTest {
    private final HeldBack held = new HeldBack();

    private static Stanza message(int number) {
        return Stanza.of(Element.builder("message", "jabber:client")
                .attribute("id", Integer.toString(number))
                .build());
    }

    @Test
    void whatWasKeptComesOutInItsOrderAndTheRestGoesStraight() {
        List<Stanza> messages = IntStream.range(0, 3).mapToObj(HeldBackTest::message).toList();
        messages.forEach(message -> assertEquals(Fate.KEPT, held.keep(message)));
        List<Stanza> released = new ArrayList<>();
        held.release(released::add);
        assertEquals(messages, released);
        assertEquals(Fate.FREE, held.keep(message(3)));
        held.release(released::add);
        assertEquals(messages, released);
    }

    @Test
    void noMoreIsKeptThanFits() {
        IntStream.range(0, 1_000).forEach(number -> assertEquals(Fate.KEPT, held.keep(message(number))));
        assertEquals(Fate.REFUSED, held.keep(message(1_000)));
        assertEquals(1_000, held.giveUp().size());
        assertEquals(List.of(), held.giveUp());
    }
}
