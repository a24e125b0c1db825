package im.gatehouse.modules.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import java.util.List;
import org.junit.jupiter.api.Test;

class PurgingTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@localhost");
    private static final Node.Key MOOD = new Node.Key(ALICE, "urn:mood");
    private static final Node.Key WHERE = new Node.Key(Jid.parse("pubsub.localhost"), "where");

    private final Purging purging = new Purging();

    @Test
    void onlyThoseCountWhoPublishWhereItemsGo() {
        purging.add(MOOD, BOB);
        assertFalse(purging.has(BOB));
        assertTrue(purging.add(MOOD));
        assertFalse(purging.add(MOOD));
        purging.add(MOOD, BOB);
        assertTrue(purging.has(BOB));
        assertEquals(List.of(MOOD), purging.take(BOB));
        assertFalse(purging.has(BOB));
        assertEquals(List.of(), purging.take(BOB));
    }

    @Test
    void nothingIsKeptInMindOfNodesThatWentWithTheirAccount() {
        for (Node.Key node : List.of(MOOD, WHERE)) {
            purging.add(node);
            purging.add(node, ALICE);
            purging.add(node, BOB);
        }
        purging.removeAt(ALICE::equals);
        assertTrue(purging.add(MOOD)); // it was gone
        assertEquals(List.of(ALICE), purging.publishers(ALICE::equals));
        assertEquals(List.of(WHERE), purging.take(BOB));
        assertEquals(List.of(WHERE), purging.take(ALICE));
        assertEquals(List.of(), purging.publishers(_ -> true));
    }
}
