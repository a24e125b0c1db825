package im.gatehouse.modules.muc;

import static im.gatehouse.modules.muc.RoomClient.ROOM;
import static im.gatehouse.modules.muc.RoomClient.codes;
import static im.gatehouse.modules.muc.RoomClient.error;
import static im.gatehouse.modules.muc.RoomClient.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What owners can decide, and what it does. */
class SettingsTest {
    /** The fields of the registry of muc#roomconfig (XEP-0045 section 15.5.3). */
    private static final List<String> REGISTERED = List.of(
            "muc#maxhistoryfetch",
            "muc#roomconfig_allowpm",
            "muc#roomconfig_allowinvites",
            "muc#roomconfig_changesubject",
            "muc#roomconfig_enablelogging",
            "muc#roomconfig_enablearchiving",
            "muc#roomconfig_getmemberlist",
            "muc#roomconfig_lang",
            "muc#roomconfig_pubsub",
            "muc#roomconfig_maxusers",
            "muc#roomconfig_membersonly",
            "muc#roomconfig_moderatedroom",
            "muc#roomconfig_passwordprotectedroom",
            "muc#roomconfig_persistentroom",
            "muc#roomconfig_presencebroadcast",
            "muc#roomconfig_publicroom",
            "muc#roomconfig_roomadmins",
            "muc#roomconfig_roomdesc",
            "muc#roomconfig_roomname",
            "muc#roomconfig_roomowners",
            "muc#roomconfig_roomsecret",
            "muc#roomconfig_whois");

    @TempDir
    private Path folder;

    private RoomTrial trial;
    private RoomClient alice;
    private RoomClient bob;

