package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who learns whose address, and how much is said to how many. */
class PrivacyTest {
    @TempDir
    private Path folder;

    private RoomTrial trial;
    private RoomClient alice;

    @BeforeEach
    void start() {
        trial = RoomTrial.in(folder, "");
        alice = trial.client("alice").join("Alice").unlock();
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    @Test
    void inASemiAnonymousRoomAParticipantLearnsNoAddressWhateverHappens() {
        RoomClient bob = trial.client("bob").join("Bob");
        RoomClient carol = trial.client("carol").join("Carol");
        RoomClient dave = trial.client("dave").join("Dave");
        RoomClient laptop = trial.client("carol@localhost/laptop").join("Carol");
        alice.say("<message type='groupchat' to='" + ROOM + "'><subject>s</subject></message>");
        carol.message("hello");
        String said = Objects.requireNonNull(alice.messages().getLast().child("stanza-id", Muc.STANZA_ID))
                .attributeOr("id", "");
        alice.query(Iq.Type.SET, ROOM, moderate(said));
        carol.say("<presence to='" + ROOM + "/Caroline'><show>away</show></presence>");
        carol.say("<message type='chat' to='" + ROOM + "/Bob'><body>psst</body></message>");
        carol.heard();
        laptop.leave("Caroline");
        laptop.heard();
        alice.admin("nick", "Caroline", "role", "visitor");
        alice.admin("jid", "carol@localhost", "affiliation", "member");
        alice.admin("jid", "carol@localhost", "affiliation", "admin");
        alice.admin("jid", "carol@localhost", "affiliation", "none");
        alice.admin("jid", "erin@localhost", "affiliation", "member");
        alice.admin("jid", "erin@localhost", "affiliation", "outcast");
        alice.query(Iq.Type.SET, ROOM, hat("create", "hats#uri", "urn:x:h", "hats#title", "H"));
        alice.query(Iq.Type.SET, ROOM, hat("assign", "hats#uri", "urn:x:h", "hats#jid", "carol@localhost"));
        carol.say(Iq.of(Iq.Type.GET, null, ROOM.withResource("Bob"), "i1", Element.of("query", "jabber:iq:version")));
        carol.heard();
        bob.say(Iq.of(Iq.Type.GET, null, ROOM.withResource("Caroline"), "i2", Element.of("vCard", Muc.VCARD)));
        bob.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO));
        bob.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_ITEMS));
        alice.admin("nick", "Caroline", "role", "none");
        alice.admin("jid", "dave@localhost", "affiliation", "outcast");
        alice.configure("muc#roomconfig_membersonly", "1", "muc#roomconfig_roomname", "Tea");

        List<Stanza> heard = new ArrayList<>(bob.heard());
        heard.addAll(bob.heard());
        assertTrue(heard.size() > 15, "much has happened");
        for (Stanza stanza : heard) {
            String text = stanza.toString();
            for (String other : List.of("alice@", "carol@", "dave@", "erin@")) {
                assertTrue(!text.contains(other), text);
            }
        }
        assertTrue(!dave.heard().toString().contains("alice@"));
    }

    @Test
    void anErrorThatComesFromBehindANickNamesNobody() {
        RoomClient bob = trial.client("bob").join("Bob");
        RoomClient carol = trial.client("carol").join("Carol");
        bob.say("<message type='chat' id='m' to='" + ROOM + "/Carol'><body>psst</body></message>");
        bob.say(Iq.of(Iq.Type.GET, null, ROOM.withResource("Carol"), "i", Element.of("query", "jabber:iq:version")));
        bob.heard();
        String error = "<error type='cancel' by='carol@localhost'><redirect xmlns='" + Namespaces.STANZA_ERRORS
                + "'>xmpp:carol@localhost</redirect></error>";
        carol.heard().stream().filter(Iq.class::isInstance).forEach(asked ->
                carol.say("<iq type='error' id='" + asked.id() + "' to='" + asked.from() + "'>" + error + "</iq>"));
        carol.say("<message type='error' id='m' to='" + ROOM + "/Bob'>"
                + error.replace("redirect", "policy-violation") + "</message>");
        carol.heard();
        List<Stanza> heard = bob.heard();
        assertEquals(List.of("i", "m"), heard.stream().filter(Stanza::isError).map(Stanza::id).toList());
        assertTrue(!heard.toString().contains("carol@"), heard::toString);
    }

    private static Element moderate(String id) {
        return Element.builder("moderate", Muc.MODERATE)
                .attribute("id", id)
                .child(Element.of("retract", Muc.RETRACT))
                .build();
    }

    private static Element hat(String command, String... fields) {
        List<DataForm.Field> all = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            all.add(DataForm.Field.of(fields[i], DataForm.FieldType.TEXT_SINGLE, null, fields[i + 1]));
        }
        return Element.builder("command", Muc.COMMANDS)
                .attribute("node", "urn:xmpp:hats:commands:" + command)
                .child(DataForm.of(DataForm.Type.SUBMIT, "urn:xmpp:hats:commands", null, all).toElement())
                .build();
    }

    @Test
    void comingInCostsOneStanzaForEachWhoIsThereAndOneToEach() {
        List<RoomClient> crowd = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            crowd.add(trial.client("user" + i).ask("n" + i));
        }
        crowd.forEach(RoomClient::heard);
        alice.heard();
        List<Stanza> heard = trial.client("late").ask("late").heard();
        assertEquals(41 + 1 + 1, heard.size(), "everybody, oneself and the subject");
        for (RoomClient each : crowd) {
            assertEquals(1, each.heard().size());
        }
        assertEquals(1, alice.heard().size());
    }

    @Test
    void whatIsSaidToManyIsMadeOnce() {
        RoomClient bob = trial.client("bob").join("Bob");
        RoomClient carol = trial.client("carol").join("Carol");
        bob.heard();
        alice.heard();
        carol.message("hello");
        carol.say("<presence to='" + ROOM + "/Carol'><show>away</show></presence>");
        carol.heard();
        List<Stanza> bobs = bob.heard();
        List<Stanza> alices = alice.heard();
        assertSame(bobs.get(0).children(), alices.get(0).children());
        RoomClient dave = trial.client("dave").join("Dave");
        dave.heard();
        carol.say("<presence to='" + ROOM + "/Carol'><show>xa</show></presence>");
        carol.heard();
        assertSame(bob.presences().getLast().children(), dave.presences().getLast().children());
        assertTrue(bobs.get(0) instanceof Message && bobs.get(1) instanceof Presence);
    }
}
