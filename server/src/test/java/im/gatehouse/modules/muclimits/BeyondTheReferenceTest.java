package im.gatehouse.modules.muclimits;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.errorText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminException;
import im.gatehouse.modules.muc.Muc;
import im.gatehouse.modules.muc.RoomClient;
import im.gatehouse.modules.muc.RoomTrial;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the limits do that the reference does not. */
class BeyondTheReferenceTest {
    private static final String TABLE = "[modules.mod_muc_limits]\n";
    private static final String REFERENCE = TABLE + "fair = false\n";

    @TempDir
    private Path folder;

    private RoomTrial trial;
    private RoomClient owner;

    @BeforeEach
    void start() {
        trial = RoomTrial.in(folder, REFERENCE);
        owner = trial.client("owner").join("Owner").unlock();
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private void pause(double seconds) {
        trial.time.forward(Duration.ofMillis(Math.round(seconds * 1_000)));
    }

    private RoomClient stranger(String name) {
        RoomClient stranger = trial.client(name).join(name);
        pause(100);
        owner.heard();
        return stranger;
    }

    private int delivered(RoomClient speaker, int messages) {
        owner.heard();
        for (int i = 0; i < messages; i++) {
            speaker.message("m" + i);
        }
        speaker.heard();
        return owner.bodies().size();
    }

    private Message refusal(RoomClient speaker) {
        return speaker.messages().stream()
                .filter(Message::isError)
                .reduce((_, last) -> last)
                .orElseThrow();
    }

    @SuppressWarnings("unchecked") // the operations of this module answer maps
    private Map<String, Object> administer(String operation, Map<String, Object> arguments) {
        return (Map<String, Object>) Objects.requireNonNull(trial.administer(operation, arguments));
    }

    private Map<String, Object> status() {
        return administer("MUCLimitsAdminQuery.roomStatus", Map.of("room", ROOM));
    }

    // --- limits of one room ---

    private Element form() {
        Iq iq = owner.query(Iq.Type.GET, ROOM, Element.of("query", Muc.OWNER));
        return Objects.requireNonNull(iq.request().child("x", DataForm.NAMESPACE));
    }

    private static String value(Element form, String var) {
        return Objects.requireNonNull(Objects.requireNonNull(DataForm.of(form)).value(var), var);
    }

    @Test
    void ownersSeeTheLimitsAndSetThemAndTheyActAtOnce() {
        RoomClient bob = stranger("bob");
        assertEquals("0.5", value(form(), OwnLimits.RATE));
        assertEquals("6", value(form(), OwnLimits.FACTOR));
        assertEquals(3, delivered(bob, 4));
        owner.configure(OwnLimits.RATE, "2", OwnLimits.FACTOR, "5");
        assertEquals("2", value(form(), OwnLimits.RATE));
        assertEquals(0, delivered(bob, 1), "as empty in proportion as before");
        pause(5);
        assertEquals(10, delivered(bob, 20));
    }

    @Test
    void timePassesAtTheNewRateFromTheMomentOfTheChange() {
        RoomClient bob = stranger("bob");
        assertEquals(3, delivered(bob, 4));
        owner.configure(OwnLimits.RATE, "2");
        pause(3);
        assertEquals(6, delivered(bob, 20));
    }

    @Test
    void ownersStayWithinTheOperatorsBounds() {
        trial.reload(REFERENCE + "owner_max_event_rate = 3\nowner_min_burst_factor = 2\n");
        assertEquals("modify not-acceptable", error(owner.submit(OwnLimits.RATE, "3.1")));
        assertEquals("modify not-acceptable", error(owner.submit(OwnLimits.RATE, "0.01")));
        assertEquals("modify not-acceptable", error(owner.submit(OwnLimits.FACTOR, "1")));
        for (String wrong : List.of("-1", "fast", "1e3", "NaN", "0.1234567", "9".repeat(100))) {
            assertEquals("modify bad-request", error(owner.submit(OwnLimits.RATE, wrong)), wrong);
        }
        assertEquals("modify bad-request", error(owner.submit(OwnLimits.RATE, "1", OwnLimits.RATE, "2")));
        assertEquals("0.5", value(form(), OwnLimits.RATE), "the room is as it was");
    }

    @Test
    void ownersCannotMuteTheirRoomByMistake() {
        assertEquals("modify not-acceptable", error(owner.submit(OwnLimits.RATE, "0.1", OwnLimits.FACTOR, "6")));
        assertEquals(false, status().get("own"));
    }

    @Test
    void aFormSentBackUnchangedPinsNothing() {
        owner.configure(OwnLimits.RATE, "0.5", OwnLimits.FACTOR, "6");
        assertEquals(false, status().get("own"));
        trial.reload(REFERENCE + "muc_event_rate = 4\n");
        assertEquals("4", value(form(), OwnLimits.RATE));
    }

    @Test
    void tighterBoundsHoldForWhatOwnersChoseBefore() {
        owner.configure(OwnLimits.RATE, "50");
        trial.reload(REFERENCE + "owner_max_event_rate = 2\n");
        assertEquals(2.0, status().get("eventRate"));
    }

    @Test
    void theLimitsOfALastingRoomOutliveTheServer() {
        owner.configure("muc#roomconfig_persistentroom", "1", OwnLimits.RATE, "2", SlowMode.VAR, "7");
        trial.close();
        trial = RoomTrial.in(folder, REFERENCE);
        assertEquals(2.0, status().get("eventRate"));
        assertEquals(7, status().get("slowMode"));
    }

    @Test
    void whatOwnersChoseIsThereAgainWhenTheModuleWasOffForATime() {
        owner.configure(OwnLimits.RATE, "2", OwnLimits.FACTOR, "4", SlowMode.VAR, "7");
        trial.reload("");
        owner.configure("muc#roomconfig_persistentroom", "1", OwnLimits.RATE, "3", SlowMode.VAR, "0");
        assertNull(Objects.requireNonNull(DataForm.of(form())).field(SlowMode.VAR));
        trial.reload(REFERENCE);
        assertEquals("2", value(form(), OwnLimits.RATE));
        assertEquals(8.0, status().get("capacity"));
        assertEquals(7, status().get("slowMode"));

        trial.close();
        trial = RoomTrial.in(folder, "");
        owner = trial.client("owner").join("Owner").configure("muc#roomconfig_persistentroom", "0");
        owner.configure("muc#roomconfig_persistentroom", "1", "muc#roomconfig_roomname", "Tea");
        trial.close();
        trial = RoomTrial.in(folder, "");
        owner = trial.client("owner").join("Owner").configure("muc#roomconfig_roomname", "Coffee");
        trial.reload(REFERENCE);
        assertEquals("2", value(form(), OwnLimits.RATE));
        assertEquals("4", value(form(), OwnLimits.FACTOR));
        assertEquals("7", value(form(), SlowMode.VAR));
        RoomClient bob = stranger("bob");
        assertEquals(1, delivered(bob, 2), "and it holds");
    }

    @Test
    void anOperatorSetsOneRoomByCommandBeyondTheBoundsForOwners() {
        RoomClient bob = stranger("bob");
        Map<String, Object> set = administer(
                "MUCLimitsAdminMutation.setRoomLimits", Map.of("room", ROOM, "eventRate", 500.0, "burstFactor", 1.0));
        assertEquals(500.0, set.get("capacity"));
        assertEquals(true, set.get("own"));
        pause(1);
        assertEquals(100, delivered(bob, 100));
        owner.configure(OwnLimits.RATE, "500");
        assertEquals(500.0, status().get("eventRate"), "sent back unchanged it stays");
        administer("MUCLimitsAdminMutation.resetRoomLimits", Map.of("room", ROOM));
        pause(100);
        assertEquals(3, delivered(bob, 10));
    }

    @Test
    void anOperatorCannotMuteARoomByMistake() {
        for (double rate : List.of(0.0, -1.0, 0.01, 200_000.0, Double.NaN, 0.12345678)) {
            assertThrows(
                    AdminException.class,
                    () -> administer(
                            "MUCLimitsAdminMutation.setRoomLimits", Map.of("room", ROOM, "eventRate", rate)),
                    () -> "rate " + rate);
        }
        assertThrows(
                AdminException.class,
                () -> administer("MUCLimitsAdminQuery.roomStatus", Map.of("room", Jid.parse("no@conference.localhost"))));
    }

    // --- fairness, on a room ---

    @Test
    void oneFloodsForTenSecondsAndAllOfTheOthersGetThrough() {
        trial.reload(TABLE + "muc_event_rate = 2\n");
        RoomClient flooder = stranger("flooder");
        List<RoomClient> talkers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            talkers.add(stranger("talker" + i));
        }
        owner.heard();
        for (int i = 0; i < 200; i++) {
            flooder.message("flood");
            if (i % 100 >= 50 && i % 10 == 0) {
                talkers.get(i % 100 / 10 - 5).message("talk");
            }
            pause(0.05);
        }
        flooder.heard();
        talkers.forEach(RoomClient::heard);
        List<String> said = List.copyOf(owner.bodies().stream().map(String::valueOf).toList());
        assertEquals(10, said.stream().filter("talk"::equals).count());
        assertTrue(said.size() <= 32, "and the room's own limit holds");
    }

