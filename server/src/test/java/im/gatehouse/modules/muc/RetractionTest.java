package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What was said is taken back: XEP-0424 and XEP-0425. */
class RetractionTest {
    private static final String RETRACT = "urn:xmpp:message-retract:1";

    private static String stanzaId(Message message) {
        return Objects.requireNonNull(message.child("stanza-id", Muc.STANZA_ID)).attributeOr("id", "");
    }

    private static Iq moderate(RoomClient client, String id) {
        Element moderate = Element.builder("moderate", "urn:xmpp:message-moderate:1")
                .attribute("id", id)
                .child(Element.of("retract", RETRACT))
                .child("reason", "not here")
                .build();
        return client.query(Iq.Type.SET, ROOM, moderate);
    }

    private static void retract(RoomClient client, String id) {
        client.say("<message type='groupchat' id='r1' to='" + ROOM + "'><body>taken back</body><retract xmlns='" + RETRACT
                + "' id='" + id + "'/></message>");
    }

    private static List<String> history(RoomClient newcomer) {
        return newcomer.ask("New").messages().stream()
                .filter(message -> message.child("delay", Muc.DELAY) != null)
                .map(Object::toString)
                .toList();
    }

    @EveryDatabase
    void aModeratorTakesBackWhatAnotherSaidForGood(StorageSettings storage) {
        String id;
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice =
                    trial.client("alice").join("Alice").configure("muc#roomconfig_persistentroom", "1");
            RoomClient bob = trial.client("bob").join("Bob");
            alice.heard();
            bob.message("buy pills");
            bob.message("hello");
            bob.heard();
            id = stanzaId(alice.messages().getFirst());

            assertEquals("auth forbidden", error(moderate(bob, id)));
            assertEquals("cancel item-not-found", error(moderate(alice, "never-said")));
            assertEquals(Iq.Type.RESULT, moderate(alice, id).type());
            Message told = bob.messages().getFirst();
            assertEquals(ROOM, told.from());
            Element retract = Objects.requireNonNull(told.child("retract", RETRACT));
            assertEquals(id, retract.attribute("id"));
            assertTrue(retract.toString().contains("by='" + ROOM + "/Alice'") && retract.toString().contains("not here"));
            assertTombstone(history(trial.client("carol")), id);
        }
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            assertTombstone(history(trial.client("dave")), id);
        }
    }

    private static void assertTombstone(List<String> history, String id) {
        String all = String.join("\n", history);
        assertFalse(all.contains("pills"), all);
        assertTrue(all.contains("<retracted") && all.contains(id), all);
        assertTrue(all.contains("hello"));
        assertTrue(history.getLast().contains("<retract "), history.getLast());
    }

    @EveryDatabase
    void anAuthorTakesBackTheirOwnWordsAndNobodyElses(StorageSettings storage) {
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice =
                    trial.client("alice").join("Alice").configure("muc#roomconfig_persistentroom", "1");
            RoomClient bob = trial.client("bob").join("Bob");
            alice.heard();
            bob.message("oops");
            bob.heard();
            alice.message("wise words");
            List<Message> said = alice.messages();
            bob.heard();
            retract(bob, stanzaId(said.getLast()));
            retract(bob, stanzaId(said.getFirst()));
            List<@Nullable String> told = bob.bodies();
            assertEquals(List.of("taken back", "taken back"), told);
        }
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            String all = String.join("\n", history(trial.client("carol")));
            assertFalse(all.contains("oops"), all);
            assertTrue(all.contains("wise words"), all);
            assertTrue(all.contains("id='r1'"));
        }
    }

    @EveryDatabase
    void aMessageThatHasLeftTheHistoryCanBeTakenBackStill(StorageSettings storage) {
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice =
                    trial.client("alice").join("Alice").configure("muc#roomconfig_historylength", "0");
            alice.message("gone");
            Message said = alice.messages().getLast();
            assertNotNull(said.body());
            assertEquals(Iq.Type.RESULT, moderate(alice, stanzaId(said)).type());
        }
    }
}
