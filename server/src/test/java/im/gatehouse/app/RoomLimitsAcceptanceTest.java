package im.gatehouse.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.config.ConfigException;
import im.gatehouse.time.MovableTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The acceptance list of {@code mod_muc_limits}, by clients over sockets on a whole server. */
class RoomLimitsAcceptanceTest {
    private static final String TABLE = "[modules.mod_muc_limits]\n";
    private static final String DEFAULTS = TABLE + "fair = false\n";
    private static final String ROOM = "room@conference.localhost";
    private static final String JOIN = "<x xmlns='http://jabber.org/protocol/muc'/>";
    private static final String OVERACTIVE = "The room is currently overactive, please try again later";

    @TempDir
    private Path folder;

    private final MovableTime time = new MovableTime();
    private final List<Talker> talkers = new ArrayList<>();
    private RunningServer server;
    private Talker owner;

    /** Somebody who is in the room, or tries to be, under their own name. */
    private final class Talker {
        private final RawClient client;
        private final String name;
        private int asked;

        Talker(String name) throws IOException {
            this.name = name;
            server.account(name + "@localhost");
            client = new RawClient(server.plainPort()).signIn(name, "phone");
            talkers.add(this);
        }

        /** All that came since the last time, when the room has handled what was said so far. */
        String heard() throws IOException {
            String id = "heard-" + ++asked;
            client.send("<iq type='get' id='" + id + "' to='" + ROOM + "'><ping xmlns='urn:xmpp:ping'/></iq>");
            return client.readUntil(id);
        }

        String join(String nick) throws IOException {
            client.send("<presence to='" + ROOM + "/" + nick + "'>" + JOIN + "</presence>");
            return heard();
        }

        void say(String body) throws IOException {
            client.send("<message type='groupchat' id='" + name + "' to='" + ROOM + "'><body>" + body + "</body></message>");
        }

        /** Says as many things; answers how many the owner got. */
        int delivered(int messages) throws IOException {
            owner.heard();
            for (int i = 0; i < messages; i++) {
                say("m" + i);
            }
            heard();
            return bodies(owner.heard());
        }
    }

    private static int bodies(String heard) {
        return (int) Pattern.compile("<message [^>]*type='groupchat'").matcher(heard).results().count();
    }

