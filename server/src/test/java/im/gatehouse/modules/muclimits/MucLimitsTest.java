package im.gatehouse.modules.muclimits;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.errorText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import im.gatehouse.config.ConfigException;
import im.gatehouse.modules.muc.Muc;
import im.gatehouse.modules.muc.RoomClient;
import im.gatehouse.modules.muc.RoomTrial;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** The acceptance list of the limits, with the defaults but where a test says otherwise. */
class MucLimitsTest {
    private static final String DEFAULTS = "[modules.mod_muc_limits]\nfair = false\n";
    private static final String OVERACTIVE = "The room is currently overactive, please try again later";

    @TempDir
    private Path folder;

    private RoomTrial trial;
    private RoomClient owner;

    @BeforeEach
    void start() {
        trial = RoomTrial.in(folder, DEFAULTS);
        owner = trial.client("owner").join("Owner").unlock();
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private void pause(double seconds) {
        trial.time.forward(Duration.ofMillis(Math.round(seconds * 1_000)));
    }

    /** Somebody without affiliation in the room, the bucket being full again. */
    private RoomClient stranger(String name) {
        RoomClient stranger = trial.client(name).join(name);
        pause(100);
        owner.heard();
        return stranger;
    }

    /** Says as many things and answers how many were delivered. */
    private int delivered(RoomClient speaker, int messages) {
        owner.heard();
        for (int i = 0; i < messages; i++) {
            speaker.message("m" + i);
        }
        speaker.heard();
        return owner.bodies().size();
    }

    @Test
    void ofFourMessagesAtOnceThreeAreDeliveredAndTheFourthComesBackWithItsBody() {
        RoomClient bob = stranger("bob");
        for (int i = 1; i <= 4; i++) {
            bob.message("m" + i);
        }
        List<Message> heard = bob.messages();
        assertEquals(List.of("m1", "m2", "m3"), owner.bodies());
        Message refused = heard.getLast();
        assertTrue(refused.isError());
        assertEquals("wait policy-violation", error(refused));
        assertEquals(OVERACTIVE, errorText(refused));
        assertEquals("m4", refused.body());
        assertEquals(ROOM, refused.from());
        assertEquals(bob.jid, refused.to());
        assertNotNull(refused.id());
    }

    @Test
    void twoSecondsLaterOnePassesAndTheNextDoesNot() {
        RoomClient bob = stranger("bob");
        assertEquals(3, delivered(bob, 4));
        pause(2);
        assertEquals(1, delivered(bob, 2));
        pause(1.999);
        assertEquals(0, delivered(bob, 1));
    }

    @Test
    void afterSixIdleSecondsOrAHundredExactlyThreePass() {
        RoomClient bob = stranger("bob");
        assertEquals(3, delivered(bob, 10));
        pause(6);
        assertEquals(3, delivered(bob, 10));
        pause(100);
        assertEquals(3, delivered(bob, 10));
    }

    @Test
    void aMemberIsNotLimitedAndCostsNothing() {
        RoomClient bob = stranger("bob");
        RoomClient member = trial.client("member");
        owner.admin("jid", "member@localhost", "affiliation", "member");
        assertEquals(3, delivered(bob, 10));
        member.join("member");
        assertEquals(20, delivered(member, 20));
        pause(2);
        assertEquals(1, delivered(bob, 2));
    }

    @Test
    void anAdministratorOfTheServiceIsNotLimited() {
        RoomClient bob = stranger("bob");
        assertEquals(3, delivered(bob, 4));
        assertEquals(20, delivered(trial.client("root").join("Root"), 20));
    }

    @Test
    void leavingAnOveractiveRoomWorks() {
        RoomClient bob = stranger("bob");
        assertEquals(3, delivered(bob, 4));
        bob.leave("bob");
        bob.heard();
        assertEquals(Presence.Type.UNAVAILABLE, owner.presence("bob").type());
    }

    @Test
    void whenThreeHaveSpokenTheNextDoesNotComeIn() {
        List<RoomClient> strangers = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            strangers.add(stranger(name));
        }
        strangers.forEach(each -> each.message("hi"));
        strangers.forEach(RoomClient::heard);
        owner.heard();

        Presence refused = trial.client("d").ask("D").presence("D");
        assertEquals(Presence.Type.ERROR, refused.type());
        assertEquals("wait policy-violation", error(refused));
        assertEquals(OVERACTIVE, errorText(refused));
        assertEquals(ROOM.withResource("D"), refused.from());
        assertNotNull(refused.child("x", Muc.JOIN), "the x is shown again");
        assertTrue(owner.heard().isEmpty(), "D is not in the room");
    }

