package im.gatehouse.modules.pep;

import static im.gatehouse.modules.pubsub.PubsubTrial.form;
import static im.gatehouse.modules.pubsub.PubsubTrial.items;
import static im.gatehouse.modules.pubsub.PubsubTrial.outcome;
import static im.gatehouse.modules.pubsub.PubsubTrial.owner;
import static im.gatehouse.modules.pubsub.PubsubTrial.publish;
import static im.gatehouse.modules.pubsub.PubsubTrial.pubsub;
import static im.gatehouse.modules.pubsub.PubsubTrial.subscribe;
import static im.gatehouse.modules.pubsub.PubsubTrial.words;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.TestClient;
import im.gatehouse.modules.pubsub.PubsubTrial;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.Presence;
import im.gatehouse.xml.Element;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PepModuleTest {
    private static final String INFO = "http://jabber.org/protocol/disco#info";

    @TempDir
    private Path folder;

    private PubsubTrial trial;
    private TestClient alice;
    private TestClient bob;
    private TestClient sam;

    /** Alice and bob see each other; sam is a stranger. */
    @BeforeEach
    void start() {
        trial = new PubsubTrial(folder, "[modules.mod_pep]\nmax_nodes = 3\n", "alice", "bob", "sam");
        trial.befriend("alice", "bob");
        trial.befriend("bob", "alice");
        alice = trial.client("alice");
        bob = trial.client("bob");
        sam = trial.client("sam");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private String set(String payload) {
        return outcome(alice.ask("set", "", payload));
    }

    /** A client becomes available with an interest, about which the server asks it; when this returns, it knows. */
    private static void interested(TestClient client, String ver, String... nodes) {
        client.send("<presence><c xmlns='http://jabber.org/protocol/caps' node='urn:client' ver='%s'/></presence>"
                .formatted(ver));
        Iq question = null;
        while (question == null) {
            question = client.next() instanceof Iq iq && iq.isRequest() ? iq : null;
        }
        assertEquals("urn:client#" + ver, question.request().attribute("node"));
        StringBuilder features = new StringBuilder();
        for (String node : nodes) {
            features.append("<feature var='").append(node).append("+notify'/>");
        }
        client.send("<iq type='result' id='%s' to='%s'><query xmlns='%s'>%s</query></iq>"
                .formatted(question.id(), question.sender(), INFO, features));
        client.settle();
    }

    @Test
    void contactsWhoAreInterestedHearAndSoDoesTheOwner() {
        TestClient phone = trial.house().client("alice@localhost/phone");
        interested(phone, "a", "urn:mood");
        interested(bob, "b", "urn:mood", "urn:tune");
        interested(sam, "s", "urn:mood");
        assertEquals("ok", set(publish("urn:tune", "current", "la la")));
        assertEquals("ok", set(publish("urn:mood", "current", "happy")));
        assertEquals("items urn:tune item current: la la", words(bob));
        assertEquals("items urn:mood item current: happy", words(bob));
        assertEquals("items urn:mood item current: happy", words(phone));
        alice.send("<message to='sam@localhost/home' id='last'><body>x</body></message>");
        Message first = null;
        while (first == null) {
            first = sam.next() instanceof Message message ? message : null;
        }
        assertEquals("last", first.id()); // a stranger hears of no event before it
    }

    @Test
    void eventsComeFromTheAccountAsHeadlines() {
        interested(bob, "b", "urn:mood");
        set(publish("urn:mood", "current", "happy"));
        Message event = null;
        while (event == null) {
            event = bob.next() instanceof Message message ? message : null;
        }
        assertEquals("alice@localhost", event.sender().toString());
        assertEquals("bob@localhost/home", event.receiver().toString());
        assertEquals(Message.Type.HEADLINE, event.type());
    }

    @Test
    void contactsAreToldWhichClientPublishedAndStrangersAreNot() {
        set(PubsubTrial.create("urn:blog", "access_model", "open", "send_last_published_item", "never"));
        sam.ask("set", "alice@localhost", subscribe("urn:blog", "sam@localhost/home"));
        bob.ask("set", "alice@localhost", subscribe("urn:blog", "bob@localhost/home"));
        TestClient phone = trial.house().client("alice@localhost/phone");
        interested(phone, "a", "urn:blog");
        alice.send("<presence/>");
        set(publish("urn:blog", "1", "one"));
        assertEquals("alice@localhost/home", replyTo(bob));
        assertEquals("alice@localhost/home", replyTo(phone));
        assertEquals("none", replyTo(sam));
        alice.send("<presence type='unavailable'/>");
        set(publish("urn:blog", "2", "two"));
        assertEquals("none", replyTo(bob)); // who is not there is not shown
        assertEquals("none", replyTo(sam));
    }

    private static String replyTo(TestClient client) {
        Message event = null;
        while (event == null || !event.has("event", "http://jabber.org/protocol/pubsub#event")) {
            event = client.next() instanceof Message message ? message : null;
        }
        Element addresses = event.child("addresses", "http://jabber.org/protocol/address");
        if (addresses == null) {
            return "none";
        }
        Element address = Objects.requireNonNull(addresses.firstChild());
        assertEquals("replyto", address.attribute("type"));
        return Objects.requireNonNull(address.attribute("jid"));
    }

    @Test
    void whoComesOrBecomesInterestedGetsTheLastItem() {
        set(publish("urn:mood", "current", "sad"));
        set(publish("urn:mood", "current", "happy"));
        set(publish("urn:tune", "current", "la la"));
        interested(bob, "1", "urn:mood");
        assertEquals("items urn:mood item current: happy", words(bob));
        interested(bob, "2", "urn:mood", "urn:tune");
        assertEquals("items urn:tune item current: la la", words(bob));
    }

    @Test
    void whoBecomesAContactGetsTheLastItem() {
        set(publish("urn:mood", "current", "happy"));
        interested(sam, "s", "urn:mood");
        trial.befriend("alice", "sam");
        assertEquals("items urn:mood item current: happy", words(sam));
    }

    @Test
    void aHashThatIsKnownIsNotAskedAboutAgain() throws Exception {
        set(publish("urn:mood", "current", "happy"));
        String known = "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:exodus' ver='%s'/>"
                        .formatted(hash("urn:mood+notify<"))
                + "</presence>";
        bob.send(known);
        Iq question = null;
        while (question == null) {
            question = bob.next() instanceof Iq iq && iq.isRequest() ? iq : null;
        }
        bob.send("<iq type='result' id='%s' to='%s'><query xmlns='%s'><feature var='urn:mood+notify'/></query></iq>"
                .formatted(question.id(), question.sender(), INFO));
        assertEquals("items urn:mood item current: happy", words(bob));
        TestClient phone = trial.house().client("bob@localhost/phone");
        phone.send(known);
        assertEquals("items urn:mood item current: happy", words(phone));
    }

    private static String hash(String text) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-1");
        return Base64.getEncoder().encodeToString(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void onlyContactsMayReadUnlessTheOwnerSaysOtherwise() {
        set(publish("urn:mood", "current", "happy"));
        assertEquals("ok", outcome(bob.ask("get", "alice@localhost", items("urn:mood"))));
        assertEquals("service-unavailable", outcome(sam.ask("get", "alice@localhost", items("urn:mood"))));
        String bundle = pubsub(
                "<publish node='urn:xmpp:omemo:2:bundles'><item id='1'><b xmlns='urn:xmpp:omemo:2'/></item></publish>"
                        + "<publish-options>" + form("publish-options", "access_model", "open", "max_items", "max")
                        + "</publish-options>");
        assertEquals("ok", set(bundle));
        assertEquals("ok", outcome(sam.ask("get", "alice@localhost", items("urn:xmpp:omemo:2:bundles"))));
        assertEquals("conflict/precondition-not-met", set(bundle.replace("open", "presence")));
    }

    @Test
    void whatIsPrivateIsPrivateEvenWhenTheClientForgetsToSaySo() {
        set(publish("urn:xmpp:bookmarks:1", "room@conference.localhost", "x"));
        set(publish("urn:xmpp:bookmarks:1", "room2@conference.localhost", "x"));
        assertEquals(
                "not-allowed/closed-node",
                outcome(bob.ask("get", "alice@localhost", items("urn:xmpp:bookmarks:1"))));
        Element list = alice.result("get", "", items("urn:xmpp:bookmarks:1"));
        assertEquals(2, Objects.requireNonNull(list.firstChild()).children().size());
        Element names = bob.result("get", "alice@localhost", "<query xmlns='http://jabber.org/protocol/disco#items'/>");
        assertEquals(0, names.children().size());
    }

    @Test
    void nobodyPublishesAtAnothersAccountAndNothingIsMadeThere() {
        assertEquals("forbidden", outcome(bob.ask("set", "alice@localhost", publish("urn:mood", "x", "x"))));
        assertEquals("item-not-found", outcome(bob.ask("get", "alice@localhost", items("urn:mood"))));
        set(publish("urn:mood", "current", "happy"));
        assertEquals("forbidden", outcome(bob.ask("set", "alice@localhost", publish("urn:mood", "x", "x"))));
        assertEquals(
                "forbidden", outcome(bob.ask("set", "alice@localhost", owner("<delete node='urn:mood'/>"))));
        assertEquals("ok", outcome(bob.ask("get", "alice@localhost", items("urn:mood"))));
    }

    @Test
    void strangersLearnNothingFromNodesThatAreNotThere() {
        assertEquals("service-unavailable", outcome(sam.ask("get", "alice@localhost", items("urn:mood"))));
        assertEquals("service-unavailable", outcome(sam.ask("get", "nobody@localhost", items("urn:mood"))));
    }

    @Test
    void aStrangerCannotTellWhetherThereIsAnAccount() {
        for (String account : List.of("alice@localhost", "nobody@localhost")) {
            for (String sets : List.of(
                    publish("urn:mood", "x", "x"),
                    pubsub(""),
                    pubsub("<create/>"),
                    pubsub("<publish/>"),
                    pubsub("<unheard-of/>"),
                    subscribe("urn:mood", "bob@localhost"),
                    owner("<delete node='urn:mood'/>"))) {
                assertEquals("service-unavailable", outcome(sam.ask("set", account, sets)), sets);
            }
            for (String gets : List.of(
                    owner("<default/>"), pubsub("<default/>"), pubsub("<subscriptions/>"), pubsub("<affiliations/>"))) {
                assertEquals("service-unavailable", outcome(sam.ask("get", account, gets)), gets);
            }
        }
        assertEquals("ok", outcome(bob.ask("get", "alice@localhost", owner("<default/>"))));
    }

    @Test
    void aNodeThatIsNotOpenToAStrangerLooksAsIfThereWereNoAccount() {
        set(publish("urn:mood", "x", "happy"));
        set(PubsubTrial.create("urn:secret", "access_model", "whitelist"));
        set(PubsubTrial.create("urn:blog", "access_model", "open"));
        for (String node : List.of("urn:mood", "urn:secret", "urn:nothing")) {
            for (String sets : List.of(
                    publish(node, "x", "x"),
                    pubsub("<retract node='" + node + "'><item id='x'/></retract>"),
                    subscribe(node, "sam@localhost/home"),
                    pubsub("<unsubscribe node='" + node + "' jid='sam@localhost/home'/>"),
                    pubsub("<create node='" + node + "'/>"),
                    pubsub("<publish-options node='urn:blog'/><publish node='" + node + "'/>"),
                    owner("<purge node='" + node + "'/>"),
                    owner("<delete node='" + node + "'/>"))) {
                assertEquals(asked("set", "nobody", sets), asked("set", "alice", sets));
            }
            for (String gets : List.of(
                    items(node),
                    pubsub("<options node='" + node + "' jid='sam@localhost/home'/>"),
                    pubsub("<subscriptions node='" + node + "'/>"),
                    pubsub("<affiliations node='" + node + "'/>"),
                    pubsub("<default node='" + node + "'/>"),
                    owner("<configure node='" + node + "'/>"),
                    owner("<affiliations node='" + node + "'/>"),
                    "<query xmlns='" + INFO + "' node='" + node + "'/>")) {
                assertEquals(asked("get", "nobody", gets), asked("get", "alice", gets));
            }
        }
        assertEquals("ok", outcome(sam.ask("get", "alice@localhost", items("urn:blog"))));
        assertEquals("forbidden", outcome(sam.ask("set", "alice@localhost", owner("<delete node='urn:blog'/>"))));
    }

    /** What a stranger is answered, with another name in it. */
    private String asked(String type, String account, String payload) {
        return sam.ask(type, account + "@localhost", payload).toString().replace(account + "@", "somebody@");
    }

    @Test
    void whoMayDoAnythingAtANodeOrIsAnythingToItIsToldWhatIsWrong() {
        set(PubsubTrial.create("urn:club", "access_model", "authorize"));
        set(PubsubTrial.create("urn:wall", "access_model", "whitelist", "publish_model", "open"));
        set(PubsubTrial.create("urn:few", "access_model", "whitelist"));
        set(PubsubTrial.affiliate("urn:few", "sam@localhost", "publish-only"));
        assertEquals(
                "not-authorized/not-subscribed", outcome(sam.ask("get", "alice@localhost", items("urn:club"))));
        assertEquals("ok", outcome(sam.ask("set", "alice@localhost", publish("urn:wall", "a", "x"))));
        assertEquals("not-allowed/closed-node", outcome(sam.ask("get", "alice@localhost", items("urn:wall"))));
        assertEquals("forbidden", outcome(sam.ask("get", "alice@localhost", items("urn:few"))));
    }

    @Test
    void aStrangerSeesOwnSubscriptions() {
        set(pubsub("<create node='urn:blog'/><configure>" + form("node_config", "access_model", "open")
                + "</configure>"));
        assertEquals("ok", outcome(sam.ask("set", "alice@localhost", subscribe("urn:blog", "sam@localhost/home"))));
        Element list = Objects.requireNonNull(
                sam.result("get", "alice@localhost", pubsub("<subscriptions/>")).firstChild());
        assertEquals("urn:blog", list.children().getFirst().attribute("node"));
    }

    @Test
    void anAccountHasOnlySoManyNodes() {
        for (int i = 0; i < 3; i++) {
            assertEquals("ok", set(publish("urn:n" + i, "current", "x")));
        }
        assertEquals("resource-constraint", set(publish("urn:n3", "current", "x")));
        assertEquals("ok", set(publish("urn:n2", "current", "x")));
    }

    @Test
    void aSubscriptionByNameHearsWithoutCapsAndOnce() {
        set(pubsub("<create node='urn:blog'/><configure>" + form("node_config", "access_model", "open")
                + "</configure>"));
        assertEquals("ok", outcome(sam.ask("set", "alice@localhost", subscribe("urn:blog", "sam@localhost/home"))));
        set(publish("urn:blog", "1", "one"));
        set(publish("urn:blog", "2", "two"));
        assertEquals("items urn:blog item 1: one", words(sam));
        assertEquals("items urn:blog item 2: two", words(sam));
    }

    @Test
    void theAccountSaysWhatItCan() {
        Element info = alice.result("get", "alice@localhost", "<query xmlns='" + INFO + "'/>");
        assertTrue(info.toString().contains("category='pubsub' type='pep'"));
        assertTrue(info.toString().contains("pubsub#auto-create"));
        assertTrue(info.toString().contains("pubsub#publish-options"));
        set(publish("urn:mood", "current", "happy"));
        Element node = bob.result("get", "alice@localhost", "<query xmlns='" + INFO + "' node='urn:mood'/>");
        assertTrue(node.toString().contains("pubsub#meta-data"), node.toString());
    }

    @Test
    void nodesGoWithTheAccount() {
        set(publish("urn:mood", "current", "happy"));
        trial.house().accounts().remove(Jid.parse("alice@localhost"));
        trial.house().withAccounts("alice@localhost");
        TestClient again = trial.house().client("alice@localhost/new");
        assertFalse(again.ask("get", "", items("urn:mood")).type() == Iq.Type.RESULT);
    }

    @Test
    void whatAClientCanIsSaidOnceAndHolds() {
        TestClient phone = trial.house().client("bob@localhost/phone");
        phone.send("<presence/>");
        phone.ask("get", "localhost", "<q xmlns='urn:nothing'/>"); // it has been handled
        interested(alice, "a", "urn:mood");
        assertEquals("urn:client a", caps(phone));
        alice.send("<presence><show>away</show></presence>");
        assertEquals("none", caps(phone));
        alice.send("<presence><show>dnd</show><c xmlns='http://jabber.org/protocol/caps' node='urn:client' ver='a'/>"
                + "</presence>");
        assertEquals("none", caps(phone));
        TestClient late = trial.house().client("bob@localhost/late");
        late.send("<presence/>");
        assertEquals("urn:client a", caps(late));
        alice.send("<iq type='set' id='p'>" + publish("urn:mood", "current", "happy") + "</iq>");
        assertEquals("items urn:mood item current: happy", words(alice));
        alice.send("<presence><c xmlns='http://jabber.org/protocol/caps' node='urn:client' ver='b'/></presence>");
        assertEquals("urn:client b", caps(phone));
    }

    /** What the next presence of alice says of her client. */
    private static String caps(TestClient client) {
        while (true) {
            if (client.next() instanceof Presence presence
                    && presence.type() == Presence.Type.AVAILABLE
                    && presence.sender().local().equals("alice")) {
                Element c = presence.child("c", "http://jabber.org/protocol/caps");
                return c == null ? "none" : c.attribute("node") + " " + c.attribute("ver");
            }
        }
    }

    @Test
    void theAccountOwnsItsNodes() {
        set(publish("urn:mood", "current", "happy"));
        Element own = Objects.requireNonNull(
                alice.result("get", "", pubsub("<affiliations/>")).firstChild());
        assertEquals("urn:mood", own.children().getFirst().attribute("node"));
        assertEquals("owner", own.children().getFirst().attribute("affiliation"));
    }

    @Test
    void whoIsPartedLosesWhatHungOnThePresence() {
        set(publish("urn:mood", "current", "happy"));
        String address = "<subscribe node='urn:mood' jid='bob@localhost/home'/>";
        assertEquals("ok", outcome(bob.ask("set", "alice@localhost", pubsub(address))));
        alice.send("<presence to='bob@localhost' type='unsubscribed'/>");
        Element told = PubsubTrial.event(bob);
        while (!told.name().equals("subscription")) {
            told = PubsubTrial.event(bob);
        }
        assertEquals("none", told.attribute("subscription"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"urn:mood", "urn:place"})
    void whatCannotBeEndedAtOneNodeEndsAtTheOther(String kept) {
        for (String node : List.of("urn:mood", "urn:place")) {
            set(PubsubTrial.create(node, "send_last_published_item", "never"));
            assertEquals("ok", outcome(bob.ask("set", "alice@localhost", subscribe(node, "bob@localhost/home"))));
        }
        PubsubTrial.sql(folder, "CREATE TRIGGER kept BEFORE DELETE ON pubsub_subscriptions"
                + " WHEN OLD.node_id = (SELECT id FROM pubsub_nodes WHERE node = '" + kept + "')"
                + " BEGIN SELECT RAISE(ABORT, 'kept'); END");
        alice.send("<presence to='bob@localhost' type='unsubscribed'/>");
        alice.ask("get", "localhost", "<q xmlns='urn:nothing'/>"); // it has been handled
        for (String node : List.of("urn:mood", "urn:place")) {
            Element left = alice.result("get", "", owner("<subscriptions node='" + node + "'/>"));
            assertEquals(
                    node.equals(kept) ? 1 : 0,
                    Objects.requireNonNull(left.firstChild()).children().size());
        }
    }

    @Test
    void whoWasLetInByTheOwnerStaysWhenParted() {
        set(PubsubTrial.create("urn:club", "access_model", "authorize", "send_last_published_item", "never"));
        assertEquals("ok", set(PubsubTrial.create("urn:mood", "send_last_published_item", "never")));
        for (String node : List.of("urn:club", "urn:mood")) {
            bob.ask("set", "alice@localhost", subscribe(node, "bob@localhost/home"));
        }
        set(owner("<subscriptions node='urn:club'><subscription jid='bob@localhost/home' subscription='subscribed'/>"
                + "</subscriptions>"));
        alice.send("<presence to='bob@localhost' type='unsubscribed'/>");
        Element told = PubsubTrial.event(bob);
        while (!"none".equals(told.attribute("subscription"))) {
            told = PubsubTrial.event(bob);
        }
        assertEquals("urn:mood", told.attribute("node"));
        set(publish("urn:mood", "a", "happy"));
        set(publish("urn:club", "a", "one"));
        assertEquals("items urn:club item a: one", words(bob));
    }

    @Test
    void whoMayReadFromNowOnGetsTheLastItem() {
        assertEquals("ok", set(PubsubTrial.create("urn:mood", "access_model", "whitelist")));
        set(PubsubTrial.owner("<configure node='urn:mood'>"
                + PubsubTrial.form("node_config", "send_last_published_item", "on_sub_and_presence")
                + "</configure>"));
        set(publish("urn:mood", "current", "happy"));
        interested(bob, "b", "urn:mood");
        bob.ask("get", "localhost", "<q xmlns='urn:nothing'/>");
        set(PubsubTrial.owner("<configure node='urn:mood'>" + PubsubTrial.form("node_config", "access_model", "presence")
                + "</configure>"));
        assertEquals("items urn:mood item current: happy", words(bob));
    }
}
