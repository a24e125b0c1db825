package im.gatehouse.modules.pubsub;

import static im.gatehouse.modules.pubsub.PubsubTrial.create;
import static im.gatehouse.modules.pubsub.PubsubTrial.event;
import static im.gatehouse.modules.pubsub.PubsubTrial.form;
import static im.gatehouse.modules.pubsub.PubsubTrial.items;
import static im.gatehouse.modules.pubsub.PubsubTrial.owner;
import static im.gatehouse.modules.pubsub.PubsubTrial.publish;
import static im.gatehouse.modules.pubsub.PubsubTrial.pubsub;
import static im.gatehouse.modules.pubsub.PubsubTrial.subscribe;
import static im.gatehouse.modules.pubsub.PubsubTrial.words;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.SmallClient;
import im.gatehouse.modules.TestClient;
import im.gatehouse.session.Lane;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PubsubModuleTest {
    private static final String CONFIG = """
            [modules.mod_pubsub]
            max_nodes = 5
            max_items = 10
            max_payload_bytes = 1024
            max_subscriptions = 2
            """;

    @TempDir
    private Path folder;

    private PubsubTrial trial;

    @BeforeEach
    void start() {
        trial = new PubsubTrial(folder, CONFIG, "alice", "bob", "carol");
    }

    @AfterEach
    void stop() {
        trial.close();
    }

    private String set(String who, String payload) {
        return trial.outcome(who, "set", payload);
    }

    private Element get(String who, String payload) {
        return trial.client(who).result("get", PubsubTrial.SERVICE, payload);
    }

    private List<String> ids(String node) {
        return ids(get("alice", items(node)));
    }

    private static List<String> ids(Element pubsub) {
        return Objects.requireNonNull(pubsub.firstChild()).children().stream()
                .map(item -> item.attribute("id"))
                .toList();
    }

    @Test
    void whatStandsTwiceIsNotGuessedAtAndChangesNothing() {
        String open = form("node_config", "access_model", "open");
        String listed = form("node_config", "access_model", "whitelist");
        String[] configurations = {
            "<configure>" + listed + "</configure><configure>" + open + "</configure>",
            "<configure>" + listed + open + "</configure>"
        };
        for (String twice : configurations) {
            assertEquals("bad-request", set("alice", pubsub("<create node='news'/>" + twice)));
        }
        assertEquals("ok", set("alice", create("news", "access_model", "open")));
        assertEquals(
                "bad-request", set("alice", owner("<configure node='news'>" + listed + open + "</configure>")));
        assertEquals("ok", set("bob", subscribe("news", "bob@localhost")));
        String met = form("publish-options", "access_model", "open");
        String notMet = form("publish-options", "access_model", "whitelist");
        String item = "<publish node='news'><item id='i'><entry xmlns='urn:test'/></item></publish>";
        String[] options = {
            "<publish-options>" + met + "</publish-options><publish-options>" + notMet + "</publish-options>",
            "<publish-options>" + met + notMet + "</publish-options>"
        };
        for (String twice : options) {
            assertEquals("bad-request", set("alice", pubsub(item + twice)));
        }
        String redirect = "<redirect uri='xmpp:a@localhost'/><redirect uri='xmpp:b@localhost'/>";
        assertEquals("bad-request", set("alice", owner("<delete node='news'>" + redirect + "</delete>")));
        assertEquals(List.of(), ids("news"));
    }

    @Test
    void whatWasAskedByAnAccountThatHasGoneIsNotForTheNextOfThatName() {
        set("alice", create("news"));
        Jid bob = Jid.parse("bob@localhost");
        trial.house().accounts().remove(bob);
        late("bob", subscribe("news", "bob@localhost"));
        late("bob", create("bobs"));
        trial.house().withAccounts("bob@localhost");
        Element subscriptions = get("alice", owner("<subscriptions node='news'/>"));
        assertEquals(0, Objects.requireNonNull(subscriptions.firstChild()).children().size());
        assertEquals("item-not-found", set("alice", owner("<delete node='bobs'/>")));
    }

    @Test
    void withADomainGoItsServiceAndWhatItsUsersAreToOtherNodes() {
        trial.house().withAccounts("eve@second.test");
        TestClient eve = trial.house().client("eve@second.test/home");
        set("alice", create("news"));
        assertEquals(
                "ok",
                PubsubTrial.outcome(eve.ask("set", PubsubTrial.SERVICE, subscribe("news", "eve@second.test"))));
        TestClient alice = trial.client("alice");
        assertEquals("ok", PubsubTrial.outcome(alice.ask("set", "pubsub.second.test", create("far"))));
        trial.house().accounts().removeDomain("second.test");
        Element subscriptions = get("alice", owner("<subscriptions node='news'/>"));
        assertEquals(0, Objects.requireNonNull(subscriptions.firstChild()).children().size());
        assertEquals(
                "item-not-found",
                PubsubTrial.outcome(alice.ask("set", "pubsub.second.test", publish("far", "i", "x"))));
    }

    /** What somebody has asked of the service reaches it only now, and is handled when this returns. */
    private void late(String who, String payload) {
        Lane lane = trial.client("alice").session().lane();
        Iq request = (Iq) SmallClient.parse("<iq type='set' id='late' from='" + who + "@localhost/home' to='"
                + PubsubTrial.SERVICE + "'>" + payload + "</iq>");
        lane.add(() -> trial.house().router().route(request, lane));
        trial.client("alice").settle();
    }

    // --- publishing ---

    @Test
    void subscribersHearOfWhatIsPublishedInOrder() {
        set("alice", create("news", "publish_node_full", "discard-oldest"));
        assertEquals("ok", set("bob", subscribe("news", "bob@localhost/home")));
        for (int i = 0; i < 20; i++) {
            set("alice", publish("news", "i" + i, "number " + i));
        }
        for (int i = 0; i < 20; i++) {
            assertEquals("items news item i" + i + ": number " + i, words(trial.client("bob")));
        }
        assertEquals(10, ids("news").size());
        assertEquals("i19", ids("news").getLast());
    }

    @Test
    void anItemWithoutAnIdGetsOneAndAnswersTellIt() {
        set("alice", create("news"));
        Element answer = trial.client("alice")
                .result(
                        "set",
                        PubsubTrial.SERVICE,
                        pubsub("<publish node='news'><item><e xmlns='urn:e'/></item></publish>"));
        assertEquals(ids("news"), ids(answer));
    }

    @Test
    void whatDoesNotFitTheNodeIsRefusedAndNothingIsStored() {
        set("alice", create("news"));
        assertEquals("bad-request/item-required", set("alice", pubsub("<publish node='news'/>")));
        assertEquals(
                "bad-request/payload-required", set("alice", pubsub("<publish node='news'><item/></publish>")));
        assertEquals(
                "bad-request/invalid-payload",
                set("alice", pubsub("<publish node='news'><item><a xmlns='a'/><b xmlns='b'/></item></publish>")));
        assertEquals("not-acceptable/payload-too-big", set("alice", publish("news", "x", "x".repeat(1024))));
        assertEquals("bad-request/nodeid-required", set("alice", pubsub("<publish/>")));
        assertEquals("item-not-found", set("alice", publish("none", "x", "x")));
        assertEquals(
                "bad-request/max-items-exceeded",
                set(
                        "alice",
                        pubsub("<publish node='news'><item><a xmlns='a'/></item><item><a xmlns='a'/></item>"
                                + "</publish>")));
        assertEquals(List.of(), ids("news"));
    }

    @Test
    void aNodeThatOnlyTellsTakesNoItems() {
        set("alice", create("bell", "deliver_payloads", "0", "persist_items", "0"));
        set("bob", subscribe("bell", "bob@localhost/home"));
        assertEquals("ok", set("alice", pubsub("<publish node='bell'/>")));
        assertEquals("items bell", words(trial.client("bob")));
        assertEquals("bad-request/item-forbidden", set("alice", publish("bell", "x", "x")));
        assertEquals(
                "feature-not-implemented/unsupported", trial.outcome("alice", "get", items("bell")));
    }

    @Test
    void preconditionsMustBeMet() {
        set("alice", create("news", "access_model", "whitelist"));
        String right = pubsub("<publish node='news'><item id='a'><e xmlns='urn:e'/></item></publish><publish-options>"
                + form("publish-options", "access_model", "whitelist", "persist_items", "true") + "</publish-options>");
        assertEquals("ok", set("alice", right));
        assertEquals(
                "conflict/precondition-not-met",
                set("alice", right.replace("whitelist", "open").replace("'a'", "'b'")));
        assertEquals(
                "conflict/precondition-not-met",
                set("alice", right.replace("pubsub#access_model", "pubsub#weather").replace("'a'", "'b'")));
        assertEquals(List.of("a"), ids("news"));
    }

    @Test
    void publishersReplaceAndRetractOnlyWhatIsTheirsWhereEverybodyMayPublish() {
        set("alice", create("wall", "publish_model", "open"));
        assertEquals("ok", set("bob", publish("wall", "b", "by bob")));
        assertEquals("forbidden", set("carol", publish("wall", "b", "by carol")));
        String retract = pubsub("<retract node='wall'><item id='b'/></retract>");
        assertEquals("forbidden", set("carol", retract));
        assertEquals("ok", set("bob", retract));
        assertEquals("item-not-found", set("alice", retract));
    }

    @Test
    void whoOnlySubscribesMayPublishWhereTheNodeSaysSo() {
        set("alice", create("wall", "publish_model", "subscribers"));
        assertEquals("forbidden", set("bob", publish("wall", "b", "x")));
        set("bob", subscribe("wall", "bob@localhost"));
        assertEquals("ok", set("bob", publish("wall", "b", "x")));
    }

    @Test
    void removingIsTold() {
        set("alice", create("news"));
        set("bob", subscribe("news", "bob@localhost/home"));
        TestClient bob = trial.client("bob");
        set("alice", publish("news", "a", "one"));
        words(bob);
        set("alice", pubsub("<retract node='news' notify='true'><item id='a'/></retract>"));
        assertEquals("items news retract a", words(bob));
        set("alice", publish("news", "b", "two"));
        words(bob);
        set("alice", owner("<purge node='news'/>"));
        assertEquals("purge news", words(bob));
        assertEquals(List.of(), ids("news"));
        set("alice", owner("<delete node='news'><redirect uri='xmpp:other.example?;node=n'/></delete>"));
        assertEquals("delete news redirect xmpp:other.example?;node=n", words(bob));
        Iq gone = trial.client("alice").ask("get", PubsubTrial.SERVICE, items("news"));
        Element error = Objects.requireNonNull(gone.child("error", Namespaces.CLIENT));
        assertEquals("xmpp:other.example?;node=n", error.childText("gone", Namespaces.STANZA_ERRORS));
        set("alice", create("news"));
        set("alice", owner("<delete node='news'/>"));
        assertEquals("item-not-found", trial.outcome("alice", "get", items("news")));
    }

    @Test
    void itemsGoByThemselvesAfterTheirTime() {
        set("alice", create("news", "item_expire", "60"));
        set("alice", publish("news", "a", "one"));
        trial.house().time().forward(Duration.ofSeconds(40));
        set("alice", publish("news", "b", "two"));
        assertEquals(List.of("a", "b"), ids("news"));
        trial.house().time().forward(Duration.ofSeconds(30));
        assertEquals(List.of("b"), ids("news"));
    }

    @Test
    void itemsComePageByPage() {
        set("alice", create("news", "max_items", "max"));
        for (int i = 0; i < 5; i++) {
            set("alice", publish("news", "i" + i, "x"));
        }
        assertEquals(List.of("i3", "i4"), ids(get("bob", pubsub("<items node='news' max_items='2'/>"))));
        String page = "<items node='news'/><set xmlns='http://jabber.org/protocol/rsm'>%s</set>";
        assertEquals(
                List.of("i0", "i1"), ids(get("bob", pubsub(page.formatted("<max>2</max>")))));
        assertEquals(
                List.of("i2", "i3"), ids(get("bob", pubsub(page.formatted("<max>2</max><after>i1</after>")))));
        Element last = get("bob", pubsub(page.formatted("<max>2</max><before/>")));
        assertEquals(List.of("i3", "i4"), ids(last));
        Element set = Objects.requireNonNull(last.child("set", Pubsub.RSM));
        assertEquals("5", set.childText("count", Pubsub.RSM));
        assertEquals("3", Objects.requireNonNull(set.child("first", Pubsub.RSM)).attribute("index"));
        assertEquals(
                "item-not-found",
                trial.outcome("bob", "get", pubsub(page.formatted("<max>2</max><after>none</after>"))));
        assertEquals(
                List.of("i1"), ids(get("bob", pubsub("<items node='news'><item id='i1'/></items>"))));
        assertEquals(List.of(), ids(get("bob", pubsub("<items node='news'><item id='z'/></items>"))));
    }

    // --- subscribing ---

    @Test
    void onlyTheOwnAddressCanBeSubscribed() {
        set("alice", create("news"));
        assertEquals("bad-request/invalid-jid", set("bob", subscribe("news", "carol@localhost")));
        assertEquals("ok", set("bob", subscribe("news", "bob@localhost/other")));
        assertEquals("bad-request/jid-required", set("bob", pubsub("<subscribe node='news'/>")));
        String leave = pubsub("<unsubscribe node='news' jid='bob@localhost'/>");
        assertEquals("unexpected-request/not-subscribed", set("bob", leave));
        assertEquals("forbidden", set("carol", leave));
        assertEquals("ok", set("bob", subscribe("news", "bob@localhost")));
        assertEquals(
                "not-acceptable/invalid-subid",
                set("bob", pubsub("<unsubscribe node='news' jid='bob@localhost' subid='x'/>")));
        assertEquals("ok", set("bob", leave));
    }

    @Test
    void aNodeTakesOnlySoManySubscriptions() {
        set("alice", create("news"));
        set("alice", subscribe("news", "alice@localhost"));
        set("bob", subscribe("news", "bob@localhost"));
        assertEquals("policy-violation/too-many-subscriptions", set("carol", subscribe("news", "carol@localhost")));
        assertEquals("ok", set("bob", subscribe("news", "bob@localhost")));
    }

    @Test
    void newSubscribersGetTheLastItem() {
        set("alice", create("news"));
        set("alice", publish("news", "a", "one"));
        set("alice", publish("news", "b", "two"));
        trial.client("bob").send("<iq type='set' id='s' to='" + PubsubTrial.SERVICE + "'>"
                + subscribe("news", "bob@localhost/home") + "</iq>");
        assertEquals("items news item b: two", words(trial.client("bob")));
    }

    @Test
    void ownersDecideWhoMaySubscribe() {
        trial.client("alice").send("<presence/>");
        set("alice", create("club", "access_model", "authorize"));
        set("alice", publish("club", "a", "one"));
        Element answer = trial.client("bob")
                .result("set", PubsubTrial.SERVICE, subscribe("club", "bob@localhost/home"));
        assertEquals(
                "pending", Objects.requireNonNull(answer.firstChild()).attribute("subscription"));
        assertEquals(
                "not-authorized/pending-subscription", set("bob", subscribe("club", "bob@localhost/home")));
        DataForm form = question(trial.client("alice"));
        assertEquals("bob@localhost/home", form.value("pubsub#subscriber_jid"));
        String decision = "<message to='" + PubsubTrial.SERVICE + "'>"
                + form("subscribe_authorization", "node", "club", "subscriber_jid", "bob@localhost/home", "allow", "1")
                + "</message>";
        trial.client("carol").send(decision); // who is no owner
        trial.client("carol").ask("get", PubsubTrial.SERVICE, items("club"));
        assertEquals("not-authorized/not-subscribed", trial.outcome("bob", "get", items("club")));
        trial.client("alice").send(decision);
        Element told = event(trial.client("bob"));
        assertEquals("subscribed", told.attribute("subscription"));
        assertEquals("items club item a: one", words(trial.client("bob")));
        assertEquals("ok", trial.outcome("bob", "get", items("club")));
    }

    private static DataForm question(TestClient owner) {
        while (true) {
            if (owner.next() instanceof Message message) {
                DataForm form = DataForm.of(message.child("x", DataForm.NAMESPACE));
                if (form != null) {
                    return form;
                }
            }
        }
    }

    @Test
    void subscribersChooseWhatTheyAreSent() {
        set("alice", create("news"));
        set("bob", subscribe("news", "bob@localhost/home"));
        set("carol", subscribe("news", "carol@localhost/home"));
        String options = "<options node='news' jid='bob@localhost/home'>%s</options>";
        assertEquals("ok", set("bob", pubsub(options.formatted(form("subscribe_options", "deliver", "0")))));
        assertEquals(
                "bad-request/invalid-options",
                set("bob", pubsub(options.formatted(form("subscribe_options", "deliver", "maybe")))));
        Element form = get("bob", pubsub(options.formatted("")));
        DataForm shown = DataForm.of(
                Objects.requireNonNull(form.firstChild()).child("x", DataForm.NAMESPACE));
        assertEquals("0", Objects.requireNonNull(shown).value("pubsub#deliver"));
        set("alice", publish("news", "a", "one"));
        words(trial.client("carol"));
        set("bob", pubsub(options.formatted(form("subscribe_options", "deliver", "1"))));
        set("alice", publish("news", "b", "two"));
        assertEquals("items news item b: two", words(trial.client("bob")));
    }

    @Test
    void aSubscriptionEndsWhenItsTimeHasCome() {
        set("alice", create("news", "send_last_published_item", "never"));
        String until = trial.house().time().now().plusSeconds(60).toString();
        set(
                "bob",
                pubsub("<subscribe node='news' jid='bob@localhost/home'/><options>"
                        + form("subscribe_options", "expire", until) + "</options>"));
        trial.house().time().forward(Duration.ofSeconds(61));
        Element list = get("bob", pubsub("<subscriptions/>"));
        assertNull(Objects.requireNonNull(list.firstChild()).firstChild());
        set("alice", publish("news", "a", "one"));
        set("bob", subscribe("news", "bob@localhost/home"));
        set("alice", publish("news", "b", "two"));
        assertEquals("items news item b: two", words(trial.client("bob")));
    }

    @Test
    void peopleSeeWhatTheyAreToNodes() {
        set("alice", create("news"));
        set("bob", subscribe("news", "bob@localhost"));
        Element subscription = only(get("bob", pubsub("<subscriptions/>")));
        assertEquals("news subscribed", subscription.attribute("node") + " " + subscription.attribute("subscription"));
        Element affiliation = only(get("alice", pubsub("<affiliations/>")));
        assertEquals("news owner", affiliation.attribute("node") + " " + affiliation.attribute("affiliation"));
    }

    private static Element only(Element pubsub) {
        List<Element> entries = Objects.requireNonNull(pubsub.firstChild()).children();
        assertEquals(1, entries.size());
        return entries.getFirst();
    }

    // --- owning ---

    @Test
    void nodesWithoutANameGetOne() {
        Element answer = trial.client("alice").result("set", PubsubTrial.SERVICE, pubsub("<create/>"));
        String node = Objects.requireNonNull(answer.firstChild()).attribute("node");
        assertEquals("ok", set("alice", publish(node, "a", "one")));
        assertEquals("conflict", set("alice", create(node)));
    }

    @Test
    void nobodyMakesTooManyNodes() {
        for (int i = 0; i < 5; i++) {
            assertEquals("ok", set("alice", create("n" + i)));
        }
        assertEquals("resource-constraint", set("alice", create("n5")));
        assertEquals("ok", set("bob", create("b")));
    }

    @Test
    void aConfigurationIsCheckedAndKept() {
        set("alice", create("news"));
        String configure = "<configure node='news'>%s</configure>";
        assertEquals(
                "not-acceptable",
                set("alice", owner(configure.formatted(form("node_config", "max_items", "11")))));
        assertEquals(
                "not-acceptable/unsupported-access-model",
                set("alice", owner(configure.formatted(form("node_config", "access_model", "nobody")))));
        assertEquals(
                "ok",
                set("alice", owner(configure.formatted(form("node_config", "title", "News", "max_items", "max")))));
        Element answer = get("alice", owner("<configure node='news'/>"));
        DataForm form = Objects.requireNonNull(DataForm.of(
                Objects.requireNonNull(answer.firstChild()).child("x", DataForm.NAMESPACE)));
        assertEquals("News", form.value("pubsub#title"));
        assertEquals("max", form.value("pubsub#max_items"));
        assertEquals("leaf", form.value("pubsub#node_type"));
        Element info = get("bob", "<query xmlns='http://jabber.org/protocol/disco#info' node='news'/>");
        DataForm metaData = Objects.requireNonNull(DataForm.of(info.child("x", DataForm.NAMESPACE)));
        assertEquals("News", metaData.value("pubsub#title"));
        assertEquals("alice@localhost", metaData.value("pubsub#owner"));
    }

    @Test
    void aNodeKeepsAnOwner() {
        set("alice", create("news"));
        String change = "<affiliations node='news'><affiliation jid='%s@localhost' affiliation='%s'/></affiliations>";
        assertEquals("not-acceptable", set("alice", owner(change.formatted("alice", "none"))));
        assertEquals("ok", set("alice", owner(change.formatted("bob", "owner"))));
        assertEquals("ok", set("bob", owner(change.formatted("alice", "none"))));
        assertEquals("forbidden", set("alice", owner("<delete node='news'/>")));
    }

    @Test
    void outcastsLoseTheirSubscriptions() {
        set("alice", create("news"));
        set("bob", subscribe("news", "bob@localhost"));
        set(
                "alice",
                owner("<affiliations node='news'><affiliation jid='bob@localhost' affiliation='outcast'/>"
                        + "</affiliations>"));
        Element list = get("alice", owner("<subscriptions node='news'/>"));
        assertNull(Objects.requireNonNull(list.firstChild()).firstChild());
    }

    @Test
    void theServiceSaysWhatItHasAndKeepsWhitelistedNodesToItself() {
        set("alice", create("open"));
        set("alice", create("secret", "access_model", "whitelist"));
        String items = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
        assertEquals(1, get("bob", items).children().size());
        assertEquals(2, get("alice", items).children().size());
        Element info = get("bob", "<query xmlns='http://jabber.org/protocol/disco#info'/>");
        assertTrue(info.toString().contains("category='pubsub' type='service'"), info.toString());
    }

    @Test
    void whatIsNotAskedForRightIsRefused() {
        assertEquals("bad-request", set("alice", pubsub("")));
        assertEquals("feature-not-implemented", set("alice", pubsub("<dance/>")));
        assertEquals(
                "bad-request",
                set("alice", pubsub("<create node='a'/><subscribe node='b' jid='alice@localhost'/>")));
    }

    @Test
    void anAccountThatIsRemovedLeavesNoSubscriptionBehind() {
        set("alice", create("news"));
        set("bob", subscribe("news", "bob@localhost"));
        trial.house().accounts().remove(Jid.parse("bob@localhost"));
        Element list = get("alice", owner("<subscriptions node='news'/>"));
        assertNull(Objects.requireNonNull(list.firstChild()).firstChild());
    }

    // --- to the letter ---

    @Test
    void whatIsLeftTellsWhichSubscriptionItWas() {
        set("alice", create("news"));
        Element made = first(trial.client("bob").result("set", PubsubTrial.SERVICE, subscribe("news", "bob@localhost")));
        Element left = first(trial.client("bob")
                .result("set", PubsubTrial.SERVICE, pubsub("<unsubscribe node='news' jid='bob@localhost'/>")));
        assertEquals("none", left.attribute("subscription"));
        assertEquals(made.attribute("subid"), left.attribute("subid"));
    }

    private static Element first(Element pubsub) {
        return Objects.requireNonNull(pubsub.firstChild());
    }

    @Test
    void aListOfOneNodeNamesItInEachEntry() {
        set("alice", create("news"));
        set("bob", subscribe("news", "bob@localhost"));
        assertEquals("news", only(get("bob", pubsub("<subscriptions node='news'/>"))).attribute("node"));
        assertEquals("news", only(get("alice", pubsub("<affiliations node='news'/>"))).attribute("node"));
    }

    @Test
    void optionsComeAfterTheSubscriptionAndNameNothing() {
        set("alice", create("news"));
        String form = form("subscribe_options", "deliver", "0");
        String subscribe = "<subscribe node='news' jid='bob@localhost'/>";
        assertEquals("bad-request", set("bob", pubsub("<options>" + form + "</options>" + subscribe)));
        assertEquals("bad-request", set("bob", pubsub(subscribe + "<options node='news'>" + form + "</options>")));
        assertEquals(
                "bad-request",
                set("bob", pubsub("<create node='n'/><configure node='n'>" + form("node_config") + "</configure>")));
        Element answer = trial.client("bob")
                .result("set", PubsubTrial.SERVICE, pubsub(subscribe + "<options>" + form + "</options>"));
        Element options = Objects.requireNonNull(answer.child("options", Pubsub.NAMESPACE));
        DataForm chosen = Objects.requireNonNull(DataForm.of(options.child("x", DataForm.NAMESPACE)));
        assertEquals(DataForm.Type.RESULT, chosen.type());
        assertEquals("0", chosen.value("pubsub#deliver"));
    }

    @Test
    void itemsNameTheirPublisherWhereRepliesGoThere() {
        set("alice", create("wall", "publish_model", "open", "itemreply", "publisher"));
        set("carol", subscribe("wall", "carol@localhost/home"));
        set("bob", publish("wall", "b", "by bob"));
        assertEquals(
                "bob@localhost",
                Objects.requireNonNull(event(trial.client("carol")).firstChild()).attribute("publisher"));
        Element item = only(get("carol", items("wall")));
        assertEquals("bob@localhost", item.attribute("publisher"));
    }

    @Test
    void whatCannotBeChangedIsNamedAndTheRestIsDone() {
        set("alice", create("news"));
        Iq answer = trial.client("alice")
                .ask("set", PubsubTrial.SERVICE, owner("<affiliations node='news'>"
                        + "<affiliation jid='alice@localhost' affiliation='none'/>"
                        + "<affiliation jid='bob@localhost' affiliation='publisher'/>"
                        + "<affiliation jid='carol@localhost'/></affiliations>"));
        assertEquals("not-acceptable", TestClient.condition(answer));
        Element refused = only(Objects.requireNonNull(answer.payload()));
        assertEquals("alice@localhost owner", refused.attribute("jid") + " " + refused.attribute("affiliation"));
        assertEquals("ok", set("bob", publish("news", "a", "by bob")));
        assertEquals(
                "bad-request",
                set("alice", owner("<affiliations node='news'><affiliation jid='bob@localhost' affiliation='none'/>"
                        + "<affiliation jid='bob@localhost/x' affiliation='member'/></affiliations>")));
        answer = trial.client("alice")
                .ask("set", PubsubTrial.SERVICE, owner("<subscriptions node='news'>"
                        + "<subscription jid='bob@localhost' subscription='dancing'/>"
                        + "<subscription jid='carol@localhost/home' subscription='subscribed'/></subscriptions>"));
        assertEquals("bob@localhost", only(Objects.requireNonNull(answer.payload())).attribute("jid"));
        assertEquals("subscribed", event(trial.client("carol")).attribute("subscription"));
    }

    @Test
    void whoIsMadeAMemberNeedsNoWordAnyMoreAndAnOutcastWaitsInVain() {
        set("alice", create("club", "access_model", "authorize"));
        set("bob", subscribe("club", "bob@localhost/home"));
        set("carol", subscribe("club", "carol@localhost/home"));
        Element list = get("alice", owner("<subscriptions node='club'/>"));
        assertNull(Objects.requireNonNull(list.firstChild()).firstChild());
        set("alice", owner("<affiliations node='club'><affiliation jid='bob@localhost' affiliation='publisher'/>"
                + "<affiliation jid='carol@localhost' affiliation='outcast'/></affiliations>"));
        assertEquals("subscribed", event(trial.client("bob")).attribute("subscription"));
        assertEquals("none", event(trial.client("carol")).attribute("subscription"));
    }

    @Test
    void ownersAskWhoWaits() {
        set("alice", create("club", "access_model", "authorize"));
        set("alice", create("open"));
        set("bob", subscribe("club", "bob@localhost/home"));
        String command = "<command xmlns='http://jabber.org/protocol/commands' action='execute'"
                + " node='http://jabber.org/protocol/pubsub#get-pending'>%s</command>";
        Element asked = trial.client("alice").result("set", PubsubTrial.SERVICE, command.formatted(""));
        assertEquals("executing", asked.attribute("status"));
        DataForm form = Objects.requireNonNull(DataForm.of(asked.child("x", DataForm.NAMESPACE)));
        List<DataForm.Option> nodes = Objects.requireNonNull(form.field("pubsub#node")).options();
        assertEquals(List.of("club"), nodes.stream().map(DataForm.Option::value).toList());
        String choice = command.formatted(form("subscribe_authorization", "node", "club"));
        assertEquals("forbidden", set("carol", choice));
        assertEquals("item-not-found", set("alice", choice.replace("club", "none")));
        trial.client("alice").send("<presence/>");
        trial.client("alice").send("<iq type='set' id='c' to='" + PubsubTrial.SERVICE + "'>" + choice + "</iq>");
        assertEquals("bob@localhost/home", question(trial.client("alice")).value("pubsub#subscriber_jid"));
        assertEquals(
                "canceled",
                trial.client("alice")
                        .result("set", PubsubTrial.SERVICE, command.formatted("").replace("execute", "cancel"))
                        .attribute("status"));
    }

    @Test
    void aFullNodeDoesAsItsOwnerSays() {
        set("alice", create("news", "max_items", "2"));
        set("bob", subscribe("news", "bob@localhost/home"));
        for (String id : List.of("a", "b", "c")) {
            set("alice", publish("news", id, id));
        }
        TestClient bob = trial.client("bob");
        for (String id : List.of("a", "b", "c")) {
            assertEquals("items news item " + id + ": " + id, words(bob));
        }
        assertEquals("items news retract a", words(bob));
        set("alice", owner("<configure node='news'>" + form("node_config", "publish_node_full", "reject")
                + "</configure>"));
        assertEquals("conflict/node-full", set("alice", publish("news", "d", "d")));
        assertEquals("ok", set("alice", publish("news", "b", "again")));
        assertEquals(List.of("c", "b"), ids("news"));
    }

    @Test
    void aSubscriptionMayLastAsLongAsItsSubscriberIsThere() {
        set("alice", create("news", "send_last_published_item", "never"));
        TestClient bob = trial.client("bob");
        bob.send("<presence/>");
        set("bob", pubsub("<subscribe node='news' jid='bob@localhost/home'/><options>"
                + form("subscribe_options", "expire", "presence") + "</options>"));
        set("alice", publish("news", "a", "one"));
        assertEquals("items news item a: one", words(bob));
        bob.send("<presence type='unavailable'/>");
        bob.ask("get", PubsubTrial.SERVICE, items("news"));
        assertNull(Objects.requireNonNull(get("bob", pubsub("<subscriptions/>")).firstChild()).firstChild());
    }

    @Test
    void subscribersChooseInWhichStatesTheyHear() {
        set("alice", create("news", "send_last_published_item", "never"));
        TestClient bob = trial.client("bob");
        set("bob", pubsub("<subscribe node='news' jid='bob@localhost'/><options>"
                + form("subscribe_options", "show-values", "chat") + "</options>"));
        assertEquals(
                "bad-request/invalid-options",
                set("bob", pubsub("<options node='news' jid='bob@localhost'>"
                        + form("subscribe_options", "show-values", "asleep") + "</options>")));
        bob.send("<presence><show>dnd</show></presence>");
        bob.ask("get", PubsubTrial.SERVICE, items("news"));
        set("alice", publish("news", "a", "one"));
        bob.send("<presence><show>chat</show></presence>");
        bob.ask("get", PubsubTrial.SERVICE, items("news"));
        set("alice", publish("news", "b", "two"));
        assertEquals("items news item b: two", words(bob));
    }

    @Test
    void anAccessModelThatIsNoneIsNamed() {
        assertEquals("not-acceptable/unsupported-access-model", set("alice", create("n", "access_model", "nobody")));
    }

    @Test
    void whoCannotBeReachedForGoodHearsNoMore() {
        set("alice", create("news"));
        set("bob", subscribe("news", "bob@localhost/home"));
        trial.client("bob").send("<message type='error' to='" + PubsubTrial.SERVICE + "'><event xmlns='" + Pubsub.EVENT
                + "'><items node='news'/></event><error type='cancel'><service-unavailable"
                + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
        trial.client("bob").ask("get", PubsubTrial.SERVICE, items("news"));
        assertNull(Objects.requireNonNull(get("bob", pubsub("<subscriptions/>")).firstChild()).firstChild());
    }

    @Test
    void itemsMayGoWithTheirPublisher() {
        set("alice", create("where", "purge_offline", "1", "publish_model", "open"));
        set("carol", subscribe("where", "carol@localhost/home"));
        TestClient bob = trial.client("bob");
        bob.send("<presence/>");
        set("bob", publish("where", "b", "here"));
        set("alice", publish("where", "a", "there"));
        assertEquals("items where item b: here", words(trial.client("carol")));
        assertEquals("items where item a: there", words(trial.client("carol")));
        bob.send("<presence type='unavailable'/>");
        assertEquals("items where retract b", words(trial.client("carol")));
        assertEquals(List.of("a"), ids("where"));
    }

    @Test
    void whoWaitedIsInWhenTheNodeHasBeenOpened() {
        set("alice", create("club", "access_model", "authorize", "send_last_published_item", "never"));
        set("bob", subscribe("club", "bob@localhost/home"));
        set("alice", owner("<configure node='club'>" + form("node_config", "access_model", "open") + "</configure>"));
        assertEquals(
                "subscribed", first(trial.client("bob").result("set", PubsubTrial.SERVICE,
                        subscribe("club", "bob@localhost/home"))).attribute("subscription"));
        set("alice", publish("club", "a", "one"));
        assertEquals("items club item a: one", words(trial.client("bob")));
    }

    @Test
    void onlyWhatChangesIsToldAndNotTooMuchAtOnce() {
        TestClient bob = trial.client("bob");
        bob.send("<presence/>");
        set("alice", create("news"));
        bob.ask("get", PubsubTrial.SERVICE, items("news"));
        String entry = "<affiliation jid='%s' affiliation='%s'/>";
        for (String affiliation : List.of("none", "member", "member", "publisher")) {
            String list = entry.formatted("bob@localhost", affiliation) + entry.formatted("dave@localhost", "none");
            assertEquals("ok", set("alice", owner("<affiliations node='news'>" + list + "</affiliations>")));
        }
        assertEquals(List.of("member", "publisher"), List.of(affiliation(bob), affiliation(bob)));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= 100; i++) {
            many.append(entry.formatted("u" + i + "@localhost", "member"));
        }
        String affiliations = owner("<affiliations node='news'>" + many + "</affiliations>");
        assertEquals("not-acceptable", set("alice", affiliations));
        String subscriptions = affiliations.replace("affiliation", "subscription").replace("member", "none");
        assertEquals("not-acceptable", set("alice", subscriptions));
    }

    private static @Nullable String affiliation(TestClient client) {
        while (true) {
            if (client.next() instanceof Message message) {
                Element told = message.child("pubsub", Pubsub.NAMESPACE);
                if (told != null) {
                    return first(first(told)).attribute("affiliation");
                }
            }
        }
    }

    @Test
    void itemsThatWereThereBeforeMayGoWithTheirPublisherToo() {
        set("alice", create("where", "publish_model", "open"));
        set("carol", subscribe("where", "carol@localhost/home"));
        TestClient bob = trial.client("bob");
        bob.send("<presence/>");
        set("bob", publish("where", "b", "here"));
        assertEquals("items where item b: here", words(trial.client("carol")));
        set("alice", owner("<configure node='where'>" + form("node_config", "purge_offline", "1") + "</configure>"));
        bob.send("<presence type='unavailable'/>");
        assertEquals("items where retract b", words(trial.client("carol")));
    }

    @Test
    void aSubscriptionCannotEndBeforeItBeginsAndARedirectLeadsSomewhere() {
        set("alice", create("news"));
        assertEquals(
                "bad-request/invalid-options",
                set("bob", pubsub("<subscribe node='news' jid='bob@localhost'/><options>"
                        + form("subscribe_options", "expire", "1970-01-01T00:00:00Z") + "</options>")));
        assertEquals("bad-request", set("alice", owner("<delete node='news'><redirect uri=''/></delete>")));
        assertEquals("ok", set("bob", subscribe("news", "bob@localhost")));
    }

    /** Has nothing deleted from a table until what this returns is run. */
    private Runnable keep(String table) {
        String trigger = "CREATE TRIGGER kept BEFORE DELETE ON " + table + " BEGIN SELECT RAISE(ABORT, 'kept'); END";
        PubsubTrial.sql(folder, trigger);
        return () -> PubsubTrial.sql(folder, "DROP TRIGGER kept");
    }

    private void comesAndGoes(String who) {
        trial.client(who).send("<presence/>").send("<presence type='unavailable'/>");
        trial.client(who).ask("get", PubsubTrial.SERVICE, items("nothing"));
    }

    private List<String> subscriptionsOf(String who) {
        return first(get(who, pubsub("<subscriptions/>"))).children().stream()
                .map(each -> each.attribute("node"))
                .toList();
    }

    @Test
    void aSubscriptionThatCouldNotBeEndedEndsTheNextTime() {
        set("alice", create("news", "send_last_published_item", "never"));
        trial.client("bob").send("<presence/>");
        set("bob", pubsub("<subscribe node='news' jid='bob@localhost/home'/><options>"
                + form("subscribe_options", "expire", "presence") + "</options>"));
        Runnable letGo = keep("pubsub_subscriptions");
        comesAndGoes("bob");
        assertEquals(List.of("news"), subscriptionsOf("bob"));
        letGo.run();
        comesAndGoes("bob");
        assertEquals(List.of(), subscriptionsOf("bob"));
    }

    @Test
    void aSubscriptionStaysWhileItsSubscriberIsThereWithAnotherClient() {
        TestClient phone = trial.house().client("bob@localhost/phone");
        trial.client("bob").send("<presence/>");
        phone.send("<presence/>").settle();
        set("alice", create("news", "send_last_published_item", "never"));
        for (String jid : List.of("bob@localhost", "bob@localhost/home")) {
            set("bob", pubsub("<subscribe node='news' jid='" + jid + "'/><options>"
                    + form("subscribe_options", "expire", "presence") + "</options>"));
        }
        trial.client("bob").leave();
        Element left = first(phone.result("get", PubsubTrial.SERVICE, pubsub("<subscriptions/>")));
        assertEquals(
                List.of("bob@localhost"),
                left.children().stream().map(each -> each.attribute("jid")).toList());
        phone.leave();
        TestClient later = trial.house().client("bob@localhost/later");
        assertNull(first(later.result("get", PubsubTrial.SERVICE, pubsub("<subscriptions/>"))).firstChild());
    }

    @Test
    void whatSomebodyPublishedGoesWithTheAccountAtTheLatest() {
        set("alice", create("where", "purge_offline", "1", "publish_model", "open"));
        set("carol", subscribe("where", "carol@localhost/home"));
        trial.client("bob").send("<presence/>");
        set("bob", publish("where", "b", "here"));
        assertEquals("items where item b: here", words(trial.client("carol")));
        Runnable letGo = keep("pubsub_items");
        comesAndGoes("bob");
        assertEquals(List.of("b"), ids("where"));
        letGo.run();
        trial.house().accounts().remove(Jid.parse("bob@localhost"));
        assertEquals("items where retract b", words(trial.client("carol")));
        assertEquals(List.of(), ids("where"));
    }

    @Test
    void whoGoesWithTheAccountTakesAlongWhatWasPublished() {
        set("alice", create("where", "purge_offline", "1", "publish_model", "open"));
        set("carol", subscribe("where", "carol@localhost/home"));
        trial.client("bob").send("<presence/>");
        set("bob", publish("where", "b", "here"));
        assertEquals("items where item b: here", words(trial.client("carol")));
        trial.house().accounts().remove(Jid.parse("bob@localhost"));
        trial.client("bob").leave(); // whom the server has asked to
        assertEquals("items where retract b", words(trial.client("carol")));
    }
}
