package im.gatehouse.modules.pubsub;

import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.modules.pubsub.setting.PurgeOffline;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.SQLDataType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The nodes, their items, and who is what to them, in the database. Every method is part of a unit of work. */
public final class PubsubStore {
    /** A node in a list of nodes. */
    record Listed(String node, NodeConfig config) {}

    /** A subscription beside the name of its node. */
    record Subscribed(String node, Subscription subscription) {}

    /** A subscription that ends when its subscriber goes offline. */
    record Passing(Node.Key node, Jid subscriber) {}

    private static final Field<String> LUSER = field(name("luser"), SQLDataType.VARCHAR);
    private static final Field<String> LSERVER = field(name("lserver"), SQLDataType.VARCHAR);

    private static final Table<Record> NODES = table(name("pubsub_nodes"));
    private static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT);
    private static final Field<String> NODE = field(name("node"), SQLDataType.VARCHAR);
    private static final Field<String> CREATOR = field(name("creator"), SQLDataType.VARCHAR);
    private static final Field<Long> CREATED_AT = field(name("created_at"), SQLDataType.BIGINT);
    private static final Field<String> CONFIG = field(name("config"), SQLDataType.CLOB);

    private static final Table<Record> REDIRECTS = table(name("pubsub_redirects"));
    private static final Field<String> URI = field(name("uri"), SQLDataType.CLOB);

    private static final Table<Record> ITEMS = table(name("pubsub_items"));
    private static final Field<Long> NODE_ID = field(name("node_id"), SQLDataType.BIGINT);
    private static final Field<String> ITEM = field(name("item"), SQLDataType.VARCHAR);
    private static final Field<Long> SEQ = field(name("seq"), SQLDataType.BIGINT);
    private static final Field<Long> PUBLISHED_AT = field(name("published_at"), SQLDataType.BIGINT);
    private static final Field<String> PUBLISHER = field(name("publisher"), SQLDataType.VARCHAR);
    private static final Field<String> PAYLOAD = field(name("payload"), SQLDataType.CLOB);
    private static final List<Field<?>> WHOLE_ITEM = List.of(ITEM, PUBLISHED_AT, PUBLISHER, PAYLOAD);

    private static final Table<Record> AFFILIATIONS = table(name("pubsub_affiliations"));
    private static final Field<String> JID = field(name("jid"), SQLDataType.VARCHAR);
    private static final Field<String> AFFILIATION = field(name("affiliation"), SQLDataType.VARCHAR);

    private static final Table<Record> SUBSCRIPTIONS = table(name("pubsub_subscriptions"));
    private static final Field<String> ACCOUNT = field(name("account"), SQLDataType.VARCHAR);
    private static final Field<String> SUBID = field(name("subid"), SQLDataType.VARCHAR);
    private static final Field<String> STATE = field(name("state"), SQLDataType.VARCHAR);
    private static final Field<Boolean> DELIVER = field(name("deliver"), SQLDataType.BOOLEAN);
    private static final Field<Long> EXPIRES_AT = field(name("expires_at"), SQLDataType.BIGINT);
    private static final Field<String> SHOWS = field(name("shows"), SQLDataType.VARCHAR);
    private static final List<Field<?>> SUBSCRIPTION = List.of(JID, SUBID, STATE, DELIVER, EXPIRES_AT, SHOWS);

    private static final String PENDING = "pending";

    /** In the place of a moment: the subscription ends when its subscriber goes offline. */
    private static final long WHILE_ONLINE = 0;

    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<Map<String, List<String>>> ROWS = new TypeReference<>() {};

    private static Condition of(Jid service) {
        return LSERVER.eq(service.domain()).and(LUSER.eq(service.local()));
    }

    private static Condition row(long node, String item) {
        return NODE_ID.eq(node).and(ITEM.eq(item));
    }

    // --- nodes ---

    @Nullable Node find(DSLContext db, Jid service, String name) {
        Record row = db.select(ID, CREATOR, CREATED_AT, CONFIG)
                .from(NODES)
                .where(of(service))
                .and(NODE.eq(name))
                .fetchOne();
        if (row == null) {
            return null;
        }
        long id = row.get(ID);
        return new Node(
                id,
                service,
                name,
                Jid.parse(row.get(CREATOR)),
                Instant.ofEpochMilli(row.get(CREATED_AT)),
                config(row.get(CONFIG)),
                affiliations(db, id),
                subscriptions(db, id));
    }

    private static NodeConfig config(String json) {
        return NodeConfig.restored(JSON.readValue(json, ROWS));
    }

    private static String json(NodeConfig config) {
        return JSON.writeValueAsString(config.stored());
    }

    private static Map<Jid, Affiliation> affiliations(DSLContext db, long node) {
        Map<Jid, Affiliation> affiliations = new HashMap<>();
        db.select(JID, AFFILIATION).from(AFFILIATIONS).where(NODE_ID.eq(node)).forEach(row -> {
            Affiliation affiliation = Affiliation.of(row.get(AFFILIATION));
            if (affiliation != null) {
                affiliations.put(Jid.parse(row.get(JID)), affiliation);
            }
        });
        return affiliations;
    }

    private static Map<Jid, Subscription> subscriptions(DSLContext db, long node) {
        Map<Jid, Subscription> subscriptions = new HashMap<>();
        db.select(SUBSCRIPTION).from(SUBSCRIPTIONS).where(NODE_ID.eq(node)).forEach(row -> {
            Subscription subscription = subscription(row);
            subscriptions.put(subscription.jid(), subscription);
        });
        return subscriptions;
    }

    private static Subscription subscription(Record row) {
        Long expires = row.get(EXPIRES_AT);
        String shows = row.get(SHOWS);
        boolean temporary = expires != null && expires == WHILE_ONLINE;
        return new Subscription(
                Jid.parse(row.get(JID)),
                row.get(SUBID),
                row.get(STATE).equals(PENDING),
                new SubscriptionOptions(
                        row.get(DELIVER),
                        expires == null || temporary ? null : Instant.ofEpochMilli(expires),
                        temporary,
                        shows == null || shows.isEmpty() ? Set.of() : Set.of(shows.split(" "))));
    }

    /** Stores a node that was not stored before, with its affiliations. */
    void insert(DSLContext db, Node node) {
        db.insertInto(NODES, ID, LUSER, LSERVER, NODE, CREATOR, CREATED_AT, CONFIG)
                .values(
                        node.id(),
                        node.service().local(),
                        node.service().domain(),
                        node.name(),
                        node.creator().toString(),
                        node.createdAt().toEpochMilli(),
                        json(node.config()))
                .execute();
        node.affiliations().forEach((jid, affiliation) -> affiliation(db, node.id(), jid, affiliation));
    }

    void config(DSLContext db, long node, NodeConfig config) {
        db.update(NODES).set(CONFIG, json(config)).where(ID.eq(node)).execute();
    }

    /** Deletes a node and all that belongs to it. */
    void delete(DSLContext db, long node) {
        for (Table<Record> each : List.of(ITEMS, AFFILIATIONS, SUBSCRIPTIONS)) {
            db.deleteFrom(each).where(NODE_ID.eq(node)).execute();
        }
        db.deleteFrom(NODES).where(ID.eq(node)).execute();
    }

    /** Keeps where the readers of a node that is deleted may turn to. */
    void redirect(DSLContext db, Node node, String uri) {
        removeRedirect(db, node);
        db.insertInto(REDIRECTS, LUSER, LSERVER, NODE, CREATOR, URI)
                .values(
                        node.service().local(),
                        node.service().domain(),
                        node.name(),
                        node.creator().toString(),
                        uri)
                .execute();
    }

    void removeRedirect(DSLContext db, Node node) {
        db.deleteFrom(REDIRECTS)
                .where(of(node.service()))
                .and(NODE.eq(node.name()))
                .execute();
    }

    @Nullable String redirect(DSLContext db, Jid service, String name) {
        return db.select(URI)
                .from(REDIRECTS)
                .where(of(service))
                .and(NODE.eq(name))
                .fetchOne(URI);
    }

    /** How many redirects of a service are left of somebody's nodes. */
    int countRedirects(DSLContext db, Jid service, Jid creator) {
        return db.fetchCount(REDIRECTS, of(service).and(CREATOR.eq(creator.toString())));
    }

    int count(DSLContext db, Jid service) {
        return db.fetchCount(NODES, of(service));
    }

    /** How many nodes of a service somebody has made. */
    int countMade(DSLContext db, Jid service, Jid creator) {
        return db.fetchCount(NODES, of(service).and(CREATOR.eq(creator.toString())));
    }

    /** The nodes of a service in the order of their names, so many of them. */
    List<Listed> nodes(DSLContext db, Jid service, int most) {
        return db.select(NODE, CONFIG)
                .from(NODES)
                .where(of(service))
                .orderBy(NODE)
                .limit(most)
                .fetch(row -> new Listed(row.get(NODE), config(row.get(CONFIG))));
    }

    /** Which of some accounts have which of some nodes: pairs of account and name. */
    List<Node.Key> existing(DSLContext db, Collection<Jid> accounts, Collection<String> names) {
        Map<String, List<String>> locals = new HashMap<>();
        accounts.forEach(jid ->
                locals.computeIfAbsent(jid.domain(), _ -> new ArrayList<>()).add(jid.local()));
        List<Node.Key> found = new ArrayList<>();
        locals.forEach((domain, users) -> found.addAll(db.select(LUSER, NODE)
                .from(NODES)
                .where(LSERVER.eq(domain))
                .and(LUSER.in(users))
                .and(NODE.in(names))
                .fetch(row -> new Node.Key(Jid.of(row.get(LUSER), domain), row.get(NODE)))));
        return found;
    }

    // --- who is what ---

    void affiliation(DSLContext db, long node, Jid jid, Affiliation affiliation) {
        db.deleteFrom(AFFILIATIONS)
                .where(NODE_ID.eq(node))
                .and(JID.eq(jid.toString()))
                .execute();
        if (affiliation != Affiliation.NONE) {
            db.insertInto(AFFILIATIONS, NODE_ID, JID, AFFILIATION)
                    .values(node, jid.toString(), affiliation.wire())
                    .execute();
        }
    }

    void subscription(DSLContext db, long node, Subscription subscription) {
        unsubscribe(db, node, subscription.jid());
        SubscriptionOptions options = subscription.options();
        db.insertInto(SUBSCRIPTIONS, NODE_ID, JID, ACCOUNT, SUBID, STATE, DELIVER, EXPIRES_AT, SHOWS)
                .values(
                        node,
                        subscription.jid().toString(),
                        subscription.jid().bare().toString(),
                        subscription.subid(),
                        subscription.state(),
                        options.deliver(),
                        expiry(options),
                        options.shows().isEmpty() ? null : String.join(" ", options.shows()))
                .execute();
    }

    private static @Nullable Long expiry(SubscriptionOptions options) {
        Instant expires = options.expires();
        return options.temporary() ? Long.valueOf(WHILE_ONLINE) : expires == null ? null : expires.toEpochMilli();
    }

    void unsubscribe(DSLContext db, long node, Jid subscriber) {
        db.deleteFrom(SUBSCRIPTIONS)
                .where(NODE_ID.eq(node))
                .and(JID.eq(subscriber.toString()))
                .execute();
    }

    /** What somebody is to the nodes of a service, by the nodes' names. */
    Map<String, Affiliation> affiliationsOf(DSLContext db, Jid service, Jid somebody) {
        Map<String, Affiliation> found = new LinkedHashMap<>();
        db.select(NODE, AFFILIATION)
                .from(AFFILIATIONS)
                .join(NODES)
                .on(NODE_ID.eq(ID))
                .where(JID.eq(somebody.toString()))
                .and(of(service))
                .orderBy(NODE)
                .forEach(row -> {
                    Affiliation affiliation = Affiliation.of(row.get(AFFILIATION));
                    if (affiliation != null) {
                        found.put(row.get(NODE), affiliation);
                    }
                });
        return found;
    }

    /** To which nodes of a service somebody is subscribed, by any address. */
    List<Subscribed> subscriptionsOf(DSLContext db, Jid service, Jid somebody) {
        List<Field<?>> fields = new ArrayList<>(SUBSCRIPTION);
        fields.add(NODE);
        return db.select(fields)
                .from(SUBSCRIPTIONS)
                .join(NODES)
                .on(NODE_ID.eq(ID))
                .where(ACCOUNT.eq(somebody.toString()))
                .and(of(service))
                .orderBy(NODE, JID)
                .fetch(row -> new Subscribed(row.get(NODE), subscription(row)));
    }

    /** The nodes of a service at which somebody waits to be let in, in the order of their names. */
    List<String> pendingNodes(DSLContext db, Jid service) {
        return db.selectDistinct(NODE)
                .from(SUBSCRIPTIONS)
                .join(NODES)
                .on(NODE_ID.eq(ID))
                .where(STATE.eq(PENDING))
                .and(of(service))
                .orderBy(NODE)
                .fetch(NODE);
    }

    /** All nodes at which items go when their publisher goes. */
    List<Node.Key> purging(DSLContext db) {
        return db
                .select(LUSER, LSERVER, NODE, CONFIG)
                .from(NODES)
                .where(CONFIG.contains(PurgeOffline.SETTING.name()))
                .fetch()
                .stream()
                .filter(row -> config(row.get(CONFIG)).get(PurgeOffline.SETTING))
                .map(row -> new Node.Key(service(row), row.get(NODE)))
                .toList();
    }

    /** Who has published what nodes keep of those at which items may go with their publisher. */
    Map<Node.Key, Set<Jid>> purgingPublishers(DSLContext db) {
        Map<Node.Key, Set<Jid>> found = new HashMap<>();
        db.selectDistinct(LUSER, LSERVER, NODE, PUBLISHER)
                .from(ITEMS)
                .join(NODES)
                .on(NODE_ID.eq(ID))
                .where(CONFIG.contains(PurgeOffline.SETTING.name()))
                .forEach(row -> found.computeIfAbsent(
                                new Node.Key(service(row), row.get(NODE)), _ -> new HashSet<>())
                        .add(Jid.parse(row.get(PUBLISHER))));
        return found;
    }

    /** Who has published what a node keeps. */
    List<Jid> publishers(DSLContext db, long node) {
        return db.selectDistinct(PUBLISHER)
                .from(ITEMS)
                .where(NODE_ID.eq(node))
                .fetch(row -> Jid.parse(row.get(PUBLISHER)));
    }

    /** The ids of the items of a node that somebody published, the oldest first. */
    List<String> itemIdsOf(DSLContext db, long node, Jid publisher) {
        return db.select(ITEM)
                .from(ITEMS)
                .where(NODE_ID.eq(node))
                .and(PUBLISHER.eq(publisher.toString()))
                .orderBy(SEQ)
                .fetch(ITEM);
    }

    /** Whose subscriptions end when they go offline: bare addresses. */
    Set<Jid> temporarySubscribers(DSLContext db) {
        return db.selectDistinct(ACCOUNT)
                .from(SUBSCRIPTIONS)
                .where(EXPIRES_AT.eq(WHILE_ONLINE))
                .fetchSet(row -> Jid.parse(row.get(ACCOUNT)));
    }

    /** Somebody's subscriptions that end when the subscriber goes offline, at whatever service. */
    List<Passing> temporarySubscriptions(DSLContext db, Jid somebody) {
        return db.select(LUSER, LSERVER, NODE, JID)
                .from(SUBSCRIPTIONS)
                .join(NODES)
                .on(NODE_ID.eq(ID))
                .where(ACCOUNT.eq(somebody.toString()))
                .and(EXPIRES_AT.eq(WHILE_ONLINE))
                .fetch(row -> new Passing(
                        new Node.Key(service(row), row.get(NODE)), Jid.parse(row.get(JID))));
    }

    private static Jid service(Record row) {
        String local = row.get(LUSER);
        return local.isEmpty() ? Jid.ofDomain(row.get(LSERVER)) : Jid.of(local, row.get(LSERVER));
    }

    // --- items ---

    /** Stores an item as the newest, in the place of an older one with its id. */
    void put(DSLContext db, long node, Item item) {
        db.deleteFrom(ITEMS).where(row(node, item.id())).execute();
        Long newest = db.select(coalesce(max(SEQ), inline(0L)))
                .from(ITEMS)
                .where(NODE_ID.eq(node))
                .fetchOne(0, Long.class);
        Element payload = item.payload();
        db.insertInto(ITEMS, NODE_ID, ITEM, SEQ, PUBLISHED_AT, PUBLISHER, PAYLOAD)
                .values(
                        node,
                        item.id(),
                        Objects.requireNonNull(newest) + 1,
                        item.publishedAt().toEpochMilli(),
                        item.publisher().toString(),
                        payload == null ? null : StoredXml.write(payload))
                .execute();
    }

    /** The oldest items but so many, the oldest first. */
    List<String> beyond(DSLContext db, long node, int kept) {
        return db.select(ITEM)
                .from(ITEMS)
                .where(NODE_ID.eq(node))
                .orderBy(SEQ.desc())
                .limit(Integer.MAX_VALUE)
                .offset(kept)
                .fetch(ITEM)
                .reversed();
    }

    /** How many items a node has of those that have not expired. */
    int countItems(DSLContext db, long node, Instant since) {
        return db.fetchCount(ITEMS, NODE_ID.eq(node).and(PUBLISHED_AT.ge(since.toEpochMilli())));
    }

    /** Removes the oldest items but so many. */
    void trim(DSLContext db, long node, int kept) {
        Long last = db.select(SEQ)
                .from(ITEMS)
                .where(NODE_ID.eq(node))
                .orderBy(SEQ.desc())
                .limit(1)
                .offset(kept)
                .fetchOne(SEQ);
        if (last != null) {
            db.deleteFrom(ITEMS).where(NODE_ID.eq(node)).and(SEQ.le(last)).execute();
        }
    }

    /** Removes the items that were published before that moment. */
    void expire(DSLContext db, long node, Instant before) {
        db.deleteFrom(ITEMS)
                .where(NODE_ID.eq(node))
                .and(PUBLISHED_AT.lt(before.toEpochMilli()))
                .execute();
    }

    /**
     * @return false when there was no such item
     */
    boolean retract(DSLContext db, long node, String item) {
        return db.deleteFrom(ITEMS).where(row(node, item)).execute() > 0;
    }

    void purge(DSLContext db, long node) {
        db.deleteFrom(ITEMS).where(NODE_ID.eq(node)).execute();
    }

    /** The ids of a node's items, the oldest first. */
    List<String> itemIds(DSLContext db, long node, Instant since) {
        return db.select(ITEM)
                .from(ITEMS)
                .where(NODE_ID.eq(node))
                .and(PUBLISHED_AT.ge(since.toEpochMilli()))
                .orderBy(SEQ)
                .fetch(ITEM);
    }

    /** The items of these ids that there are, the oldest first. */
    List<Item> items(DSLContext db, long node, Collection<String> ids) {
        return db.select(WHOLE_ITEM)
                .from(ITEMS)
                .where(NODE_ID.eq(node))
                .and(ITEM.in(ids))
                .orderBy(SEQ)
                .fetch(PubsubStore::item);
    }

    /** Who published an item, or null where there is no such item. */
    @Nullable Jid publisher(DSLContext db, long node, String item) {
        String publisher = db.select(PUBLISHER).from(ITEMS).where(row(node, item)).fetchOne(PUBLISHER);
        return publisher == null ? null : Jid.parse(publisher);
    }

    /** The newest item, or null where there is none that is young enough. */
    @Nullable Item last(DSLContext db, long node, Instant since) {
        Record row = db.select(WHOLE_ITEM)
                .from(ITEMS)
                .where(NODE_ID.eq(node))
                .and(PUBLISHED_AT.ge(since.toEpochMilli()))
                .orderBy(SEQ.desc())
                .limit(1)
                .fetchOne();
        return row == null ? null : item(row);
    }

    private static Item item(Record row) {
        String payload = row.get(PAYLOAD);
        return new Item(
                row.get(ITEM),
                Jid.parse(row.get(PUBLISHER)),
                Instant.ofEpochMilli(row.get(PUBLISHED_AT)),
                payload == null ? null : StoredXml.read(payload),
                payload == null ? 0 : payload.length());
    }

    // --- the end of accounts ---

    /** Deletes an account's own nodes, and what it is to others'. */
    void removeAccount(DSLContext db, Jid account) {
        deleteAll(db, of(account));
        db.deleteFrom(REDIRECTS)
                .where(of(account).or(CREATOR.eq(account.toString())))
                .execute();
        db.deleteFrom(AFFILIATIONS)
                .where(JID.eq(account.toString()))
                .and(AFFILIATION.ne(Affiliation.OUTCAST.wire()))
                .execute();
        db.deleteFrom(SUBSCRIPTIONS).where(ACCOUNT.eq(account.toString())).execute();
    }

    /** Deletes all nodes of a domain and of the accounts at it, and what these are to others'. */
    void removeDomain(DSLContext db, String domain) {
        deleteAll(db, LSERVER.eq(domain));
        String accounts = "%@" + domain.replace("!", "!!").replace("_", "!_").replace("%", "!%");
        db.deleteFrom(REDIRECTS)
                .where(LSERVER.eq(domain).or(CREATOR.like(accounts, '!')))
                .execute();
        db.deleteFrom(AFFILIATIONS)
                .where(JID.like(accounts, '!'))
                .and(AFFILIATION.ne(Affiliation.OUTCAST.wire()))
                .execute();
        db.deleteFrom(SUBSCRIPTIONS).where(ACCOUNT.like(accounts, '!')).execute();
    }

    private static void deleteAll(DSLContext db, Condition nodes) {
        for (Table<Record> each : List.of(ITEMS, AFFILIATIONS, SUBSCRIPTIONS)) {
            db.deleteFrom(each).where(NODE_ID.in(select(ID).from(NODES).where(nodes))).execute();
        }
        db.deleteFrom(NODES).where(nodes).execute();
    }
}