    @BeforeEach
    void start() {
        trial = RoomTrial.in(folder, "");
        alice = trial.client("alice").join("Alice").unlock();
        bob = trial.client("bob").join("Bob");
        alice.heard();
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private DataForm form() {
        Iq answer = alice.query(Iq.Type.GET, ROOM, Element.of("query", Muc.OWNER));
        return Objects.requireNonNull(DataForm.of(
                Objects.requireNonNull(answer.payload()).child("x", DataForm.NAMESPACE)));
    }

    @Test
    void theFormHasEveryFieldOfTheRegistry() {
        DataForm form = form();
        assertEquals(List.of(), REGISTERED.stream().filter(var -> form.field(var) == null).toList());
    }

    @Test
    void theFormCanBeSentBackAsItCame() {
        alice.heard();
        DataForm shown = form();
        DataForm back = new DataForm(DataForm.Type.SUBMIT, null, List.of(), shown.fields());
        Element query = Element.builder("query", Muc.OWNER).child(back.toElement()).build();
        assertEquals(Iq.Type.RESULT, alice.query(Iq.Type.SET, ROOM, query).type());
        assertTrue(bob.messages().stream().noneMatch(m -> codes(m).contains("104")), "nothing has changed");
        assertEquals(shown.fields(), form().fields());
    }

    @Test
    void aWrongFieldLeavesAllTheOthersAsTheyWere() {
        assertEquals(
                "modify not-acceptable",
                error(alice.submit("muc#roomconfig_roomname", "New", "muc#maxhistoryfetch", "many")));
        assertEquals("", form().value("muc#roomconfig_roomname"));
        assertEquals(
                "modify bad-request",
                error(alice.submit("muc#roomconfig_membersonly", "1", "muc#roomconfig_membersonly", "0")));
        assertEquals("modify not-acceptable", error(alice.submit("muc#roomconfig_passwordprotectedroom", "1")));
        assertEquals("0", form().value("muc#roomconfig_membersonly"));
    }

    @Test
    void inALoggedRoomEverybodyIsWarned() {
        alice.configure("muc#roomconfig_enablelogging", "1");
        assertTrue(bob.messages().stream().anyMatch(m -> codes(m).equals(List.of("170"))));
        assertEquals(List.of("170", "110"), codes(trial.client("carol").ask("Carol").presence("Carol")));
        alice.configure("muc#roomconfig_enablelogging", "0");
        assertTrue(bob.messages().stream().anyMatch(m -> codes(m).equals(List.of("171"))));
    }

    @Test
    void thePresenceOfVisitorsIsForModeratorsWhereTheOwnerWantsItSo() {
        RoomClient carol = trial.client("carol").join("Carol");
        alice.admin("nick", "Carol", "role", "visitor");
        bob.heard();
        showPresenceOf("moderator", "participant");
        assertEquals(Presence.Type.UNAVAILABLE, bob.presence("Carol").type(), "she is out of sight");
        alice.heard();

        carol.say(Presence.of(
                Presence.Type.AVAILABLE,
                null,
                ROOM.withResource("Carol"),
                Element.of("show", Namespaces.CLIENT, "away")));
        assertEquals("away", carol.presence("Carol").child("show", Namespaces.CLIENT).text());
        assertEquals("Carol", alice.presence("Carol").sender().resource());
        assertTrue(bob.presences().isEmpty());
        RoomClient dave = trial.client("dave");
        assertTrue(dave.ask("Dave").presences().stream().noneMatch(p -> p.sender().resource().equals("Carol")));

        alice.admin("nick", "Carol", "role", "participant");
        assertEquals("participant", item(bob.presence("Carol"), "role"), "now everybody sees her");
        alice.admin("nick", "Carol", "role", "visitor");
        assertEquals(Presence.Type.UNAVAILABLE, bob.presence("Carol").type());
        alice.admin("nick", "Bob", "role", "moderator");
        assertEquals(Presence.Type.AVAILABLE, bob.presence("Carol").type(), "a moderator sees all");
        alice.admin("nick", "Bob", "role", "participant");
        assertEquals(Presence.Type.UNAVAILABLE, bob.presence("Carol").type());
        carol.leave("Carol");
        carol.heard();
        assertTrue(bob.presences().isEmpty());
    }

    private void showPresenceOf(String... roles) {
        DataForm form = DataForm.of(
                DataForm.Type.SUBMIT,
                Muc.ROOM_CONFIG,
                null,
                List.of(DataForm.Field.of(
                        "muc#roomconfig_presencebroadcast", DataForm.FieldType.LIST_MULTI, null, roles)));
        Element query = Element.builder("query", Muc.OWNER).child(form.toElement()).build();
        assertEquals(Iq.Type.RESULT, alice.query(Iq.Type.SET, ROOM, query).type());
    }

    @Test
    void whoIsSentAwayByTheFormThatHidesThemIsGoneForThoseWhoSawThem() {
        alice.admin("jid", "bob@localhost", "affiliation", "member");
        trial.client("carol").join("Carol");
        bob.heard();
        alice.configure("muc#roomconfig_membersonly", "1", "muc#roomconfig_presencebroadcast", "moderator");
        assertEquals(Presence.Type.UNAVAILABLE, bob.presence("Carol").type());
    }

    @Test
    void whoCeasesToModerateAndWhomModeratorsAloneSeeMayDoSoByOneRequest() {
        RoomClient carol = trial.client("carol").join("Carol");
        alice.admin("nick", "Carol", "role", "visitor");
        showPresenceOf("moderator", "participant");
        alice.admin("nick", "Bob", "role", "moderator");
        assertEquals(Presence.Type.AVAILABLE, bob.presence("Carol").type());
        Element both = Element.builder("query", Muc.ADMIN)
                .child(roleItem("Bob", "participant"))
                .child(roleItem("Carol", "none"))
                .build();
        assertEquals(Iq.Type.RESULT, alice.query(Iq.Type.SET, ROOM, both).type());
        assertEquals(Presence.Type.UNAVAILABLE, bob.presence("Carol").type());

        alice.admin("jid", "bob@localhost", "affiliation", "admin");
        carol.join("Carol");
        alice.admin("nick", "Carol", "role", "visitor");
        assertEquals(Presence.Type.AVAILABLE, bob.presence("Carol").type());
        alice.configure("muc#roomconfig_membersonly", "1", "muc#roomconfig_roomadmins", "");
        assertEquals(Presence.Type.UNAVAILABLE, bob.presence("Carol").type());
    }

    private static Element roleItem(String nick, String role) {
        return Element.builder("item", Muc.ADMIN)
                .attribute("nick", nick)
                .attribute("role", role)
                .build();
    }

    @Test
    void inALargeRoomThosePresentGoOutOfSightAPartEachSecond() {
        List<RoomClient> others = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            others.add(trial.client("user" + i).join("User" + i));
        }
        RoomClient watcher = others.getFirst();
        Set<String> inSight = new TreeSet<>();
        follow(others, watcher, inSight);

        showPresenceOf("moderator");
        assertTrue(follow(others, watcher, inSight) <= 11_000, "not all at once");
        RoomClient renamed = others.get(148);
        renamed.say(Presence.of(Presence.Type.AVAILABLE, null, ROOM.withResource("Renamed")));
        renamed.heard();
        others.get(149).leave("User149");
        others.get(149).heard();
        RoomClient newcomer = trial.client("zoe").ask("Zoe");
        Set<String> seenByNewcomer = new TreeSet<>();
        follow(List.of(newcomer), newcomer, seenByNewcomer);
        assertTrue(seenByNewcomer.contains("Renamed"), "who is still shown is shown to all");
        follow(others, watcher, inSight);
        assertFalse(inSight.contains("User148") || inSight.contains("User149") || inSight.contains("Zoe"));
        assertTrue(inSight.contains("Renamed"));

        others.add(newcomer);
        assertTrue(inASecond(others, newcomer, seenByNewcomer) <= 11_000);
        inASecond(others, newcomer, seenByNewcomer);
        assertEquals(Set.of("Alice", "Zoe"), seenByNewcomer);
        assertEquals(0, inASecond(others, newcomer, seenByNewcomer), "that was all");

        showPresenceOf("moderator", "participant");
        follow(others, newcomer, seenByNewcomer);
        for (int i = 0; i < 3; i++) {
            inASecond(others, newcomer, seenByNewcomer);
        }
        assertEquals(152, seenByNewcomer.size());
    }

