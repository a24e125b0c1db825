package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.stanza.Iq;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.xml.Element;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The visiting card of a room (XEP-0486) and the hats that people wear in it (XEP-0317). */
class CardAndHatTest {
    private static final String PERSISTENT = "muc#roomconfig_persistentroom";
    private static final String SVG =
            "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSIzMiIgaGVpZ2h0PSIzMiI+CiA8cmVjdCB4PSIwIiB5PSIw"
                    + "IiB3aWR0aD0iMzIiIGhlaWdodD0iMzIiIGZpbGw9InJlZCIvPgo8L3N2Zz4K";
    private static final String HASH = "a31c4bd04de69663cfd7f424a8453f4674da37ff";

    private static Element card(String picture) {
        return Element.builder("vCard", Muc.VCARD)
                .child(Element.builder("PHOTO", Muc.VCARD)
                        .child("TYPE", "image/svg+xml")
                        .child("BINVAL", picture)
                        .build())
                .build();
    }

    private static String shown(RoomClient client) {
        return String.valueOf(
                client.query(Iq.Type.GET, ROOM, Element.of("vCard", Muc.VCARD)).payload());
    }

    private static String info(RoomClient client) {
        return String.valueOf(
                client.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO)).payload());
    }

    @EveryDatabase
    void theOwnersGiveARoomAPictureThatEverybodyFinds(StorageSettings storage) {
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice = trial.client("alice").join("Alice").unlock();
            RoomClient bob = trial.client("bob").join("Bob");
            bob.heard();
            assertEquals("auth forbidden", error(bob.query(Iq.Type.SET, ROOM, card(SVG))));
            assertEquals("modify bad-request", error(alice.query(Iq.Type.SET, ROOM, card("%%%"))));
            assertEquals(
                    "modify policy-violation", error(alice.query(Iq.Type.SET, ROOM, card("QUFB".repeat(60_000)))));
            assertEquals(Iq.Type.RESULT, alice.query(Iq.Type.SET, ROOM, card(SVG)).type());
            assertTrue(bob.messages().stream().anyMatch(m -> codes(m).equals(List.of("104"))));
            RoomClient carol = trial.client("carol");
            assertTrue(info(carol).contains(HASH));
            assertTrue(shown(carol).contains(SVG));
            alice.configure(PERSISTENT, "1");
            assertTrue(shown(carol).contains(SVG), "it lasts as the room does");
        }
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice = trial.client("alice").join("Alice");
            assertTrue(info(alice).contains(HASH) && shown(alice).contains(SVG));
            assertTrue(shown(alice).contains(SVG), "a second time without the database");
            alice.query(Iq.Type.SET, ROOM, card("QUFB"));
            assertTrue(shown(alice).contains("QUFB") && !shown(alice).contains(SVG));
            alice.query(Iq.Type.SET, ROOM, card(SVG));
            alice.configure(PERSISTENT, "0");
            assertTrue(shown(alice).contains(SVG));
            alice.query(Iq.Type.SET, ROOM, Element.of("vCard", Muc.VCARD));
            assertFalse(info(alice).contains("avatarhash"));
        }
    }

    // --- hats ---

    private static Iq command(RoomClient client, String name, String... fields) {
        Element.Builder command = Element.builder("command", Muc.COMMANDS)
                .attribute("node", "urn:xmpp:hats:commands:" + name)
                .attribute("action", "execute");
        if (fields.length > 0) {
            List<DataForm.Field> all = new ArrayList<>();
            for (int i = 0; i < fields.length; i += 2) {
                all.add(DataForm.Field.of(fields[i], DataForm.FieldType.TEXT_SINGLE, null, fields[i + 1]));
            }
            command.child(
                    DataForm.of(DataForm.Type.SUBMIT, "urn:xmpp:hats:commands", null, all).toElement());
        }
        return client.query(Iq.Type.SET, ROOM, command.build());
    }

    @EveryDatabase
    void anAdminGivesHatsThatEverybodySees(StorageSettings storage) {
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice = trial.client("alice").join("Alice").configure(PERSISTENT, "1");
            RoomClient bob = trial.client("bob").join("Bob");
            bob.heard();
            assertEquals("auth forbidden", error(command(bob, "create", "hats#uri", "urn:x:host", "hats#title", "Host")));
            assertTrue(String.valueOf(command(alice, "create").payload()).contains("executing"));
            assertEquals("modify bad-request", error(command(alice, "create", "hats#uri", "urn:x:host")));
            assertEquals(
                    "modify not-acceptable",
                    error(command(
                            alice, "create", "hats#uri", "urn:x:host", "hats#title", "Host", "hats#hue", "pink")));
            command(alice, "create", "hats#uri", "urn:x:host", "hats#title", "Host", "hats#hue", "327.25");
            assertEquals(
                    "cancel item-not-found",
                    error(command(alice, "assign", "hats#jid", "bob@localhost", "hats#uri", "urn:x:king")));
            command(alice, "assign", "hats#jid", "bob@localhost", "hats#uri", "urn:x:host");
            String seen = bob.presence("Bob").toString();
            assertTrue(seen.contains("urn:xmpp:hats:0") && seen.contains("title='Host'") && seen.contains("327.25"));
            assertTrue(info(bob).contains("hats#hash"));
            assertTrue(String.valueOf(command(bob, "list").payload()).contains("urn:x:host"), "as everybody in the room");
            assertEquals("auth forbidden", error(command(bob, "list-assigned")));
            assertEquals("auth forbidden", error(command(trial.client("eve"), "list")));
            assertTrue(String.valueOf(command(alice, "list-assigned").payload()).contains("bob@localhost"));
        }
        try (RoomTrial trial = RoomTrial.on(storage, "")) {
            RoomClient alice = trial.client("alice").join("Alice");
            RoomClient bob = trial.client("bob");
            assertTrue(bob.ask("Robert").presence("Robert").toString().contains("title='Host'"));
            command(alice, "create", "hats#uri", "urn:x:host", "hats#title", "Hostess");
            assertTrue(bob.presence("Robert").toString().contains("Hostess"));
            command(alice, "destroy", "hats#uri", "urn:x:host");
            assertNull(bob.presence("Robert").child("hats", Muc.HATS));
        }
    }

    @Test
    void nobodyPutsOnAHatByThemselves(@TempDir Path folder) {
        try (RoomTrial trial = RoomTrial.in(folder, "")) {
            RoomClient alice = trial.client("alice").join("Alice").unlock();
            trial.client("bob").join("Bob").say("<presence to='" + ROOM + "/Bob'><show>away</show>"
                    + "<hats xmlns='urn:xmpp:hats:0'><hat uri='urn:x:king' title='King'/></hats></presence>");
            assertFalse(alice.heard().toString().contains("King"));
        }
    }
}