    @BeforeEach
    void start() throws IOException {
        server = RunningServer.in(folder, DEFAULTS, time);
        owner = new Talker("owner");
        owner.join("owner");
        owner.client.send("<iq type='set' id='c' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                + "<x xmlns='jabber:x:data' type='submit'/></query></iq>");
        owner.heard();
    }

    @AfterEach
    void stop() throws IOException {
        for (Talker talker : talkers) {
            talker.client.close();
        }
        server.close();
    }

    private void pause(double seconds) {
        time.forward(Duration.ofMillis(Math.round(seconds * 1_000)));
    }

    /** Somebody in the room without affiliation, the bucket being full again. */
    private Talker stranger(String name) throws IOException {
        Talker stranger = new Talker(name);
        assertTrue(stranger.join(name).contains("code='110'"));
        pause(100);
        return stranger;
    }

    private Talker withEmptyBucket(String name) throws IOException {
        Talker stranger = stranger(name);
        assertEquals(3, stranger.delivered(3));
        return stranger;
    }

    @Test
    void ofFourMessagesAtOnceTheFourthComesBackWithItsBody() throws IOException {
        Talker bob = stranger("bob");
        for (int i = 1; i <= 4; i++) {
            bob.say("m" + i);
        }
        String heard = bob.heard();
        assertEquals(3, bodies(heard));
        String refused = heard.substring(heard.indexOf("type='error'"));
        assertTrue(refused.contains("<error type='wait'><policy-violation"), heard);
        assertTrue(refused.contains(">" + OVERACTIVE + "<") && refused.contains("<body>m4</body>"), heard);
        assertEquals(3, bodies(owner.heard()));
    }

    @Test
    void twoSecondsLaterOnePassesAndTheNextDoesNot() throws IOException {
        Talker bob = withEmptyBucket("bob");
        pause(2);
        assertEquals(1, bob.delivered(2));
    }

    @Test
    void afterSixIdleSecondsOrAHundredExactlyThreePass() throws IOException {
        Talker bob = withEmptyBucket("bob");
        pause(6);
        assertEquals(3, bob.delivered(10));
        pause(100);
        assertEquals(3, bob.delivered(10));
    }

    @Test
    void aMemberIsFreeAndUsesNoEvent() throws IOException {
        Talker bob = withEmptyBucket("bob");
        Talker member = new Talker("member");
        owner.client.send("<iq type='set' id='a' to='" + ROOM + "'><query xmlns='http://jabber.org/protocol/muc#admin'>"
                + "<item jid='member@localhost' affiliation='member'/></query></iq>");
        owner.heard();
        member.join("member");
        assertEquals(20, member.delivered(20));
        pause(2);
        assertEquals(1, bob.delivered(2));
    }

    @Test
    void leavingWorksWithAnEmptyBucket() throws IOException {
        Talker bob = withEmptyBucket("bob");
        owner.heard();
        bob.client.send("<presence type='unavailable' to='" + ROOM + "/bob'/>");
        assertTrue(bob.heard().contains("code='110'"));
        assertTrue(owner.heard().contains("type='unavailable'"));
    }

    @Test
    void whenThreeHaveSpokenTheNextDoesNotComeIn() throws IOException {
        Talker a = stranger("a");
        Talker b = stranger("b");
        Talker c = stranger("c");
        assertEquals(3, a.delivered(1) + b.delivered(1) + c.delivered(1));
        owner.heard();
        Talker d = new Talker("d");
        String refused = d.join("d");
        assertTrue(refused.contains("<presence ") && refused.contains("type='error'"), refused);
        assertTrue(refused.contains("from='" + ROOM + "/d'") && refused.contains("<policy-violation"), refused);
        assertTrue(refused.contains("<x xmlns='http://jabber.org/protocol/muc'/>"), refused);
        assertFalse(owner.heard().contains(ROOM + "/d'"));
        d.say("hello");
        assertTrue(d.heard().contains("<not-acceptable"));
    }

    @Test
    void aNickIsMeasuredInBytes() throws IOException {
        Talker bob = new Talker("bob");
        pause(100);
        for (int i = 0; i < 5; i++) {
            String refused = bob.join("n".repeat(24));
            assertTrue(refused.contains("<error type='modify'><policy-violation"), refused);
            assertTrue(refused.contains("Your nick name is too long, please use a shorter one"), refused);
            assertTrue(bob.join("é".repeat(12)).contains("<policy-violation"));
        }
        assertTrue(bob.join("n".repeat(23)).contains("code='110'"));
        assertEquals(2, bob.delivered(10), "only the coming in has cost anything");
    }

    @Test
    void tenNewlinesCostOneEventMore() throws IOException {
        Talker bob = stranger("bob");
        bob.say("\n".repeat(10));
        assertEquals(1, bodies(bob.heard()));
        assertEquals(1, bob.delivered(3));
    }

    @Test
    void aConfigurationUnderWhichNobodyCouldSpeakRefusesToStart(@TempDir Path other) {
        ConfigException refused = assertThrows(ConfigException.class, () -> RunningServer.in(
                        other, TABLE + "muc_event_rate = 0.1\nmuc_burst_factor = 6\n", new MovableTime())
                .close());
        String why = String.valueOf(refused.getMessage());
        assertTrue(why.contains("muc_event_rate") && why.contains("muc_burst_factor") && why.contains("0.6"), why);
    }

    @Test
    void anotherRateHoldsAtOnceAndTheBucketKeepsItsProportion() throws IOException {
        Talker bob = stranger("bob");
        assertEquals(2, bob.delivered(2));
        server.reconfigure(DEFAULTS + "muc_event_rate = 2\n");
        assertEquals(4, bob.delivered(20), "a third full before, a third full now");
        pause(6);
        assertEquals(12, bob.delivered(20));
    }

    @Test
    void withFairnessOneFloodsAndTheOtherFiveGetThrough() throws IOException {
        server.reconfigure(TABLE + "muc_event_rate = 2\nmuc_burst_factor = 6\n");
        Talker flooder = stranger("flooder");
        List<Talker> five = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            five.add(stranger("talker" + i));
        }
        owner.heard();
        Map<Integer, Integer> turns = Map.of(7, 0, 31, 1, 52, 2, 74, 3, 95, 4);
        for (int i = 0; i < 200; i++) {
            flooder.say("flood");
            flooder.heard(); // or it could be said later than it is meant to be
            Integer turn = turns.get(i % 100);
            if (turn != null) {
                five.get(turn).say("hello" + i);
                String heard = five.get(turn).heard();
                assertFalse(heard.contains("type='error'"), heard);
            }
            time.forward(Duration.ofMillis(50));
        }
        String heard = owner.heard();
        assertEquals(10, Pattern.compile("<body>hello").matcher(heard).results().count());
        assertTrue(bodies(heard) < 12 + 20 + 1, "the room's limit holds");
    }

    /** No address has so long a nick, so only a client that writes its own XML can ask for it. */
    @Test
    void aNickThatNoAddressCanHaveIsMalformedAndTheRoomAsItWas() throws IOException {
        Talker bob = new Talker("bob");
        owner.heard();
        for (String nick : List.of("n".repeat(1_024), "&#x202e;x", "&#xad;", " ", "&#xe000;")) {
            String refused = bob.join(nick);
            assertTrue(refused.contains("type='error'") && refused.contains("<jid-malformed"), refused);
        }
        assertEquals(0, Pattern.compile("<presence|<message").matcher(owner.heard()).results().count());
    }
}