    private int inASecond(List<RoomClient> clients, RoomClient watcher, Set<String> inSight) {
        trial.time.forward(Duration.ofSeconds(1));
        return follow(clients, watcher, inSight);
    }

    /** Takes what has come, keeps whom one of the clients sees, and answers how many presences all were sent. */
    private static int follow(List<RoomClient> clients, RoomClient watcher, Set<String> inSight) {
        int count = 0;
        for (RoomClient client : clients) {
            List<Presence> presences = client.presences();
            count += presences.size();
            if (client == watcher) {
                for (Presence each : presences) {
                    String nick = each.sender().resource();
                    if (each.type() == Presence.Type.AVAILABLE) {
                        inSight.add(nick);
                    } else {
                        inSight.remove(nick);
                    }
                }
            }
        }
        return count;
    }

    @Test
    void inAModeratedRoomTheOwnerMayGiveVoiceToAll() {
        alice.configure("muc#roomconfig_moderatedroom", "1", "members_by_default", "1");
        assertEquals("participant", item(trial.client("carol").ask("Carol").presence("Carol"), "role"));
    }

    @Test
    void whatThoseWithoutVoiceMayDoIsTheOwnersChoice() {
        alice.configure(
                "muc#roomconfig_allowvisitorstatus", "0",
                "muc#roomconfig_allowvisitornickchange", "0");
        alice.admin("nick", "Bob", "role", "visitor");
        bob.heard();
        bob.say("<presence to='" + ROOM + "/Robert'/>");
        assertEquals("cancel not-allowed", error(bob.presences().getFirst()));
        alice.heard();
        bob.say("<presence to='" + ROOM + "/Bob'><show>away</show><status>buy stuff</status></presence>");
        bob.heard();
        Presence seen = alice.presence("Bob");
        assertTrue(seen.toString().contains("away") && !seen.toString().contains("stuff"));
    }

    @Test
    void whoHasReservedANickIsHeldToIt() {
        alice.admin("jid", "carol@localhost", "affiliation", "member", "nick", "Caroline");
        RoomClient carol = trial.client("carol").join("Kate");
        carol.leave("Kate");
        carol.heard();
        alice.configure("x-muc#roomconfig_reservednick", "1");
        Presence self = carol.ask("Kate").presence("Caroline");
        assertEquals(List.of("210", "110"), codes(self));
        carol.say("<presence to='" + ROOM + "/Kate'/>");
        assertEquals("cancel not-acceptable", error(carol.presences().getFirst()));
        bob.heard();
        bob.say("<presence to='" + ROOM + "/Robert'/>");
        assertEquals(List.of("303", "110"), codes(bob.presences().getFirst()));
    }

