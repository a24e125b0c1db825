package im.gatehouse.modules.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.modules.roster.RosterConfig;
import im.gatehouse.modules.roster.RosterItem;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Stanza;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubscriptionsTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@localhost");

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
        server.with("alice", "bob", "carol");
        alice = server.online("alice/phone");
        bob = server.online("bob/desk");
    }

    private SmallServer server() {
        return new SmallServer(
                database,
                new ModulePlan.Entry<>(new RosterModule(), new RosterConfig(100, 2, 10, 100)),
                new ModulePlan.Entry<>(new PresenceModule(), PresenceConfig.DEFAULT));
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void aUserAsksAndTheContactAgrees() {
        alice.send("<presence to='bob@localhost/desk' type='subscribe' id='s'><status>It's me</status></presence>");
        assertEquals(List.of("push: bob@localhost none ask subscribe"), alice.heard());
        assertEquals(List.of("subscribe from alice@localhost: It's me"), bob.heard());
        assertEquals("None, wants in", state(BOB, ALICE));

        bob.send("<presence to='alice@localhost' type='subscribed'/>");
        assertEquals(List.of("push: alice@localhost from"), bob.heard());
        assertEquals(
                List.of("subscribed from bob@localhost", "push: bob@localhost to", "available from bob@localhost/desk"),
                alice.heard());
    }

    @Test
    void whoeverAsksSomebodyAtADomainThatCannotBeReachedIsTold() {
        alice.send("<presence to='x@nosuch.invalid' type='subscribe' id='s'/>");
        List<Stanza> heard = alice.stanzas();
        Stanza error = heard.getLast();
        assertEquals("x@nosuch.invalid alice@localhost/phone s", error.from() + " " + error.to() + " " + error.id());
        assertTrue(error.toString().contains("<remote-server-not-found "), error.toString());
        assertEquals(2, heard.size(), "and the push");
    }

    @Test
    void subscriptionStanzasKeepTheirIdAndCarryBareAddresses() {
        alice.send("<presence to='bob@localhost/desk' type='subscribe' id='s1'/>");
        Stanza asked = bob.stanzas().getFirst();
        assertEquals(
                "alice@localhost bob@localhost s1", asked.from() + " " + asked.to() + " " + asked.id());
    }

    @Test
    void aRequestIsShownAtEachNewPresenceUntilItIsAnswered() {
        bob.vanish();
        alice.send("<presence to='bob@localhost' type='subscribe'><status>Hi</status></presence>");
        assertEquals(List.of("push: bob@localhost none ask subscribe"), alice.heard());

        for (int time = 0; time < 2; time++) {
            bob = server.connect("bob/desk");
            bob.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
            bob.send("<presence/>");
            assertEquals(
                    List.of("roster: ", "available from bob@localhost/desk", "subscribe from alice@localhost: Hi"),
                    bob.heard());
            bob.vanish();
        }

        bob = server.online("bob/desk");
        bob.send("<presence to='alice@localhost' type='unsubscribed'/>");
        assertEquals(List.of(), bob.heard());
        assertEquals(List.of("unsubscribed from bob@localhost", "push: bob@localhost none"), alice.heard());
        bob.vanish();
        bob = server.connect("bob/desk");
        bob.send("<presence/>");
        assertEquals(List.of("available from bob@localhost/desk"), bob.heard());
    }

    @Test
    void aRequestThatComesWhileTheUserComesIsShown() {
        bob.vanish();
        SmallClient desk = server.connect("bob/desk");
        Stanza request = SmallClient.parse("<presence to='bob@localhost' type='subscribe'/>");
        server.service(Presences.class).aboutToTakeMessages().add("test", _ -> {
            CompletableFuture<Void> handled = new CompletableFuture<>();
            Lane lane = alice.session().lane();
            lane.add(() -> server.router.fromClient(
                    alice.session(), request.from(alice.session().jid())));
            lane.add(() -> handled.complete(null));
            handled.orTimeout(1, TimeUnit.MINUTES).join();
        });
        desk.send("<presence/>");
        assertEquals(List.of("available from bob@localhost/desk", "subscribe from alice@localhost"), desk.heard());
    }

    @Test
    void aRequestOutlivesTheServer() {
        bob.vanish();
        alice.send("<presence to='bob@localhost' type='subscribe'><status>Hi</status></presence>");
        server.close();
        server = server();
        bob = server.connect("bob/desk");
        bob.send("<presence/>");
        assertEquals(
                List.of("available from bob@localhost/desk", "subscribe from alice@localhost: Hi"), bob.heard());
    }

    @Test
    void askingTwiceShowsTheRequestOnce() {
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        assertEquals(List.of("push: bob@localhost none ask subscribe"), alice.heard());
        assertEquals(List.of("subscribe from alice@localhost"), bob.heard());
    }

    @Test
    void whoeverMayAlreadySeeIsAnsweredByTheServer() {
        befriend();
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        assertEquals(List.of("available from bob@localhost/desk"), alice.heard());
        assertEquals(List.of(), bob.heard());
    }

    @Test
    void anApprovalInAdvanceAnswersTheLaterQuestion() {
        bob.send("<presence to='alice@localhost' type='subscribed'/>");
        assertEquals(List.of("push: alice@localhost none approved"), bob.heard());
        assertEquals(List.of(), alice.heard());

        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        assertEquals(List.of("push: alice@localhost from"), bob.heard());
        assertEquals(
                List.of(
                        "push: bob@localhost none ask subscribe",
                        "subscribed from bob@localhost",
                        "push: bob@localhost to",
                        "available from bob@localhost/desk"),
                alice.heard());
    }

    @Test
    void anApprovalInAdvanceCanBeTakenBack() {
        bob.send("<presence to='alice@localhost' type='subscribed'/>");
        bob.send("<presence to='alice@localhost' type='unsubscribed'/>");
        assertEquals(List.of("push: alice@localhost none approved", "push: alice@localhost none"), bob.heard());
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        assertEquals(List.of("subscribe from alice@localhost"), bob.heard());
    }

    @Test
    void aUserNoLongerWantsToSee() {
        befriend();
        alice.send("<presence to='bob@localhost' type='unsubscribe'/>");
        assertEquals(
                List.of("push: bob@localhost from", "unavailable from bob@localhost/desk"), alice.heard());
        assertEquals(List.of("unsubscribe from alice@localhost", "push: alice@localhost to"), bob.heard());

        bob.send("<presence><status>unseen</status></presence>");
        assertEquals(List.of(), alice.heard());
        alice.send("<presence><status>seen</status></presence>");
        assertTrue(bob.heard().contains("available from alice@localhost/phone: seen"));
    }

    @Test
    void aUserNoLongerLetsSeeAndIsGoneBeforeThat() {
        befriend();
        alice.send("<presence to='bob@localhost' type='unsubscribed'/>");
        assertEquals(List.of("push: bob@localhost to"), alice.heard());
        assertEquals(
                List.of(
                        "unavailable from alice@localhost/phone",
                        "unsubscribed from alice@localhost",
                        "push: alice@localhost from"),
                bob.heard());
    }

    @Test
    void aContactWhoIsTakenOutOfTheRosterIsPartedFromBothWays() {
        befriend();
        alice.send("<iq type='set' id='r'><query xmlns='jabber:iq:roster'>"
                + "<item jid='bob@localhost' subscription='remove'/></query></iq>");
        assertEquals(
                List.of("push: bob@localhost remove", "unavailable from bob@localhost/desk", "result"), alice.heard());
        assertEquals(
                List.of(
                        "unsubscribe from alice@localhost",
                        "push: alice@localhost to",
                        "unsubscribed from alice@localhost",
                        "push: alice@localhost none",
                        "unavailable from alice@localhost/phone"),
                bob.heard());
        assertEquals("None", state(ALICE, BOB));
        assertEquals("None", state(BOB, ALICE));
    }

    @Test
    void anAccountThatIsRemovedParts() {
        befriend();
        bob.vanish();
        alice.heard();
        assertTrue(server.accounts.remove(BOB));
        server.settle();
        assertEquals(
                List.of(
                        "unsubscribe from bob@localhost",
                        "push: bob@localhost to",
                        "unsubscribed from bob@localhost",
                        "push: bob@localhost none"),
                alice.heard());
        assertEquals("None", state(BOB, ALICE));
    }

    @Test
    void nobodyIsAskedWhoHasNoAccount() {
        alice.send("<presence to='nobody@localhost' type='subscribe'/>");
        alice.send("<presence to='alice@localhost' type='subscribe'/>");
        assertEquals(List.of("push: nobody@localhost none ask subscribe"), alice.heard());
    }

    @Test
    void stepsThatMakeNoSenseChangeNothing() {
        alice.send("<presence to='bob@localhost' type='unsubscribe'/>");
        alice.send("<presence to='bob@localhost' type='unsubscribed'/>");
        assertEquals(List.of(), alice.heard());
        assertEquals(List.of(), bob.heard());
        server.router.route(
                SmallClient.parse("<presence from='carol@localhost' to='bob@localhost' type='subscribed'/>"),
                alice.session().lane());
        server.settle();
        assertEquals("None", state(BOB, Jid.parse("carol@localhost")));
    }

    @Test
    void strangersCannotFillARosterWithRequests() {
        for (int i = 0; i < 4; i++) {
            server.with("stranger" + i);
            server.online("stranger" + i + "/x").send("<presence to='bob@localhost' type='subscribe'/>");
        }
        assertEquals(2, bob.heard().size());
    }

    @Test
    void aHugeRequestIsKeptWithoutItsContent() {
        bob.vanish();
        alice.send("<presence to='bob@localhost' type='subscribe'><status>" + "x".repeat(10_000)
                + "</status></presence>");
        bob = server.connect("bob/desk");
        bob.send("<presence/>");
        assertEquals(
                List.of("available from bob@localhost/desk", "subscribe from alice@localhost"), bob.heard());
    }

    @Test
    void presenceOfEveryResourceFollowsAnAgreement() {
        SmallClient second = server.online("bob/second");
        second.send("<presence><status>2</status></presence>");
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        alice.heard();
        bob.send("<presence to='alice@localhost' type='subscribed'/>");
        List<String> heard = alice.heard();
        assertTrue(heard.contains("available from bob@localhost/desk"), heard::toString);
        assertTrue(heard.contains("available from bob@localhost/second: 2"), heard::toString);
    }

    private void befriend() {
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        bob.send("<presence to='alice@localhost' type='subscribed'/>");
        bob.send("<presence to='alice@localhost' type='subscribe'/>");
        alice.send("<presence to='bob@localhost' type='subscribed'/>");
        assertEquals("both", server.service(Rosters.class).item(ALICE, BOB).state().wire());
        assertEquals("both", server.service(Rosters.class).item(BOB, ALICE).state().wire());
        alice.heard();
        bob.heard();
    }

    private String state(Jid account, Jid contact) {
        RosterItem item = server.service(Rosters.class).item(account, contact);
        String name = item.state().wire().equals("none") ? "None" : item.state().wire();
        return name + (item.state().pendingIn() ? ", wants in" : "") + (item.state().pendingOut() ? ", asks" : "");
    }
}
