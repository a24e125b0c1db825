package im.gatehouse.modules.blocking;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.modules.offline.OfflineConfig;
import im.gatehouse.modules.offline.OfflineModule;
import im.gatehouse.modules.presence.PresenceConfig;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.modules.roster.RosterConfig;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockingModuleTest {
    @TempDir
    private Path folder;

    private Database database;
    private SmallServer server;
    private SmallClient alice;
    private SmallClient bob;

    @BeforeEach
    void start() {
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 4));
        server = server();
        server.with("alice", "bob", "carol", "admin");
        alice = server.online("alice/phone");
        bob = server.online("bob/desk");
    }

    private SmallServer server() {
        return new SmallServer(
                database,
                new ModulePlan.Entry<>(new RosterModule(), RosterConfig.DEFAULT),
                new ModulePlan.Entry<>(new PresenceModule(), PresenceConfig.DEFAULT),
                new ModulePlan.Entry<>(new OfflineModule(), OfflineConfig.DEFAULT),
                new ModulePlan.Entry<>(
                        new BlockingModule(),
                        new BlockingConfig(5, List.of(Jid.parse("admin@localhost")), 2, Duration.ofDays(30))));
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    // --- the list ---

    @Test
    void aListBeginsEmptyAndShowsWhatWasBlocked() {
        assertEquals("<blocklist xmlns='urn:xmpp:blocking'/>", list(alice).toString());

        alice.send(block("romeo@montague.net", "iago@shakespeare.lit/x", "verona.lit"));

        assertEquals(
                List.of("romeo@montague.net", "iago@shakespeare.lit/x", "verona.lit"),
                list(alice).children().stream()
                        .map(item -> item.attribute("jid"))
                        .toList());
    }

    @Test
    void aListOutlivesTheServer() {
        alice.send(block("bob@localhost"));
        server.close();
        server = server();
        alice = server.online("alice/phone");
        bob = server.online("bob/desk");

        bob.send("<message to='alice@localhost' type='chat'><body>Hi</body></message>");

        assertEquals(List.of("error service-unavailable for message to alice@localhost"), bob.heard());
        assertEquals(List.of(), alice.heard());
        assertEquals(1, list(alice).children().size());
    }

    @Test
    void everyClientThatAskedForTheListHearsOfChanges() {
        SmallClient other = server.connect("alice/other");
        SmallClient third = server.connect("alice/third");
        list(alice);
        list(other);

        alice.send(block("bob@localhost"));
        alice.send(unblock("bob@localhost"));
        alice.send(unblock());

        List<String> pushes = other.stanzas().stream()
                .map(push -> push.to() + " " + push.from() + " " + ((Iq) push).type() + " " + ((Iq) push).request())
                .toList();
        String head = "alice@localhost/other alice@localhost SET ";
        assertEquals(
                List.of(
                        head + "<block xmlns='urn:xmpp:blocking'><item jid='bob@localhost'/></block>",
                        head + "<unblock xmlns='urn:xmpp:blocking'><item jid='bob@localhost'/></unblock>",
                        head + "<unblock xmlns='urn:xmpp:blocking'/>"),
                pushes);
        assertEquals(6, alice.heard().size());
        assertEquals(List.of(), third.heard());
    }

    @Test
    void requestsThatMakeNoSenseAreRefused() {
        assertRefused("bad-request", block());
        assertRefused("bad-request", set("<block xmlns='urn:xmpp:blocking'><item/></block>"));
        assertRefused("bad-request", set("<unblock xmlns='urn:xmpp:blocking'><item/></unblock>"));
        assertRefused("jid-malformed", block("@"));
        assertRefused("not-allowed", block("alice@localhost"));
        assertRefused("not-allowed", block("alice@localhost/other"));
        assertRefused("not-acceptable", block("a".repeat(1023) + "@" + "b.".repeat(200) + "c/" + "d".repeat(1000)));
        assertRefused("not-allowed", set("<blocklist xmlns='urn:xmpp:blocking'/>"));
        assertEquals(0, list(alice).children().size());
    }

    @Test
    void aListHasABoundAndIsChangedAsAWholeOrNotAtAll() {
        alice.send(block("a@x", "b@x", "c@x", "d@x"));
        alice.heard();

        assertRefused("resource-constraint", block("e@x", "f@x"));
        assertEquals(4, list(alice).children().size());
        alice.send(block("a@x", "e@x"));
        assertEquals(List.of("push: a@x null, e@x null", "result"), alice.heard());
    }

    @Test
    void nobodySeesAnothersList() {
        bob.send("<iq type='get' id='1' to='alice@localhost'><blocklist xmlns='urn:xmpp:blocking'/></iq>");
        bob.send("<iq type='set' id='2' to='alice@localhost'><block xmlns='urn:xmpp:blocking'>"
                + "<item jid='carol@localhost'/></block></iq>");

        assertEquals(List.of("error service-unavailable", "error service-unavailable"), bob.heard());
        assertEquals(0, list(alice).children().size());
    }

    @Test
    void anAccountThatIsMadeAnewHasBlockedNobody() {
        alice.send(block("bob@localhost"));
        alice.vanish();
        server.accounts.remove(Jid.parse("alice@localhost"));
        server.settle();
        server.with("alice");

        bob.send("<message to='alice@localhost' type='chat'><body>Hi</body></message>");

        assertEquals(List.of(), bob.heard());
    }

    // --- what is kept apart ---

    @Test
    void messagesAndRequestsOfABlockedContactAreRefusedAsIfNobodyWereThere() {
        alice.send(block("bob@localhost"));

        bob.send("<message to='alice@localhost' type='chat'><body>Hi</body></message>");
        bob.send("<message to='alice@localhost/phone'><body>Hi</body></message>");
        bob.send("<iq type='get' id='1' to='alice@localhost/phone'><query xmlns='jabber:iq:version'/></iq>");
        bob.send("<iq type='get' id='2' to='alice@localhost'><query xmlns='jabber:iq:roster'/></iq>");
        bob.send("<iq type='result' id='3' to='alice@localhost/phone'/>");
        bob.send("<message to='alice@localhost/phone' type='groupchat'><body>Hi</body></message>");

        assertEquals(
                List.of(
                        "error service-unavailable for message to alice@localhost",
                        "error service-unavailable for message to alice@localhost/phone",
                        "error service-unavailable",
                        "error service-unavailable"),
                bob.heard());
        assertEquals(List.of("result"), alice.heard());
    }

    @Test
    void presenceOfABlockedContactIsDroppedWithoutAWord() {
        alice.send(block("bob@localhost"));

        bob.send("<presence to='alice@localhost'/>");
        bob.send("<presence to='alice@localhost/phone'/>");
        bob.send("<presence to='alice@localhost' type='subscribe'/>");
        bob.send("<presence to='alice@localhost' type='probe'/>");

        assertEquals(List.of("push: alice@localhost none ask subscribe"), bob.heard());
        assertEquals(List.of("result"), alice.heard());
    }

    @Test
    void nothingReachesSomebodyWhoIsAwayEither() {
        alice.send(block("bob@localhost"));
        alice.vanish();
        server.time.forward(Duration.ofMinutes(5)); // what is remembered of those who are away is forgotten

        bob.send("<message to='alice@localhost' type='chat'><body>Hi</body></message>");
        server.online("carol/x").send("<message to='alice@localhost' type='chat'><body>Ho</body></message>");

        assertEquals(List.of("error service-unavailable for message to alice@localhost"), bob.heard());
        alice = server.connect("alice/phone");
        alice.send("<presence/>");
        assertEquals(
                List.of("available from alice@localhost/phone", "Ho from carol@localhost/x, delayed"), alice.heard());
    }

    @Test
    void whatWaitsSinceBeforeTheBlockIsNotHandedOver() {
        alice.vanish();
        bob.send("<message to='alice@localhost' type='chat'><body>Hi</body></message>");
        bob.send("<presence to='alice@localhost' type='subscribe'/>");
        alice = server.connect("alice/phone");
        alice.send(block("bob@localhost"));
        alice.send("<presence/>");

        assertEquals(List.of("result", "available from alice@localhost/phone"), alice.heard());
    }

    @Test
    void theUserCannotWriteToABlockedContactEither() {
        alice.send(block("bob@localhost"));
        alice.heard();

        alice.send("<message to='bob@localhost' type='chat' id='m'><body>Hi</body></message>");
        Stanza answer = alice.stanzas().getFirst();

        assertEquals("bob@localhost", String.valueOf(answer.from()));
        assertEquals("m", answer.id());
        assertEquals(
                "<error xmlns='jabber:client' type='cancel'>"
                        + "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                        + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>You have blocked this address</text>"
                        + "<blocked xmlns='urn:xmpp:blocking:errors'/></error>",
                String.valueOf(answer.child("error", Namespaces.CLIENT)));
        alice.send("<iq to='bob@localhost/desk' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>");
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        alice.send("<presence to='bob@localhost/desk'/>");
        alice.send("<message to='bob@localhost' type='error'/>");
        alice.send("<iq to='bob@localhost/desk' type='result' id='2'/>");
        assertEquals(
                List.of(
                        "error not-acceptable",
                        "error not-acceptable for presence to bob@localhost",
                        "error not-acceptable for presence to bob@localhost/desk"),
                alice.heard());
        assertEquals(List.of(), bob.heard());
    }

    @Test
    void aFullAddressADomainAndADomainsResourceMatchAsTheyShould() {
        BlockList list = BlockList.of(List.of(
                Jid.parse("a@x.org/phone"), Jid.parse("b@x.org"), Jid.parse("y.org"), Jid.parse("z.org/service")));
        for (String covered : List.of(
                "a@x.org/phone", "b@x.org", "b@x.org/any", "y.org", "u@y.org", "u@y.org/r", "y.org/r", "z.org/service")) {
            assertTrue(list.covers(Jid.parse(covered)), covered);
        }
        for (String free : List.of(
                "a@x.org", "a@x.org/desk", "x.org", "c@x.org", "sub.y.org", "u@sub.y.org", "z.org", "u@z.org",
                "u@z.org/service")) {
            assertTrue(!list.covers(Jid.parse(free)), free);
        }
    }

    @Test
    void whoBlocksTheOwnDomainStillReachesTheServerAndTheOwnAccount() {
        alice.send(block("localhost"));
        assertEquals(List.of("result"), alice.heard());

        alice.send("<message to='bob@localhost'><body>Hi</body></message>");
        alice.send("<message to='alice@localhost'><body>note</body></message>");
        alice.send(unblock());

        assertEquals(
                List.of(
                        "error not-acceptable for message to bob@localhost",
                        "note from alice@localhost/phone",
                        "result"),
                alice.heard());
    }

    // --- presence ---

    @Test
    void aContactSeesTheUserGoAndComeBack() {
        befriend();
        SmallClient second = server.online("alice/second");
        second.send("<presence><show>away</show><status>2</status></presence>");
        alice.heard();
        bob.heard();

        alice.send(block("bob@localhost"));
        assertEquals(
                List.of("unavailable from alice@localhost/phone", "unavailable from alice@localhost/second"),
                bob.heard().stream().sorted().toList());
        alice.send("<presence><status>unseen</status></presence>");
        bob.send("<presence><status>unheard</status></presence>");
        second.vanish();
        assertEquals(List.of("available from bob@localhost/desk: unheard"), bob.heard());
        assertTrue(alice.heard().stream().noneMatch(heard -> heard.contains("bob")));

        alice.send(unblock());
        assertEquals(List.of("available from alice@localhost/phone: unseen"), bob.heard());
        assertTrue(alice.heard().contains("available from bob@localhost/desk: unheard"));
    }

    @Test
    void whoComesAnewIsNotSeenByABlockedContactAndDoesNotAsk() {
        befriend();
        alice.send(block("bob@localhost"));
        alice.vanish();
        bob.heard();

        alice = server.online("alice/phone");

        assertEquals(List.of(), bob.heard());
        alice.vanish();
        assertEquals(List.of(), bob.heard());
    }

    @Test
    void whoCannotSeeTheUserIsToldNothing() {
        alice.send(block("bob@localhost"));
        alice.send(unblock("bob@localhost"));
        assertEquals(List.of(), bob.heard());
    }

    @Test
    void whomTheUserSentPresenceOfHerOwnAccordSeesHerGo() {
        alice.send("<presence to='bob@localhost/desk'/>");
        bob.heard();

        alice.send(block("bob@localhost"));
        alice.send("<presence type='unavailable'/>");

        assertEquals(List.of("unavailable from alice@localhost/phone"), bob.heard());
    }

    @Test
    void aResourceThatIsBlockedSeesTheUserGo() {
        befriend();

        alice.send(block("bob@localhost/desk"));

        assertEquals(List.of("unavailable from alice@localhost/phone"), bob.heard());
    }

    @Test
    void contactsOfABlockedDomainComeBackButForThoseWhoAreBlockedThemselves() {
        befriend();
        alice.send(block("localhost", "bob@localhost"));
        bob.heard();

        alice.send(unblock("localhost"));

        assertEquals(List.of(), bob.heard());
    }

    // --- reports ---

    @Test
    void aReportReachesTheAdministrators() {
        SmallClient admin = server.online("admin/desk");

        alice.send(set("<block xmlns='urn:xmpp:blocking'><item jid='bob@localhost'>"
                + "<report xmlns='urn:xmpp:reporting:1' reason='urn:xmpp:reporting:spam'>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='alice@localhost' id='28482'/>"
                + "<text xml:lang='en'> Never came trouble. </text></report></item></block>"));

        Message told = (Message) admin.stanzas().getFirst();
        assertEquals("localhost", String.valueOf(told.from()));
        assertEquals(
                "alice@localhost has blocked bob@localhost and reports it for spam:\nNever came trouble.", told.body());
        ReportStore.Kept kept =
                database.read(db -> new ReportStore().list(db, "localhost", null, 10)).getFirst();
        assertEquals(
                new Report(Jid.parse("bob@localhost"), "urn:xmpp:reporting:spam", "Never came trouble.", "28482"),
                kept.report());
        assertEquals(Jid.parse("alice@localhost"), kept.reporter());
    }

    @Test
    void aReportThatIsWrongOrOneTooManyDoesNotChangeTheBlock() {
        SmallClient admin = server.online("admin/desk");
        String reason = " reason='urn:xmpp:reporting:abuse'";
        for (String contact : List.of("a@x", "b@x", "c@x")) {
            alice.send(set("<block xmlns='urn:xmpp:blocking'><item jid='" + contact + "'>"
                    + "<report xmlns='urn:xmpp:reporting:1'" + reason + "/></item></block>"));
        }
        alice.send(set("<block xmlns='urn:xmpp:blocking'><item jid='d@x'>"
                + "<report xmlns='urn:xmpp:reporting:1'/></item></block>"));

        assertEquals(List.of("result", "result", "result", "result"), alice.heard());
        assertEquals(4, list(alice).children().size());
        assertEquals(2, admin.heard().size());
        assertEquals(2, reports());
    }

    @Test
    void reportsGoWithTheirUserOrWhenTheyAreOld() {
        Jid alices = Jid.parse("alice@localhost");
        alice.send(set("<block xmlns='urn:xmpp:blocking'><item jid='a@x'>"
                + "<report xmlns='urn:xmpp:reporting:1' reason='urn:x'/></item></block>"));
        ReportStore store = new ReportStore();
        long now = server.time.now().toEpochMilli();
        int early = database.write(db -> store.deleteBefore(db, now, 10));
        int late = database.write(db -> store.deleteBefore(db, now + 1, 10));
        assertEquals(List.of(0, 1), List.of(early, late));

        alice.send(set("<block xmlns='urn:xmpp:blocking'><item jid='b@x'>"
                + "<report xmlns='urn:xmpp:reporting:1' reason='urn:x'/></item></block>"));
        server.accounts.remove(alices);
        assertEquals(0, reports());
        assertEquals(List.of(), database.read(db -> new BlockListStore().items(db, alices)));
    }

    // --- how ---

    private int reports() {
        return database.read(db -> new ReportStore().count(db, null));
    }

    private void befriend() {
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        bob.send("<presence to='alice@localhost' type='subscribed'/>");
        bob.send("<presence to='alice@localhost' type='subscribe'/>");
        alice.send("<presence to='bob@localhost' type='subscribed'/>");
        alice.heard();
        bob.heard();
    }

    private Element list(SmallClient client) {
        client.heard();
        client.send("<iq type='get' id='list'><blocklist xmlns='urn:xmpp:blocking'/></iq>");
        return Objects.requireNonNull(((Iq) client.stanzas().getFirst()).payload());
    }

    private void assertRefused(String condition, String request) {
        alice.send(request);
        assertEquals(List.of("error " + condition), alice.heard(), request);
    }

    private static String block(String... jids) {
        return set("<block xmlns='urn:xmpp:blocking'>" + items(jids) + "</block>");
    }

    private static String unblock(String... jids) {
        return set("<unblock xmlns='urn:xmpp:blocking'>" + items(jids) + "</unblock>");
    }

    private static String items(String... jids) {
        StringBuilder items = new StringBuilder();
        for (String jid : jids) {
            items.append("<item jid='").append(jid).append("'/>");
        }
        return items.toString();
    }

    private static String set(String payload) {
        return "<iq type='set' id='set'>" + payload + "</iq>";
    }
}