    @Test
    void aRoomMayAllowOneClientOfAUserOnly() {
        alice.configure("muc#roomconfig_allowmultisessions", "0");
        RoomClient laptop = trial.client("bob@localhost/laptop");
        assertEquals("cancel conflict", error(laptop.ask("Bob").presence("Bob")));
    }

    @Test
    void queriesAmongOccupantsMayBeForbidden() {
        alice.configure("allow_query_users", "0");
        assertEquals(
                "cancel not-allowed",
                error(bob.query(Iq.Type.GET, ROOM.withResource("Alice"), Element.of("query", "jabber:iq:version"))));
        assertEquals(
                Iq.Type.RESULT,
                bob.query(Iq.Type.GET, ROOM.withResource("Bob"), Element.of("ping", Muc.PING)).type());
    }

    @Test
    void strangersBecomeMembersByThemselvesWhereThatIsOpen() {
        RoomClient carol = trial.client("carol").join("Carol");
        assertEquals("cancel not-allowed", error(register(carol, "Carol")));
        alice.configure("muc#roomconfig_registration", "open");
        assertEquals("modify jid-malformed", error(register(carol, "\u202e")));
        assertEquals("cancel conflict", error(register(carol, "bob")));
        assertEquals(Iq.Type.RESULT, register(carol, "Carol").type());
        assertEquals("member", item(carol.presence("Carol"), "affiliation"));
    }

    private static Iq register(RoomClient client, String nick) {
        DataForm form = DataForm.of(
                DataForm.Type.SUBMIT,
                Muc.REGISTER_FORM,
                null,
                List.of(DataForm.Field.of("muc#register_roomnick", DataForm.FieldType.TEXT_SINGLE, null, nick)));
        return client.query(
                Iq.Type.SET,
                ROOM,
                Element.builder("query", Muc.REGISTER).child(form.toElement()).build());
    }

    @Test
    void anAdminDecidesWhoBecomesAMemberWhereThatIsAsked() {
        alice.configure("muc#roomconfig_registration", "approval", "muc#roomconfig_membersonly", "1");
        RoomClient carol = trial.client("carol");
        assertEquals(Iq.Type.RESULT, register(carol, "Carol").type());
        DataForm asked = DataForm.of(alice.messages().getLast().child("x", DataForm.NAMESPACE));
        assertNotNull(asked);
        assertEquals("carol@localhost", asked.value("muc#register_jid"));
        assertEquals("auth registration-required", error(carol.ask("Carol").presence("Carol")));

        DataForm answer = DataForm.of(
                DataForm.Type.SUBMIT,
                Muc.REGISTER_FORM,
                null,
                List.of(
                        DataForm.Field.of("muc#register_jid", DataForm.FieldType.JID_SINGLE, null, "carol@localhost"),
                        DataForm.Field.bool("muc#register_allow", null, true)));
        alice.say(Message.of(Message.Type.NORMAL, null, ROOM, "ok", answer.toElement()));
        alice.heard();
        assertEquals("member", item(carol.ask("Carol").presence("Carol"), "affiliation"));
        alice.say(Message.of(Message.Type.NORMAL, null, ROOM, "again", answer.toElement()));
        assertEquals("cancel item-not-found", error(alice.messages().getLast()));
    }