    @Test
    void aNickIsMeasuredInBytesAndATooLongOneCostsNothing() {
        RoomClient bob = trial.client("bob");
        Presence refused = bob.ask("b".repeat(24)).presence("b".repeat(24));
        assertEquals("modify policy-violation", error(refused));
        assertEquals("Your nick name is too long, please use a shorter one", errorText(refused));
        assertEquals("modify policy-violation", error(bob.ask("é".repeat(12)).presence("é".repeat(12))));
        bob.join("b".repeat(23));
        assertEquals(2, delivered(bob, 3), "the join cost one, the refused nicks nothing");
        pause(100);
        bob.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource("c".repeat(24))));
        assertEquals("modify policy-violation", error(bob.presences().getFirst()));
    }

    @Test
    void tenNewlinesCostOneEventMore() {
        RoomClient bob = stranger("bob");
        bob.message("line\n".repeat(10));
        bob.heard();
        assertEquals(1, delivered(bob, 2));
    }

    @Test
    void aTooLongBodyIsRefusedAndCostsNothing() {
        RoomClient bob = stranger("bob");
        for (String body : List.of("x".repeat(5_665), "\n".repeat(24))) {
            bob.message(body);
            Message refused = bob.messages().getLast();
            assertEquals("modify policy-violation", error(refused));
            assertEquals("Your message is too long, please write a shorter one", errorText(refused));
        }
        assertEquals(3, delivered(bob, 4));
    }

    @Test
    void everyKindOfEventDrawsOnTheSameBucket() {
        RoomClient bob = stranger("bob");
        bob.say(Presence.of(
                Presence.Type.AVAILABLE,
                null,
                ROOM.withResource("bob"),
                Element.of("show", Namespaces.CLIENT, "away")));
        bob.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource("robert")));
        bob.say(Message.of(
                Message.Type.CHAT, null, ROOM.withResource("Owner"), "1", Element.of("body", Namespaces.CLIENT, "x")));
        bob.heard();
        assertEquals(0, delivered(bob, 1));
        assertEquals(List.of(0L), List.of(trial.metrics.counter(
                        LimitFigures.REFUSED, "localhost", "join", "overactive").count()));
        assertEquals(1, trial.metrics.counter(LimitFigures.REFUSED, "localhost", "message", "overactive").count());
        assertEquals(1, trial.metrics.counter(LimitFigures.ADMITTED, "localhost", "nick_change").count());
    }

    @Test
    void whatTheRoomRefusesAnywayCostsNothing() {
        RoomClient bob = stranger("bob");
        RoomClient outsider = trial.client("outsider");
        owner.admin("jid", "outcast@localhost", "affiliation", "outcast");
        RoomClient outcast = trial.client("outcast");
        for (int i = 0; i < 10; i++) {
            outsider.message("let me in");
            outcast.ask("Out");
        }
        outsider.heard();
        outcast.heard();
        assertEquals(3, delivered(bob, 4));
    }

    @Test
    void onlyJoinsAreLimitedWhereTheOperatorSaysSo() {
        trial.reload(DEFAULTS + "muc_limit_joins_only = true\n");
        RoomClient bob = stranger("bob");
        assertEquals(20, delivered(bob, 20));
        for (String name : List.of("c", "d", "e")) {
            trial.client(name).join(name);
        }
        assertEquals("wait policy-violation", error(trial.client("f").ask("F").presence("F")));
    }

    @Test
    void chatStatesAndPrivateMessagesAreFreeWhereTheOperatorSaysSo() {
        trial.reload(DEFAULTS + "count_bodyless = false\ncount_private_messages = false\n");
        RoomClient bob = stranger("bob");
        for (int i = 0; i < 10; i++) {
            bob.say(Message.of(
                    Message.Type.GROUPCHAT,
                    null,
                    ROOM,
                    "c" + i,
                    Element.of("composing", "http://jabber.org/protocol/chatstates")));
            bob.say(Message.of(
                    Message.Type.CHAT,
                    null,
                    ROOM.withResource("Owner"),
                    "p",
                    Element.of("body", Namespaces.CLIENT, "x")));
        }
        bob.heard();
        assertEquals(3, delivered(bob, 4));
    }

    private static void subject(RoomClient client) {
        client.say(Message.of(
                Message.Type.GROUPCHAT, null, ROOM, "s", Element.of("subject", Namespaces.CLIENT, "tea")));
    }

    private static void invite(RoomClient client) {
        client.say("<message to='" + ROOM + "'><x xmlns='http://jabber.org/protocol/muc#user'>"
                + "<invite to='owner@localhost/phone'/></x></message>");
    }

    @Test
    void subjectsAndInvitationsCountUnlessTheOperatorSaysOtherwise() {
        owner.configure("muc#roomconfig_changesubject", "1");
        RoomClient bob = stranger("bob");
        subject(bob);
        invite(bob);
        bob.heard();
        assertEquals(1, delivered(bob, 2));
        subject(bob);
        invite(bob);
        List<Message> refused = bob.messages();
        assertEquals(List.of("wait policy-violation", "wait policy-violation"),
                refused.stream().map(RoomClient::error).toList());

        trial.reload(DEFAULTS + "count_subject_changes = false\ncount_invites = false\n");
        pause(100);
        for (int i = 0; i < 10; i++) {
            subject(bob);
            invite(bob);
        }
        bob.heard();
        assertEquals(3, delivered(bob, 4));
    }

    @Test
    void aRequestForVoiceCounts() {
        owner.configure("muc#roomconfig_moderatedroom", "1");
        RoomClient bob = stranger("bob");
        for (int i = 0; i < 4; i++) {
            bob.say("<message to='" + ROOM + "'><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
                    + "<value>http://jabber.org/protocol/muc#request</value></field><field var='muc#role'>"
                    + "<value>participant</value></field></x></message>");
        }
        assertEquals("wait policy-violation", error(bob.messages().getLast()));
        assertEquals(1, trial.metrics.counter(LimitFigures.REFUSED, "localhost", "voice_request", "overactive").count());
    }

    @Test
    void queriesCostNothingAndARefusedStatusIsAnsweredAsARefusedJoin() {
        RoomClient bob = stranger("bob");
        for (int i = 0; i < 10; i++) {
            Element info = Element.of("query", Muc.DISCO_INFO);
            assertEquals(Iq.Type.RESULT, bob.query(Iq.Type.GET, ROOM, info).type());
        }
        assertEquals(3, delivered(bob, 4));
        assertEquals(Iq.Type.RESULT, bob.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO)).type());
        bob.heard();
        bob.say("<presence id='away' to='" + ROOM + "/bob'><show>away</show></presence>");
        Presence refused = bob.presences().getFirst();
        assertEquals("wait policy-violation", error(refused));
        assertEquals(ROOM.withResource("bob"), refused.from());
        assertEquals("away", refused.id());
        assertTrue(owner.presences().isEmpty());
    }

    @Test
    void aPeriodOfRefusalsIsOneLineInTheLogThatNamesNobody() {
        Logger logger = (Logger) LoggerFactory.getLogger(RefusalSummary.class);
        ListAppender<ILoggingEvent> seen = new ListAppender<>();
        seen.start();
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addAppender(seen);
        try {
            RoomClient bob = stranger("bob");
            RoomClient carol = stranger("carol");
            seen.list.clear();
            delivered(bob, 10);
            delivered(carol, 10);
            pause(60);
            pause(60);
        } finally {
            logger.detachAppender(seen);
            logger.setLevel(before);
        }
        assertEquals(
                List.of("Rooms refused 17 stanzas of 2 senders because they came too fast or were too long"),
                seen.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }

    @Test
    void anotherRateHoldsAtOnceInARoomThatExists() {
        RoomClient bob = stranger("bob");
        assertEquals(3, delivered(bob, 4));
        trial.reload(DEFAULTS + "muc_event_rate = 2\n");
        assertEquals(0, delivered(bob, 1), "as empty in proportion as before");
        pause(6);
        assertEquals(12, delivered(bob, 20));
    }

    @Test
    void aConfigurationUnderWhichNobodyCouldSpeakRefusesToStart() {
        ConfigException muted = assertThrows(
                ConfigException.class, () -> RoomTrial.plan(DEFAULTS + "muc_event_rate = 0.1\n"));
        String problem = muted.problems().getFirst().toString();
        for (String named : List.of("gatehouse.toml:3", "muc_event_rate", "muc_burst_factor", "0.6", "at least 1")) {
            assertTrue(problem.contains(named), problem);
        }
        ConfigException still =
                assertThrows(ConfigException.class, () -> RoomTrial.plan(DEFAULTS + "muc_event_rate = 0\n"));
        assertTrue(still.problems().getFirst().toString().contains("muc_burst_factor"));
        assertThrows(ConfigException.class, () -> RoomTrial.plan(DEFAULTS + "muc_burst_factor = 0.5\n"));
    }

    @Test
    void withoutItsTableNothingIsLimited() {
        trial.reload("");
        RoomClient bob = stranger("bob");
        assertEquals(50, delivered(bob, 50));
    }
}
