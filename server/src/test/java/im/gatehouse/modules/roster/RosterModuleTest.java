package im.gatehouse.modules.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.modules.presence.PresenceConfig;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RosterModuleTest {
    private static final String GET = "<iq type='get' id='g'><query xmlns='jabber:iq:roster'/></iq>";

    @TempDir
    private Path folder;

    private Database database;
    private SmallServer server;
    private SmallClient alice;

    @BeforeEach
    void start() {
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 4));
        server = server().with("alice", "bob");
        alice = server.connect("alice/phone");
    }

    private SmallServer server() {
        return new SmallServer(
                database,
                new ModulePlan.Entry<>(new RosterModule(), new RosterConfig(3, 2, 2, 10)),
                new ModulePlan.Entry<>(new PresenceModule(), PresenceConfig.DEFAULT));
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void aNewRosterIsEmpty() {
        alice.send(GET);
        assertEquals(List.of("roster: "), alice.heard());
    }

    @Test
    void aContactIsAddedChangedAndRemovedAndEveryInterestedClientIsTold() {
        alice.send(GET);
        SmallClient tablet = server.connect("alice/tablet");
        tablet.send(GET);
        SmallClient silent = server.connect("alice/silent");
        alice.heard();
        tablet.heard();

        set(alice, "<item jid='bob@localhost' name='Bob'><group>Friends</group></item>");
        assertEquals(List.of("push: bob@localhost none called Bob in Friends", "result"), alice.heard());
        assertEquals(List.of("push: bob@localhost none called Bob in Friends"), tablet.heard());

        set(alice, "<item jid='bob@localhost' name='' subscription='both' ask='subscribe'/>");
        assertEquals(List.of("push: bob@localhost none", "result"), alice.heard());
        assertEquals(List.of("push: bob@localhost none"), tablet.heard());

        set(alice, "<item jid='bob@localhost' subscription='remove'/>");
        assertEquals(List.of("push: bob@localhost remove", "result"), alice.heard());
        assertEquals(List.of("push: bob@localhost remove"), tablet.heard());
        assertEquals(List.of(), silent.heard());

        alice.send(GET);
        assertEquals(List.of("roster: "), alice.heard());
    }

    @Test
    void aPushComesFromTheAccountAndGoesToTheSession() {
        alice.send(GET);
        alice.stanzas();
        set(alice, "<item jid='bob@localhost'/>");
        Stanza push = alice.stanzas().getFirst();
        assertEquals("alice@localhost", String.valueOf(push.from()));
        assertEquals("alice@localhost/phone", String.valueOf(push.to()));
    }

    @Test
    void aContactWithTheSameContentIsPushedAllTheSame() {
        alice.send(GET);
        set(alice, "<item jid='bob@localhost'/>");
        alice.heard();
        set(alice, "<item jid='bob@localhost'/>");
        assertEquals(List.of("push: bob@localhost none", "result"), alice.heard());
    }

    @Test
    void aWrongRequestGetsItsOwnError() {
        refused("bad-request", "");
        refused("bad-request", "<item jid='a@x.example'/><item jid='b@x.example'/>");
        refused("bad-request", "<item name='nobody'/>");
        refused("bad-request", "<item jid='a@x.example/resource'/>");
        refused("bad-request", "<item jid='a@x.example'><group>A</group><group>A</group></item>");
        refused("jid-malformed", "<item jid='@x.example'/>");
        refused("not-acceptable", "<item jid='a@x.example'><group></group></item>");
        refused("not-acceptable", "<item jid='a@x.example'><group>01234567890</group></item>");
        refused("not-acceptable", "<item jid='a@x.example'><group>1</group><group>2</group><group>3</group></item>");
        refused("not-acceptable", "<item jid='a@x.example' name='01234567890'/>");
        refused("item-not-found", "<item jid='a@x.example' subscription='remove'/>");
        refused("not-allowed", "<item jid='alice@localhost'/>");
        alice.send(GET);
        assertEquals(List.of("roster: "), alice.heard());
    }

    private void refused(String condition, String items) {
        set(alice, items);
        assertEquals(List.of("error " + condition), alice.heard(), items);
    }

    @Test
    void somebodyElsesRosterIsForbidden() {
        alice.send("<iq type='get' id='1' to='bob@localhost'><query xmlns='jabber:iq:roster'/></iq>");
        alice.send("<iq type='set' id='2' to='bob@localhost'><query xmlns='jabber:iq:roster'>"
                + "<item jid='alice@localhost'/></query></iq>");
        assertEquals(List.of("error forbidden", "error forbidden"), alice.heard());
    }

    @Test
    void aFullRosterTakesNobodyMoreButCanBeChanged() {
        for (String user : List.of("a", "b", "c")) {
            set(alice, "<item jid='" + user + "@x.example'/>");
        }
        alice.heard();
        set(alice, "<item jid='d@x.example'/>");
        assertEquals(List.of("error resource-constraint"), alice.heard());
        alice.send("<presence type='subscribe' to='d@x.example' id='s'/>");
        assertEquals(List.of("error resource-constraint for presence to d@x.example"), alice.heard());

        set(alice, "<item jid='a@x.example' name='A'/>");
        set(alice, "<item jid='a@x.example' subscription='remove'/>");
        set(alice, "<item jid='d@x.example'/>");
        assertEquals(List.of("result", "result", "result"), alice.heard());
    }

    @Test
    void aClientThatIsUpToDateGetsAnEmptyAnswer() {
        set(alice, "<item jid='bob@localhost'/>");
        String version = version();
        getSince(version);
        assertEquals(List.of("result"), alice.heard());
    }

    @Test
    void aClientThatWasAwayHearsOnlyWhatChanged() {
        set(alice, "<item jid='a@x.example'/>");
        set(alice, "<item jid='b@x.example'/>");
        String version = version();
        set(alice, "<item jid='c@x.example'/>");
        set(alice, "<item jid='a@x.example' subscription='remove'/>");
        alice.vanish();

        SmallClient again = server.connect("alice/phone");
        getSince(again, version);
        List<Stanza> heard = again.stanzas();
        assertNull(((Iq) heard.getFirst()).payload());
        assertEquals(List.of("c@x.example none", "a@x.example remove"), heard.stream().skip(1)
                .map(push -> Objects.requireNonNull(((Iq) push).request().firstChild()))
                .map(item -> item.attribute("jid") + " " + item.attribute("subscription"))
                .toList());
        String last = ((Iq) heard.getLast()).request().attribute("ver");
        getSince(again, Objects.requireNonNull(last));
        assertEquals(List.of("result"), again.heard());
    }

    @Test
    void aClientWithAnUnknownVersionGetsTheWholeRoster() {
        set(alice, "<item jid='bob@localhost'/>");
        alice.heard();
        for (String version : List.of("", "nonsense", "-5", "0", "9223372036854775807", "1")) {
            getSince(version);
            assertEquals(List.of("roster: bob@localhost none"), alice.heard(), version);
        }
    }

    @Test
    void aRosterOfALaterAccountOfTheNameHasOtherVersions() {
        set(alice, "<item jid='bob@localhost'/>");
        String version = version();
        server.accounts.remove(Jid.parse("alice@localhost"));
        alice.vanish();
        server.time.forward(java.time.Duration.ofSeconds(1));
        server.with("alice");

        SmallClient other = server.connect("alice/phone");
        getSince(other, version);
        assertEquals(List.of("roster: "), other.heard());
        set(other, "<item jid='c@x.example'/>");
        other.heard();
        getSince(other, version);
        assertEquals(List.of("roster: c@x.example none"), other.heard());
    }

    @Test
    void whatIsStoredIsThereAfterARestart() {
        set(alice, "<item jid='bob@localhost' name='Bob'/>");
        server.close();
        server = server();
        SmallClient again = server.connect("alice/phone");
        again.send(GET);
        assertEquals(List.of("roster: bob@localhost none called Bob"), again.heard());
    }

    @Test
    void whoWasNotToldOfAPartingBeforeACrashIsToldAfterTheNextStart() throws InterruptedException {
        Jid bob = Jid.parse("bob@localhost");
        alice.send("<presence type='subscribe' to='bob@localhost'/>");
        Rosters rosters = server.service(Rosters.class);
        assertTrue(rosters.item(bob, alice.session().account()).state().pendingIn());
        // This is how far the removal of an account gets before its contacts are told.
        database.write(db -> {
            rosters.removeAccount(db, alice.session().account());
            return true;
        });
        server.close();

        server = server();
        Rosters restarted = server.service(Rosters.class);
        restarted.resume().join();
        assertTrue(restarted.item(bob, alice.session().account()).state().isNone());
    }

    private static void set(SmallClient client, String items) {
        client.send("<iq type='set' id='s'><query xmlns='jabber:iq:roster'>" + items + "</query></iq>");
    }

    private String version() {
        alice.stanzas();
        alice.send(GET);
        Iq roster = (Iq) alice.stanzas().getFirst();
        return Objects.requireNonNull(Objects.requireNonNull(roster.payload()).attribute("ver"));
    }

    private void getSince(String version) {
        getSince(alice, version);
    }

    private static void getSince(SmallClient client, String version) {
        client.send("<iq type='get' id='v'><query xmlns='jabber:iq:roster' ver='" + version + "'/></iq>");
    }
}
