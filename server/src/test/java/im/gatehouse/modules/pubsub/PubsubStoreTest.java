package im.gatehouse.modules.pubsub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.AccessModel;
import im.gatehouse.modules.pubsub.setting.Contacts;
import im.gatehouse.modules.pubsub.setting.MaxItems;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.storage.Database;
import im.gatehouse.storage.EveryDatabase;
import im.gatehouse.xml.Element;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;

class PubsubStoreTest {
    private static final Jid ALICE = Jid.parse("alice@localhost");
    private static final Jid BOB = Jid.parse("bob@localhost");
    private static final Jid SERVICE = Jid.parse("pubsub.localhost");
    private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

    private final PubsubStore store = new PubsubStore();

    private static void write(Database database, Consumer<DSLContext> work) {
        database.write(db -> {
            work.accept(db);
            return true;
        });
    }

    private static Node node(long id, Jid service, String name) {
        NodeConfig config = NodeConfig.INITIAL
                .with(AccessModel.SETTING, AccessModel.Access.WHITELIST)
                .with(MaxItems.SETTING, 3)
                .with(Contacts.SETTING, List.of("help@example.org", "日本@example.org"));
        return new Node(id, service, name, ALICE, NOW, config, Map.of(ALICE, Affiliation.OWNER), Map.of());
    }

    private static Item item(String id, long second) {
        Element payload = Element.of("e", "urn:e", "🎉 " + id);
        return new Item(id, ALICE, NOW.plusSeconds(second), payload, payload.toString().length());
    }

    @EveryDatabase
    void aNodeIsFoundAsItWasStored(Database database) {
        Node node = node(1, SERVICE, "日本");
        Subscription waiting = new Subscription(
                BOB.withResource("x"), "s1", true, new SubscriptionOptions(true, NOW, false, Set.of("away", "xa")));
        write(database, db -> {
            store.insert(db, node);
            store.subscription(db, 1, waiting);
        });

        assertEquals(node.with(waiting), database.read(db -> store.find(db, SERVICE, "日本")));
        assertNull(database.read(db -> store.find(db, ALICE, "日本")));
        int made = database.read(db -> store.countMade(db, SERVICE, ALICE));
        assertEquals(1, made);
        assertEquals(
                List.of(new PubsubStore.Subscribed("日本", waiting)),
                database.read(db -> store.subscriptionsOf(db, SERVICE, BOB)));
        assertEquals(
                Map.of("日本", Affiliation.OWNER), database.read(db -> store.affiliationsOf(db, SERVICE, ALICE)));
    }

    @EveryDatabase
    void itemsKeepTheOrderOfTheirPublicationAndTheOldestGo(Database database) {
        write(database, db -> {
            store.insert(db, node(1, SERVICE, "n"));
            for (int i = 0; i < 5; i++) {
                store.put(db, 1, item("i" + i, i));
            }
            store.put(db, 1, item("i2", 9));
            store.trim(db, 1, 3);
        });

        assertEquals(List.of("i3", "i4", "i2"), database.read(db -> store.itemIds(db, 1, Instant.EPOCH)));
        assertEquals(item("i2", 9), database.read(db -> store.last(db, 1, Instant.EPOCH)));
        assertEquals(
                List.of(item("i3", 3), item("i2", 9)), database.read(db -> store.items(db, 1, List.of("i2", "i3"))));
        assertEquals(List.of("i2"), database.read(db -> store.itemIds(db, 1, NOW.plusSeconds(5))));
        write(database, db -> store.expire(db, 1, NOW.plusSeconds(4)));
        assertEquals(List.of("i4", "i2"), database.read(db -> store.itemIds(db, 1, Instant.EPOCH)));
        boolean first = database.write(db -> store.retract(db, 1, "i4"));
        boolean second = database.write(db -> store.retract(db, 1, "i4"));
        assertTrue(first && !second);
    }

    @EveryDatabase
    void whatBelongsToAnAccountGoesWithIt(Database database) {
        Subscription subscription = new Subscription(ALICE.withResource("x"), "s", false, SubscriptionOptions.INITIAL);
        write(database, db -> {
            store.insert(db, node(1, ALICE, "own"));
            store.put(db, 1, item("a", 0));
            store.insert(db, node(2, SERVICE, "other"));
            store.subscription(db, 2, subscription);
            store.affiliation(db, 2, BOB, Affiliation.MEMBER);
        });
        assertEquals(
                List.of(new Node.Key(ALICE, "own")),
                database.read(db -> store.existing(db, Set.of(ALICE, BOB), Set.of("own", "other"))));
        write(database, db -> store.removeAccount(db, ALICE));

        assertNull(database.read(db -> store.find(db, ALICE, "own")));
        assertEquals(List.of(), database.read(db -> store.itemIds(db, 1, Instant.EPOCH)));
        Node other = database.read(db -> store.find(db, SERVICE, "other"));
        assertEquals(Map.of(BOB, Affiliation.MEMBER), other.affiliations());
        assertEquals(Map.of(), other.subscriptions());
        write(database, db -> store.removeDomain(db, "pubsub.localhost"));
        assertNull(database.read(db -> store.find(db, SERVICE, "other")));
    }

    @EveryDatabase
    void whatWasReadBeforeAChangeIsNotRememberedAfterIt(Database database) {
        Node old = node(1, SERVICE, "n").with(BOB, Affiliation.MEMBER);
        write(database, db -> store.insert(db, node(1, SERVICE, "n")));
        Nodes nodes = new Nodes(database, store);
        long before = nodes.version(old.key());
        nodes.put(node(1, SERVICE, "n"), nodes.generation());
        nodes.remember(old.key(), old, before);
        assertEquals(Map.of(ALICE, Affiliation.OWNER), nodes.find(SERVICE, "n").affiliations());

        long beforeItsEnd = nodes.version(old.key());
        write(database, db -> store.delete(db, 1));
        nodes.remove(old);
        nodes.remember(old.key(), old, beforeItsEnd);
        assertNull(nodes.find(SERVICE, "n"));
    }

    @EveryDatabase
    void whatTheUsersOfADomainWereToOthersGoesWithIt(Database database) {
        Jid carol = Jid.parse("carol@notlocalhost");
        Jid outcast = Jid.parse("eve@localhost");
        write(database, db -> {
            store.insert(db, node(1, SERVICE, "n").with(BOB, Affiliation.MEMBER).with(carol, Affiliation.MEMBER)
                    .with(outcast, Affiliation.OUTCAST));
            for (Jid jid : List.of(BOB.withResource("x"), carol)) {
                store.subscription(db, 1, new Subscription(jid, "s", false, SubscriptionOptions.INITIAL));
            }
            store.redirect(db, node(2, SERVICE, "gone"), "xmpp:a");
            store.removeDomain(db, "localhost");
        });
        Node left = database.read(db -> store.find(db, SERVICE, "n"));
        assertEquals(Map.of(carol, Affiliation.MEMBER, outcast, Affiliation.OUTCAST), left.affiliations());
        assertEquals(Set.of(carol), left.subscriptions().keySet());
        assertNull(database.read(db -> store.redirect(db, SERVICE, "gone")));
    }
}
