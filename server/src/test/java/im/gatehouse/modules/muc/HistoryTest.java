package im.gatehouse.modules.muc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a room remembers of what was said takes a bounded amount of memory. */
class HistoryTest {
    private static Message said(int characters) {
        return Message.of(
                Message.Type.GROUPCHAT,
                Jid.parse("room@conference.localhost/Nick"),
                null,
                "m",
                Element.of("body", Namespaces.CLIENT, "b".repeat(characters)));
    }

    @Test
    void manyLargeMessagesPushTheOldestOut() {
        History history = new History();
        for (int i = 0; i < 100; i++) {
            history.add(said(200_000), Instant.EPOCH, 100);
        }
        assertTrue(history.all().size() <= History.MOST_BYTES / 200_000, () -> "kept " + history.all().size());
        assertEquals(100, history.all().getLast().seq);
        for (int i = 0; i < 100; i++) {
            history.add(said(10), Instant.EPOCH, 100);
        }
        assertEquals(100, history.all().size(), "small ones again as many as may be");
    }

    @Test
    void oneMessageThatIsTooLargeForAllIsKeptNevertheless() {
        History history = new History();
        history.add(said(3 << 20), Instant.EPOCH, 100);
        assertEquals(1, history.all().size());
    }

    @Test
    void theRoomsOfADomainEndWithTheLastHostThatHasThem() {
        Map<String, String> domains = new LinkedHashMap<>(
                Map.of("one.example", "rooms.example", "two.example", "rooms.example"));
        assertNull(MucModule.alone(domains, "one.example"));
        domains.remove("one.example");
        assertEquals("rooms.example", MucModule.alone(domains, "two.example"));
        assertNull(MucModule.alone(domains, "three.example"));
    }
}
