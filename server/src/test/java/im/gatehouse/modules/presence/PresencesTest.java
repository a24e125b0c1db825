package im.gatehouse.modules.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModulePlan;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.SmallServer;
import im.gatehouse.modules.roster.RosterConfig;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.session.Session;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.StorageSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresencesTest {
    @TempDir
    private Path folder;

    private Database database;
    private SmallServer server;
    private SmallClient alice;

    /** What reaches the domain of a component. */
    private final List<String> component = new ArrayList<>();

    @BeforeEach
    void start() {
        database = Database.open(new StorageSettings("jdbc:sqlite:" + folder.resolve("db"), null, null, 4));
        server = new SmallServer(
                        database,
                        new ModulePlan.Entry<>(new RosterModule(), RosterConfig.DEFAULT),
                        new ModulePlan.Entry<>(new PresenceModule(), new PresenceConfig(3)))
                .with("alice", "bob", "carol");
        server.router.addComponent("rooms.localhost", (stanza, lane) -> {
            String type = stanza.toElement().attributeOr("type", "available");
            component.add(type + " to " + stanza.to());
        });
        alice = server.online("alice/phone");
        SmallClient bob = server.online("bob/desk");
        alice.send("<presence to='bob@localhost' type='subscribe'/>");
        bob.send("<presence to='alice@localhost' type='subscribed'/>");
        bob.send("<presence to='alice@localhost' type='subscribe'/>");
        alice.send("<presence to='bob@localhost' type='subscribed'/>");
        bob.vanish();
        alice.heard();
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void whoComesIsSeenAndSees() {
        alice.send("<presence><status>here</status></presence>");
        alice.heard();
        SmallClient bob = server.connect("bob/desk");
        bob.send("<presence><priority>1</priority><status>back</status></presence>");
        assertEquals(
                List.of("available from bob@localhost/desk: back", "available from alice@localhost/phone: here"),
                bob.heard());
        assertEquals(List.of("available from bob@localhost/desk: back"), alice.heard());
    }

    @Test
    void aContactWhoIsAwayIsSaidToBeAway() {
        alice.vanish();
        SmallClient bob = server.connect("bob/desk");
        bob.send("<presence/>");
        assertEquals(
                List.of("available from bob@localhost/desk", "unavailable from alice@localhost"), bob.heard());
    }

    @Test
    void aContactWhoIsConnectedAndHasSaidNothingIsAway() {
        alice.vanish();
        server.connect("alice/mute");
        SmallClient bob = server.connect("bob/desk");
        bob.send("<presence/>");
        assertEquals(
                List.of("available from bob@localhost/desk", "unavailable from alice@localhost"), bob.heard());
    }

    @Test
    void theResourcesOfAUserSeeEachOther() {
        alice.send("<presence><status>1</status></presence>");
        alice.heard();
        SmallClient tablet = server.connect("alice/tablet");
        tablet.send("<presence><priority>-1</priority><status>2</status></presence>");
        // Each is said by a lane of its own, so in no order.
        assertEquals(
                List.of(
                        "available from alice@localhost/phone: 1",
                        "available from alice@localhost/tablet: 2",
                        "unavailable from bob@localhost"),
                tablet.heard().stream().sorted().toList());
        assertEquals(List.of("available from alice@localhost/tablet: 2"), alice.heard());
        tablet.vanish();
        assertEquals(List.of("unavailable from alice@localhost/tablet"), alice.heard());
    }

    @Test
    void aChangeIsToldOnTheThreadThatBroughtItWithoutStorage() {
        SmallClient bob = server.online("bob/desk");
        alice.heard();
        database.close();
        AtomicReference<Thread> thread = new AtomicReference<>();
        server.router.receiving().add("test", 0, stanza -> {
            thread.set(Thread.currentThread());
            return im.gatehouse.hook.Verdict.pass();
        });
        alice.send("<presence><show>away</show><status>lunch</status></presence>");
        assertSame(Thread.currentThread(), thread.get());
        assertEquals(List.of("available from alice@localhost/phone: lunch"), bob.heard());
        assertEquals(List.of("available from alice@localhost/phone: lunch"), alice.heard());
        alice.send("<presence type='unavailable'/>");
        assertSame(Thread.currentThread(), thread.get());
        assertEquals(List.of("unavailable from alice@localhost/phone"), bob.heard());
    }

    @Test
    void whoGoesWithAWordIsHeardOnceAndMayComeAgain() {
        SmallClient bob = server.online("bob/desk");
        alice.heard();
        bob.send("<presence type='unavailable'><status>bye</status></presence>");
        assertEquals(List.of("unavailable from bob@localhost/desk: bye"), alice.heard());
        assertEquals(List.of("unavailable from bob@localhost/desk: bye"), bob.heard());
        bob.send("<presence type='unavailable'/>");
        assertEquals(List.of(), alice.heard());
        bob.send("<presence/>");
        assertEquals(List.of("available from bob@localhost/desk"), alice.heard());
        bob.vanish();
        assertEquals(List.of("unavailable from bob@localhost/desk"), alice.heard());
    }

    @Test
    void aSessionIsUnavailableBeforeItCountsAsGone() {
        SmallClient bob = server.online("bob/desk");
        alice.heard();
        Session old = bob.session();
        SmallClient again = server.connect("bob/desk");
        assertTrue(old.awaitGone(java.time.Duration.ZERO));
        again.send("<presence/>");
        assertEquals(
                List.of("unavailable from bob@localhost/desk", "available from bob@localhost/desk"), alice.heard());
    }

    @Test
    void aStrangerSeesNothing() {
        SmallClient carol = server.online("carol/x");
        alice.send("<presence><status>private</status></presence>");
        carol.send("<presence type='probe' to='alice@localhost'/>");
        carol.send("<presence type='probe' to='bob@localhost'/>");
        carol.send("<presence type='probe' to='nobody@localhost'/>");
        assertEquals(List.of(), carol.heard());
    }

    @Test
    void aProbeByAStrangerIsAnsweredUnsubscribedWhetherThereIsSuchAUserOrNot() {
        List<String> answers = new ArrayList<>();
        server.router.addComponent("gateway.localhost", (stanza, lane) -> answers.add(
                stanza.toElement().attribute("type") + " from " + stanza.from() + " to " + stanza.to()));
        for (String asked : List.of("alice@localhost/phone", "alice@localhost", "bob@localhost", "nobody@localhost")) {
            route("<presence type='probe' from='x@gateway.localhost/r' to='" + asked + "'/>");
            assertEquals(
                    List.of("unsubscribed from " + Jid.parse(asked).bare() + " to x@gateway.localhost"), answers);
            answers.clear();
        }
        assertEquals(List.of(), alice.heard());
    }

    @Test
    void aProbeByAContactElsewhereIsAnsweredWithEveryResource() {
        List<String> answers = new ArrayList<>();
        server.router.addComponent("gateway.localhost", (stanza, lane) -> answers.add(
                stanza.toElement().attributeOr("type", "available") + " from " + stanza.from() + " to " + stanza.to()));
        route("<presence type='subscribe' from='x@gateway.localhost' to='alice@localhost/phone'/>");
        alice.send("<presence to='x@gateway.localhost' type='subscribed'/>");
        server.online("alice/tablet");
        answers.clear();

        route("<presence type='probe' from='x@gateway.localhost/r' to='alice@localhost'/>");
        assertEquals(
                List.of(
                        "available from alice@localhost/phone to x@gateway.localhost/r",
                        "available from alice@localhost/tablet to x@gateway.localhost/r"),
                answers);
    }

    private void route(String xml) {
        alice.session().lane().add(() -> server.router.route(SmallClient.parse(xml), alice.session().lane()));
        server.settle();
    }

    @Test
    void presenceToARoomIsTakenBackWhenTheUserGoes() {
        alice.send("<presence to='r@rooms.localhost/me'/>");
        alice.send("<presence to='s@rooms.localhost/me'/>");
        alice.send("<presence to='s@rooms.localhost/me' type='unavailable'/>");
        component.clear();
        alice.send("<presence><status>others do not hear this</status></presence>");
        assertEquals(List.of(), component);
        alice.send("<presence type='unavailable'/>");
        assertEquals(List.of("unavailable to r@rooms.localhost/me"), component);
        alice.vanish();
        assertEquals(List.of("unavailable to r@rooms.localhost/me"), component);
    }

    @Test
    void presenceToARoomIsTakenBackWhenTheConnectionBreaksAndNothingElseWasSaid() {
        SmallClient quiet = server.connect("carol/quiet");
        quiet.send("<presence to='r@rooms.localhost/me'/>");
        component.clear();
        quiet.vanish();
        assertEquals(List.of("unavailable to r@rooms.localhost/me"), component);
    }

    @Test
    void presenceGoesToSoManyReceiversAndNoMore() {
        for (int i = 1; i <= 3; i++) {
            alice.send("<presence to='r" + i + "@rooms.localhost/me'/>");
        }
        alice.send("<presence to='r1@rooms.localhost/me'/>");
        assertEquals(List.of(), alice.heard());
        alice.send("<presence to='r4@rooms.localhost/me'/>");
        assertEquals(
                List.of("error resource-constraint for presence to r4@rooms.localhost/me"), alice.heard());
    }

    @Test
    void aContactWhoSeesTheUserAnywayHearsOfTheGoingOnce() {
        SmallClient bob = server.online("bob/desk");
        alice.send("<presence to='bob@localhost'><status>only you</status></presence>");
        bob.heard();
        alice.send("<presence type='unavailable'/>");
        assertEquals(List.of("unavailable from alice@localhost/phone"), bob.heard());
    }

    @Test
    void contactsAreInMemoryOnlyWhileSomebodyIsThere() {
        Rosters rosters = server.service(Rosters.class);
        Jid bob = Jid.parse("bob@localhost");
        assertEquals(null, rosters.contacts(bob));
        SmallClient desk = server.online("bob/desk");
        SmallClient other = server.online("bob/other");
        assertEquals(java.util.Set.of(Jid.parse("alice@localhost")), rosters.contacts(bob).from());
        desk.vanish();
        assertEquals(java.util.Set.of(Jid.parse("alice@localhost")), rosters.contacts(bob).to());
        other.vanish();
        assertEquals(null, rosters.contacts(bob));
    }

    @Test
    void presenceThatCannotBeHandledIsRefusedAndTheServerGoesOn() {
        SmallClient bob = server.connect("bob/desk");
        database.close();
        bob.send("<presence/>");
        assertEquals(List.of("error internal-server-error for presence to bob@localhost"), bob.heard());
        assertEquals(false, bob.session().isAvailable());
    }

    @Test
    void theBeginningOfTakingMessagesIsTold() {
        List<String> told = new ArrayList<>();
        server.service(Presences.class).takingMessages().add("test", s -> told.add(s.jid().resource()));
        SmallClient bob = server.connect("bob/desk");
        bob.send("<presence><priority>-1</priority></presence>");
        assertEquals(List.of(), told);
        bob.send("<presence><priority>0</priority></presence>");
        bob.send("<presence><priority>5</priority></presence>");
        assertEquals(List.of("desk"), told);
        bob.send("<presence type='unavailable'/>");
        bob.send("<presence/>");
        assertEquals(List.of("desk", "desk"), told);
    }
}