    // --- when to try again ---

    @Test
    void aRefusalSaysWhenToTryAgainAndThenItPasses() {
        trial.reload(REFERENCE + "retry_after = true\n");
        RoomClient bob = stranger("bob");
        for (int i = 0; i < 4; i++) {
            bob.message("m" + i);
        }
        Message refused = refusal(bob);
        assertEquals(
                "The room is currently overactive, please try again later (in 2 seconds)", errorText(refused));
        Element error = Objects.requireNonNull(refused.child("error", Namespaces.CLIENT));
        assertEquals(
                "2", Objects.requireNonNull(error.child("retry-after", Answers.NAMESPACE)).attribute("seconds"));
        pause(2);
        assertEquals(1, delivered(bob, 1));
    }

    @Test
    void aFlooderToldWhenToTryAgainIsHeardThen() {
        trial.reload(TABLE + "muc_event_rate = 2\n");
        RoomClient bob = stranger("bob");
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 20; i++) {
                bob.message("m" + i);
            }
            Element error = Objects.requireNonNull(refusal(bob).child("error", Namespaces.CLIENT));
            Element retry = Objects.requireNonNull(error.child("retry-after", Answers.NAMESPACE));
            pause(Integer.parseInt(Objects.requireNonNull(retry.attribute("seconds"))));
            assertEquals(1, delivered(bob, 1));
        }
    }

    @Test
    void whatCanNeverPassIsNotPromisedATime() {
        trial.reload(REFERENCE + "retry_after = true\n");
        RoomClient bob = stranger("bob");
        bob.message("\n".repeat(23));
        assertEquals("The room is currently overactive, please try again later", errorText(refusal(bob)));
    }

    // --- slow mode ---

    @Test
    void inSlowModeEverybodyButAdminsWaitsBetweenTwoMessages() {
        owner.admin("jid", "member@localhost", "affiliation", "member");
        RoomClient member = stranger("member");
        owner.configure(SlowMode.VAR, "15");
        assertEquals(1, delivered(member, 2));
        Message refused = refusal(sayAgain(member));
        assertEquals("wait policy-violation", error(refused));
        assertTrue(String.valueOf(errorText(refused)).contains("15 seconds"));
        pause(14.9);
        assertEquals(0, delivered(member, 1));
        pause(0.1);
        assertEquals(1, delivered(member, 1));
        for (int i = 0; i < 20; i++) {
            owner.message("free");
        }
        assertEquals(20, owner.bodies().size());
    }

    private static RoomClient sayAgain(RoomClient speaker) {
        speaker.message("again");
        return speaker;
    }

    @Test
    void slowModeIsOneLimitForAllClientsOfAUserAndLeavingDoesNotHelp() {
        RoomClient phone = stranger("bob");
        RoomClient desk = trial.client("bob@localhost/desk").join("bob");
        pause(100);
        owner.configure(SlowMode.VAR, "10");
        assertEquals(1, delivered(phone, 1));
        assertEquals(0, delivered(desk, 1));
        phone.leave("bob");
        phone.join("bob");
        assertEquals(0, delivered(phone, 1));
        pause(10);
        assertEquals(1, delivered(desk, 1));
    }

    @Test
    void inSlowModeChatStatesAndPrivateMessagesPass() {
        RoomClient bob = stranger("bob");
        owner.configure(SlowMode.VAR, "60");
        assertEquals(1, delivered(bob, 1));
        pause(10);
        bob.say(Message.of(
                Message.Type.GROUPCHAT, null, ROOM, "c", Element.of("composing", "http://jabber.org/protocol/chatstates")));
        bob.say(Message.of(
                Message.Type.CHAT, null, ROOM.withResource("Owner"), "p", Element.of("body", Namespaces.CLIENT, "x")));
        assertTrue(bob.messages().stream().noneMatch(Message::isError));
    }

    @Test
    void slowModeIsShownToAllAndItsChangeIsTold() {
        RoomClient bob = stranger("bob");
        bob.heard();
        owner.configure(SlowMode.VAR, "15");
        assertTrue(bob.heard().stream().anyMatch(each -> codes(each).contains("104")));
        Iq info = bob.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO));
        Element x = Objects.requireNonNull(info.request().child("x", DataForm.NAMESPACE));
        assertEquals("15", value(x, SlowMode.INFO));
        assertEquals("15", value(form(), SlowMode.VAR));
    }

    @Test
    void slowModeTakesWholeSecondsWithinTheOperatorsBound() {
        for (String wrong : List.of("-1", "ten", "1.5", "99999999999")) {
            assertEquals("modify bad-request", error(owner.submit(SlowMode.VAR, wrong)), wrong);
        }
        assertEquals("modify not-acceptable", error(owner.submit(SlowMode.VAR, "3601")));
        owner.configure(SlowMode.VAR, "3600").configure(SlowMode.VAR, "0");
    }

    @Test
    void aMessageRefusedBySlowModeCostsNoEvent() {
        RoomClient bob = stranger("bob");
        RoomClient eve = stranger("eve");
        owner.configure(SlowMode.VAR, "60");
        assertEquals(1, delivered(bob, 20));
        assertEquals(1, delivered(eve, 20));
        assertEquals(1.0, status().get("available"));
    }

    // --- observing ---

    @Test
    void observingCountsWhatWouldBeRefusedAndRefusesNothing() {
        trial.reload(REFERENCE + "observe = true\n");
        RoomClient bob = stranger("bob");
        assertEquals(10, delivered(bob, 10));
        bob.message("\n".repeat(30));
        assertTrue(bob.messages().stream().noneMatch(Message::isError));
        assertEquals(7, trial.metrics.counter(LimitFigures.OBSERVED, "localhost", "message", "overactive").count());
        assertEquals(
                1, trial.metrics.counter(LimitFigures.OBSERVED, "localhost", "message", "body_too_long").count());
        assertEquals(0, trial.metrics.counter(LimitFigures.REFUSED, "localhost", "message", "overactive").count());
    }

    // --- the alarm ---

    private static final String ALARM =
            REFERENCE + "alarm_refusals = 20\nalarm_period = \"10s\"\nalarm_duration = \"5m\"\n";

    private Iq info(RoomClient asker) {
        return asker.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO));
    }

    private boolean has(RoomClient asker, String feature) {
        return info(asker).request().children("feature", Muc.DISCO_INFO).stream()
                .anyMatch(each -> feature.equals(each.attribute("var")));
    }

    @Test
    void aLongFloodMakesTheRoomModeratedForATimeAndOwnersAreTold() {
        trial.reload(ALARM);
        RoomClient bob = stranger("bob");
        RoomClient eve = stranger("eve");
        RoomClient away = trial.client("owner@localhost/away");
        away.say(Presence.of(Presence.Type.AVAILABLE, null, null));
        for (int i = 0; i < 40; i++) {
            eve.message("flood");
        }
        List<Message> answers = eve.messages();
        assertEquals("auth forbidden", error(answers.getLast()), "she has no voice any more");
        assertTrue(has(owner, "muc_moderated"));
        pause(10);
        assertEquals(1, delivered(bob, 1), "who did not flood keeps their voice");
        RoomClient late = trial.client("late").join("late");
        late.message("hello");
        assertEquals("auth forbidden", error(refusal(late)));
        assertEquals(1, trial.metrics.counter(LimitFigures.ALARMS, "localhost").count());
        assertNotNull(status().get("alarmUntil"));

        pause(300);
        assertTrue(has(owner, "muc_unmoderated"));
        assertNull(status().get("alarmUntil"));
        assertEquals(1, delivered(late, 1));
        assertEquals(1, delivered(eve, 1));
    }

    @Test
    void aLongFloodMakesTheRoomMembersOnlyWhereTheOperatorSaysSo() {
        trial.reload(ALARM + "alarm_mode = \"members_only\"\n");
        RoomClient eve = stranger("eve");
        for (int i = 0; i < 40; i++) {
            eve.message("flood");
        }
        eve.heard();
        assertTrue(has(owner, "muc_membersonly"));
        assertEquals("auth registration-required", error(eve.ask("eve").presence("eve")));
        pause(300);
        assertFalse(has(owner, "muc_membersonly"));
        eve.join("eve");
        assertEquals(1, delivered(eve, 1));
    }

    @Test
    void anAlarmIsNeverStoredEvenWhenTheServerIsKilled() {
        trial.reload(ALARM + "alarm_mode = \"members_only\"\n");
        owner.configure("muc#roomconfig_persistentroom", "1");
        delivered(stranger("eve"), 40);
        assertTrue(has(owner, "muc_membersonly"));
        owner.configure("muc#roomconfig_roomname", "Tea", "muc#roomconfig_membersonly", "1");
        administer("MUCLimitsAdminMutation.setRoomLimits", Map.of("room", ROOM, "eventRate", 2));
        assertTrue(has(owner, "muc_membersonly"));
        try (RoomTrial next = RoomTrial.in(folder, ALARM)) {
            RoomClient eve = next.client("eve").join("eve");
            assertFalse(has(eve, "muc_membersonly"));
            Iq info = info(eve);
            assertTrue(info.toString().contains("name='Tea'"), info.toString());
        }
        pause(300);
        assertFalse(has(owner, "muc_membersonly"), "and without that it goes back by itself");
    }

    @Test
    void anOwnerEndsAnAlarmAndMayCloseTheRoomForGood() {
        trial.reload(ALARM + "alarm_mode = \"members_only\"\n");
        owner.configure("muc#roomconfig_persistentroom", "1");
        delivered(stranger("eve"), 40);
        owner.configure("muc#roomconfig_membersonly", "0");
        assertFalse(has(owner, "muc_membersonly"));
        owner.configure("muc#roomconfig_membersonly", "1");
        pause(300);
        assertTrue(has(owner, "muc_membersonly"), "that was the owner and not the alarm");
        try (RoomTrial next = RoomTrial.in(folder, ALARM)) {
            assertTrue(has(next.client("owner").join("Owner"), "muc_membersonly"));
        }
    }

    @Test
    void aSlowTrickleOfRefusalsRaisesNoAlarm() {
        trial.reload(ALARM);
        RoomClient bob = stranger("bob");
        for (int i = 0; i < 10; i++) {
            delivered(bob, 10);
            pause(11);
        }
        assertTrue(has(owner, "muc_unmoderated"));
    }

    @Test
    void whenTheModuleStopsTheRoomGoesBackAtOnce() {
        trial.reload(ALARM);
        RoomClient eve = stranger("eve");
        delivered(eve, 40);
        assertTrue(has(owner, "muc_moderated"));
        trial.reload("");
        assertTrue(has(owner, "muc_unmoderated"));
        assertEquals(1, delivered(eve, 1));
    }

    // --- figures ---

    @Test
    void operatorsSeeHowItStandsWithARoomAndWhoWasRefused() {
        RoomClient bob = stranger("bob");
        RoomClient eve = stranger("eve");
        delivered(bob, 5);
        delivered(eve, 9);
        assertEquals(true, status().get("throttled"));
        assertEquals(0.0, status().get("available"));
        Object offenders = trial.administer("MUCLimitsAdminQuery.topOffenders", Map.of());
        List<?> top = (List<?>) Objects.requireNonNull(offenders);
        Map<?, ?> first = (Map<?, ?>) top.getFirst();
        assertEquals(Jid.parse("eve@localhost"), first.get("user"));
        assertEquals(9L, first.get("refused"));
        assertEquals(ROOM, first.get("room"));
        assertEquals(2, top.size());
        pause(11);
        assertEquals(false, status().get("throttled"));
        pause(3 * 3_600);
        assertEquals(List.of(), trial.administer("MUCLimitsAdminQuery.topOffenders", Map.of()));
    }

    @Test
    void aQuietRoomKeepsNothingButItsBucket() {
        trial.reload(TABLE);
        RoomClient bob = stranger("bob");
        delivered(bob, 1);
        assertEquals(1, status().get("senders"));
        pause(120);
        assertEquals(0, status().get("senders"));
    }

    // --- what must cost nothing ---

    @Test
    void aNickThatIsNoneOrLooksLikeAnothersOrIsTooLongCostsNothing() {
        RoomClient bob = stranger("bob");
        RoomClient eve = trial.client("eve");
        for (String nick : List.of("ＢＯＢ", "Bob", "b".repeat(1_000))) {
            eve.say("<presence to='" + ROOM + "/" + nick + "'><x xmlns='" + Muc.JOIN + "'/></presence>");
        }
        assertEquals(
                List.of("cancel conflict", "cancel conflict", "modify policy-violation"),
                eve.presences().stream().map(RoomClient::error).toList());
        for (String nick : List.of("a\u2028b", "\u200b", "b".repeat(1_024))) {
            assertThrows(StanzaException.class, () -> eve.say("<presence to='" + ROOM + "/" + nick + "'/>"));
        }
        assertEquals(3.0, status().get("available"));
        assertEquals(3, delivered(bob, 4));
    }

    @Test
    void whoHasALongNickMayKeepItWhenTheLimitFalls() {
        RoomClient bob = stranger("b".repeat(20));
        trial.reload(REFERENCE + "muc_max_nick_length = 10\n");
        assertEquals(Presence.Type.AVAILABLE, bob.ask("b".repeat(20)).presence("b".repeat(20)).type());
    }

    @Test
    void aFloodOfErrorsIsDroppedWithoutAnswer() {
        RoomClient bob = stranger("bob");
        owner.heard();
        for (int i = 0; i < 10; i++) {
            bob.say("<message type='error' id='e' to='" + ROOM + "/Owner'><body>x</body><error type='cancel'>"
                    + "<not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        }
        List<Stanza> answers = bob.heard();
        assertTrue(answers.isEmpty(), answers::toString);
        assertEquals(3, owner.messages().size());
    }

    @Test
    void everyBodyOfAMessageIsMeasured() {
        RoomClient bob = stranger("bob");
        bob.say("<message type='groupchat' id='b' to='" + ROOM + "'><body>short</body><body xml:lang='de'>"
                + "x".repeat(6_000) + "</body></message>");
        assertEquals("modify policy-violation", error(refusal(bob)));
    }

    @Test
    void theEndOfAnAlarmGivesNobodyAVoiceWhomTheRoomItselfGivesNone() {
        trial.reload(ALARM);
        RoomClient bob = stranger("bob");
        RoomClient eve = stranger("eve");
        owner.configure("muc#roomconfig_moderatedroom", "1");
        delivered(eve, 40);
        assertNotNull(status().get("alarmUntil"));
        pause(10);
        RoomClient late = stranger("late");
        pause(300);
        assertNull(status().get("alarmUntil"));
        late.heard();
        late.message("hello");
        assertEquals("auth forbidden", error(refusal(late)), "strangers have no voice in this room");
        assertEquals(1, delivered(eve, 1), "who had voice has it again");
        assertEquals(1, delivered(bob, 1));
    }

    @Test
    void whoIsSilencedByHandDuringAnAlarmStaysSo() {
        trial.reload(ALARM);
        RoomClient bob = stranger("bob");
        delivered(stranger("eve"), 40);
        assertEquals(Iq.Type.RESULT, owner.admin("nick", "bob", "role", "visitor").type());
        pause(300);
        bob.heard();
        bob.message("hello");
        assertEquals("auth forbidden", error(refusal(bob)));
    }
}