    @Test
    void aHiddenRoomTellsStrangersNothingOfWhatGoesOn() {
        alice.configure("muc#roomconfig_publicroom", "0");
        RoomClient carol = trial.client("carol");
        String told = String.valueOf(
                carol.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO)).payload());
        assertTrue(told.contains("muc_hidden"));
        assertFalse(told.contains("muc#roominfo_occupants") || told.contains("muc#roominfo_subject\""));
        assertEquals(
                List.of(),
                Objects.requireNonNull(carol.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_ITEMS)).payload())
                        .children());
        String own = String.valueOf(
                bob.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO)).payload());
        assertTrue(own.contains("muc#roominfo_occupants"));
    }

    @Test
    void aMembersOnlyRoomTellsStrangersNothingOfWhatGoesOnUnlessItsOwnersWantIt() {
        Element info = Element.of("query", Muc.DISCO_INFO);
        Element items = Element.of("query", Muc.DISCO_ITEMS);
        RoomClient carol = trial.client("carol");
        assertTrue(String.valueOf(carol.query(Iq.Type.GET, ROOM, info)).contains("muc#roominfo_occupants"));
        assertFalse(String.valueOf(carol.query(Iq.Type.GET, ROOM, items)).contains("<item"), "not by default");
        alice.configure("muc#roomconfig_membersonly", "1");
        assertFalse(String.valueOf(carol.query(Iq.Type.GET, ROOM, info)).contains("muc#roominfo_occupants"));
        assertTrue(String.valueOf(alice.query(Iq.Type.GET, ROOM, info)).contains("muc#roominfo_occupants"));
        alice.configure("public_list", "1");
        assertTrue(String.valueOf(carol.query(Iq.Type.GET, ROOM, info)).contains("muc#roominfo_occupants"));
        assertTrue(String.valueOf(carol.query(Iq.Type.GET, ROOM, items)).contains("<item"));
    }

    @Test
    void theRoomTellsHowMuchHistoryItShowsInTruth() {
        alice.configure("muc#maxhistoryfetch", "500");
        DataForm info = Objects.requireNonNull(DataForm.of(
                bob.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO)).request().child("x", DataForm.NAMESPACE)));
        assertEquals("100", info.value("muc#maxhistoryfetch"), "the service keeps no more");
        assertEquals("500", form().value("muc#maxhistoryfetch"));
    }

    @Test
    void aChangeOfPrivacyIsToldByItsOwnCodeAlone() {
        bob.heard();
        alice.configure("muc#roomconfig_whois", "anyone", "muc#roomconfig_enablelogging", "1");
        assertEquals(List.of("172", "170"), told(bob));
        alice.configure("muc#roomconfig_whois", "moderators", "muc#roomconfig_roomname", "Tea");
        assertEquals(List.of("173", "104"), told(bob));
    }

    private static List<String> told(RoomClient client) {
        return client.messages().stream().flatMap(message -> codes(message).stream()).toList();
    }

    @Test
    void evenAnOwnerGivesThePasswordOnComingIn() {
        alice.configure("muc#roomconfig_roomsecret", "sesame");
        alice.leave("Alice");
        alice.heard();
        assertEquals("auth not-authorized", error(alice.ask("Alice").presence("Alice")));
        Element password = Element.of("password", Muc.JOIN, "sesame");
        assertEquals("owner", item(alice.ask("Alice", password).presence("Alice"), "affiliation"));
    }

    @Test
    void aFormForANickMayBeCancelled() {
        alice.configure("muc#roomconfig_registration", "open");
        Element cancel = Element.builder("x", DataForm.NAMESPACE).attribute("type", "cancel").build();
        Element query = Element.builder("query", Muc.REGISTER).child(cancel).build();
        assertEquals(Iq.Type.RESULT, bob.query(Iq.Type.SET, ROOM, query).type());
        assertFalse(String.valueOf(alice.list("affiliation", "member")).contains("bob@"));
    }

    @Test
    void anEmptyNodeIsNoneAndAnUnknownOneIsNotFound() {
        for (Jid asked : List.of(ROOM, Jid.parse("conference.localhost"))) {
            for (String namespace : List.of(Muc.DISCO_INFO, Muc.DISCO_ITEMS)) {
                Element empty = Element.builder("query", namespace).attribute("node", "").build();
                assertEquals(Iq.Type.RESULT, bob.query(Iq.Type.GET, asked, empty).type(), asked + namespace);
                Element unknown = Element.builder("query", namespace).attribute("node", "unknown").build();
                assertEquals("cancel item-not-found", error(bob.query(Iq.Type.GET, asked, unknown)));
            }
        }
    }

    @Test
    void whoHasNoVoiceGoesWithoutAWordWhereTheOwnerWantsItSo() {
        alice.configure("muc#roomconfig_moderatedroom", "1", "muc#roomconfig_allowvisitorstatus", "0");
        RoomClient carol = trial.client("carol").join("Carol");
        alice.heard();
        carol.say("<presence type='unavailable' to='" + ROOM + "/Carol'><status>spam</status></presence>");
        carol.heard();
        assertFalse(alice.presence("Carol").toString().contains("spam"));
    }

    @Test
    void theOccupantsOfAPublicRoomAreHadPageByPage() {
        trial.client("carol").join("Carol");
        alice.configure("public_list", "1");
        Element query = Element.builder("query", Muc.DISCO_ITEMS)
                .child(Element.builder("set", Muc.RSM).child("max", "2").build())
                .build();
        Element page = Objects.requireNonNull(trial.client("dave").query(Iq.Type.GET, ROOM, query).payload());
        assertEquals(2, page.children("item", Muc.DISCO_ITEMS).size());
        assertTrue(page.toString().contains("<count>3</count>"));
        alice.configure("public_list", "0");
        assertFalse(String.valueOf(trial.client("eve").query(Iq.Type.GET, ROOM, query).payload()).contains("<item"));
        assertTrue(String.valueOf(bob.query(Iq.Type.GET, ROOM, query).payload()).contains("<item"));
    }

    @Test
    void whatPassesThroughARoomIsAskedAsTheXepSays() {
        Element traffic =
                Element.builder("query", Muc.DISCO_INFO).attribute("node", Muc.TRAFFIC).build();
        assertEquals("cancel service-unavailable", error(bob.query(Iq.Type.GET, ROOM, traffic)));
        RoomClient carol = trial.client("carol");
        assertEquals(
                "modify bad-request",
                error(carol.query(Iq.Type.GET, ROOM.withResource("Bob"), Element.of("query", Muc.DISCO_INFO))));
    }

    @Test
    void aLoggedRoomTellsWhereItsLogIs() {
        alice.configure("muc#roomconfig_enablelogging", "1", "muc#roominfo_logs", "https://example.org/tea/");
        DataForm info = Objects.requireNonNull(DataForm.of(
                bob.query(Iq.Type.GET, ROOM, Element.of("query", Muc.DISCO_INFO)).request().child("x", DataForm.NAMESPACE)));
        assertEquals("https://example.org/tea/", info.value("muc#roominfo_logs"));
    }

    @Test
    void aFormOfUnknownFieldsOrOfWrongValuesLeavesTheRoomAsItWas() {
        List<DataForm.Field> before = form().fields();
        alice.heard();
        assertEquals(Iq.Type.RESULT, alice.submit("unknown", "1", "muc#roomconfig_unknown", "2").type());
        for (String[] wrong : List.of(
                new String[] {"modify bad-request", "muc#roomconfig_roomname", "A", "muc#roomconfig_roomname", "B"},
                new String[] {"modify bad-request", "muc#roomconfig_moderatedroom", "maybe"},
                new String[] {"modify not-acceptable", "muc#roomconfig_maxusers", "-1"},
                new String[] {"modify not-acceptable", "muc#roomconfig_maxusers", "many"},
                new String[] {"modify not-acceptable", "muc#roomconfig_whois", "everybody"},
                new String[] {"modify not-acceptable", "muc#roomconfig_presencebroadcast", "king"},
                new String[] {"modify not-acceptable", "muc#roomconfig_roomname", "x".repeat(10_000)},
                new String[] {"modify jid-malformed", "muc#roominfo_contactjid", "@@"},
                new String[] {"modify jid-malformed", "muc#roomconfig_roomadmins", "@@"})) {
            Iq answer = alice.submit(Arrays.copyOfRange(wrong, 1, wrong.length));
            assertEquals(wrong[0], error(answer), Arrays.toString(wrong));
        }
        Element other = DataForm.of(
                        DataForm.Type.SUBMIT,
                        Muc.REQUEST,
                        null,
                        List.of(DataForm.Field.of("muc#roomconfig_roomname", DataForm.FieldType.TEXT_SINGLE, null, "A")))
                .toElement();
        Iq answer = alice.query(Iq.Type.SET, ROOM, Element.builder("query", Muc.OWNER).child(other).build());
        assertEquals("modify bad-request", error(answer));
        assertEquals(before, form().fields());
        assertTrue(bob.heard().stream().noneMatch(stanza -> codes(stanza).contains("104")), "nobody hears of it");
    }
}
