package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.hook.NoticePoint;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.Disco;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.modules.pubsub.setting.DeliverNotifications;
import im.gatehouse.modules.pubsub.setting.SendLastItem;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.Message;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets people publish to nodes and subscribe to them (XEP-0060), at a domain of its own or at accounts: what differs is
 * in the {@link Profile}. What has been answered is stored; events reach everybody in the order in which they were
 * stored, node by node.
 *
 * <p>All of it blocks, so call it on virtual threads, unless it says otherwise; safe from any number of them.
 */
public final class Engine {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);

    /** What the engine can, whatever the profile; without {@code http://jabber.org/protocol/pubsub#}. */
    public static final List<String> ABILITIES = List.of(
            "access-authorize",
            "access-open",
            "access-presence",
            "access-roster",
            "access-whitelist",
            "config-node",
            "config-node-max",
            "create-and-configure",
            "create-nodes",
            "delete-items",
            "delete-nodes",
            "get-pending",
            "instant-nodes",
            "item-ids",
            "last-published",
            "leased-subscription",
            "manage-subscriptions",
            "member-affiliation",
            "meta-data",
            "modify-affiliations",
            "multi-items",
            "outcast-affiliation",
            "persistent-items",
            "presence-notifications",
            "publish",
            "publish-node-full",
            "publish-only-affiliation",
            "publish-options",
            "publisher-affiliation",
            "purge-nodes",
            "retract-items",
            "retrieve-affiliations",
            "retrieve-default",
            "retrieve-default-sub",
            "retrieve-items",
            "retrieve-subscriptions",
            "rsm",
            "subscribe",
            "subscription-notifications",
            "subscription-options");

    /**
     * A client has changed items of a node.
     *
     * @param item what has been published, or null
     * @param retracted the id of what has been retracted, or null; where both are null all items are gone, and maybe
     *     the node
     * @param by the full address of the client that did it
     */
    public record Change(Node node, @Nullable Item item, @Nullable String retracted, Jid by) {}

    private final Parts parts;
    private final Publishing publishing;
    private final Creation creation;
    private final Retrieval retrieval;
    private final Authorizations authorizations;
    private final Subscribing subscribing;
    private final Owning owning;
    private final People people;
    private final NodeDisco disco;

    public Engine(ModuleContext context, Profile profile, PubsubFigures figures) {
        this.parts = new Parts(context, profile, figures);
        this.creation = new Creation(parts);
        this.publishing = new Publishing(parts, creation);
        this.retrieval = new Retrieval(parts);
        this.authorizations = new Authorizations(parts);
        this.subscribing = new Subscribing(parts, authorizations);
        this.owning = new Owning(parts, creation, subscribing);
        this.people = new People(parts, subscribing, authorizations);
        this.disco = new NodeDisco(parts);
    }

    /**
     * Told of clients' changes, not of those that modules make, after they have been stored, in the order in which
     * they were, and before they are answered. Runs on a virtual thread and may block, and may call
     * the engine.
     */
    public NoticePoint<Change> changed() {
        return parts.changed;
    }

    /**
     * Has something stored in the same unit of work as each client's change of items: both are there, or neither.
     * It may be asked more than once for one change, and must not call the engine but for what takes the unit of work.
     *
     * @return takes it away again
     */
    public Runnable storeAlong(BiConsumer<DSLContext, Change> companion) {
        parts.companions.add(companion);
        return () -> parts.companions.remove(companion);
    }

    /** An item of a node as it is within a unit of work, or null where there is none of that id. */
    public @Nullable Item item(DSLContext db, Jid service, String name, String id) {
        Node node = parts.store.find(db, service, name);
        List<Item> items = node == null ? List.of() : parts.store.items(db, node.id(), List.of(id));
        return items.isEmpty() ? null : items.getFirst();
    }

    /** The newest item of a node as it is within a unit of work, or null where there is none. */
    public @Nullable Item last(DSLContext db, Jid service, String name) {
        Node node = parts.store.find(db, service, name);
        return node == null ? null : parts.store.last(db, node.id(), parts.since(node));
    }

    // --- what is asked ---

    /**
     * Answers a request whose child is a {@code <pubsub/>} of either namespace.
     *
     * @throws StanzaException to refuse
     */
    public Iq handle(Iq request) {
        Element pubsub = request.request();
        boolean get = request.type() == Iq.Type.GET;
        Element action = action(pubsub);
        Asked asked = new Asked(request, pubsub, action);
        if (pubsub.namespace().equals(Pubsub.OWNER)) {
            return get ? ownerAsks(asked) : ownerSets(asked);
        }
        return get ? asks(asked) : sets(asked);
    }

    /** What the request is about: the child that does not only say how. */
    private static Element action(Element pubsub) {
        Element found = null;
        for (Element child : pubsub.children()) {
            if (child.namespace().equals(pubsub.namespace())) {
                boolean says = switch (child.name()) {
                    case "publish-options" -> false;
                    case "configure" -> pubsub.namespace().equals(Pubsub.OWNER);
                    case "options" -> found == null && pubsub.child("subscribe", pubsub.namespace()) == null;
                    default -> true;
                };
                if (says && found != null) {
                    throw new StanzaException(Condition.BAD_REQUEST, "One thing is asked at a time");
                }
                found = says ? child : found;
            }
        }
        if (found == null) {
            throw new StanzaException(Condition.BAD_REQUEST, "Nothing is asked");
        }
        return found;
    }

    private Iq asks(Asked asked) {
        return switch (asked.action().name()) {
            case "items" -> retrieval.items(asked);
            case "subscriptions" -> subscribing.subscriptions(asked);
            case "affiliations" -> subscribing.affiliations(asked);
            case "options" -> subscribing.options(asked);
            case "default" -> subscribing.defaultOptions(asked);
            default -> throw notUnderstood();
        };
    }

    private Iq sets(Asked asked) {
        return switch (asked.action().name()) {
            case "publish" -> publishing.publish(asked);
            case "retract" -> publishing.retract(asked);
            case "create" -> creation.create(asked);
            case "subscribe" -> subscribing.subscribe(asked);
            case "unsubscribe" -> subscribing.unsubscribe(asked);
            case "options" -> subscribing.setOptions(asked);
            default -> throw notUnderstood();
        };
    }

    private Iq ownerAsks(Asked asked) {
        return switch (asked.action().name()) {
            case "configure" -> owning.configuration(asked);
            case "default" -> owning.defaults(asked);
            case "affiliations" -> people.affiliations(asked);
            case "subscriptions" -> people.subscriptions(asked);
            default -> throw notUnderstood();
        };
    }

    private Iq ownerSets(Asked asked) {
        return switch (asked.action().name()) {
            case "configure" -> owning.configure(asked);
            case "delete" -> owning.delete(asked);
            case "purge" -> publishing.purge(asked);
            case "affiliations" -> people.setAffiliations(asked);
            case "subscriptions" -> people.setSubscriptions(asked);
            default -> throw notUnderstood();
        };
    }

    private static StanzaException notUnderstood() {
        return new StanzaException(Condition.FEATURE_NOT_IMPLEMENTED);
    }

    /** Whether a message holds an owner's answer to a question about a subscription. Does not block. */
    public static boolean isAnswer(Message message) {
        return Authorizations.answer(message) != null;
    }

    /** Takes an owner's answer to a question about a subscription; all other messages are ignored. */
    public void answered(Message message) {
        DataForm form = Authorizations.answer(message);
        if (form != null) {
            authorizations.answered(message.receiver().bare(), message.sender(), form);
        }
    }

    /** Reads what is to be kept in mind. Call it once, when the service begins. */
    public void load() {
        parts.online.load();
    }

    /**
     * A session has told its presence: what lasts only as long as a user is online may be at its end. Runs in the
     * session's lane and does not block it.
     */
    public void announced(Session session) {
        if (!session.isAvailable()) {
            parts.online.left(session);
        }
    }

    /** The same of a session that has ended, with or without a word. */
    public void ended(Session session) {
        parts.online.left(session);
    }

    // --- what the server itself does ---

    /**
     * Publishes on behalf of somebody who may.
     *
     * @param options what must be true of the node, or is made true of a new one
     * @throws StanzaException when it cannot be
     */
    public void publish(
            Jid service, String node, Jid publisher, String id, Element payload, @Nullable DataForm options) {
        Element item = Element.builder("item", Pubsub.NAMESPACE)
                .attribute("id", id)
                .child(payload)
                .build();
        publishing.publish(service, node, publisher, item, options);
    }

    /**
     * Retracts an item on behalf of somebody who may, and tells of it.
     *
     * @throws StanzaException when there is no such item
     */
    public void retract(Jid service, String node, Jid publisher, String id) {
        publishing.retract(service, node, publisher, id, true);
    }

    /** Removes all items on behalf of an owner. */
    public void purge(Jid service, String node, Jid owner) {
        publishing.purge(service, node, owner);
    }

    /** Deletes a node on behalf of an owner. */
    public void delete(Jid service, String node, Jid owner) {
        owning.delete(service, node, owner, null);
    }

    /** A node, or null where there is none of that name. */
    public @Nullable Node find(Jid service, String node) {
        return parts.nodes.find(service, node);
    }

    /** Whether somebody may ask for a node's items, and so be told of them. */
    public boolean mayRead(Node node, Jid somebody) {
        return parts.access.mayRead(node, somebody);
    }

    /** Whether somebody could know of a node, so that errors there tell nothing new. */
    public boolean mayKnowOf(Node node, Jid somebody) {
        return parts.access.mayKnowOf(node, somebody);
    }

    /**
     * What somebody wants to know of all items of a node that have not expired, the oldest first; nothing where there
     * is no such node. Only a few items are in memory at a time.
     *
     * @param most how many characters the payloads may have together
     * @param look makes of an item what is kept of it
     * @throws StanzaException {@code resource-constraint} when the payloads have more
     */
    public <T> List<T> items(Jid service, String name, int most, Function<Item, T> look) {
        Node node = find(service, name);
        return node == null ? List.of() : parts.database().read(db -> retrieval.all(db, node, most, look));
    }

    /** How many items a node keeps that have not expired. */
    public int count(Node node) {
        return parts.database().read(db -> parts.store.countItems(db, node.id(), parts.since(node)));
    }

    /** An item of a node, or null where there is none of that id. */
    public @Nullable Item item(Jid service, String name, String id) {
        Node node = find(service, name);
        List<Item> items = node == null
                ? List.of()
                : parts.database().read(db -> parts.store.items(db, node.id(), List.of(id)));
        return items.isEmpty() ? null : items.getFirst();
    }

    /** The newest item of a node, or null where there is none. */
    public @Nullable Item last(Jid service, String name) {
        Node node = find(service, name);
        return node == null
                ? null
                : parts.database().read(db -> parts.store.last(db, node.id(), parts.since(node)));
    }

    /**
     * Sends the last item of a node to somebody who has become available, after whatever was published before.
     *
     * @param full where the item goes
     */
    public void sendLast(Jid service, String name, Jid full) {
        parts.inTurn(service, name, work -> {
            Node node = parts.nodes.find(service, name);
            boolean wanted = node != null
                    && node.config().get(SendLastItem.SETTING)
                            == SendLastItem.When.ON_SUB_AND_PRESENCE
                    && node.config().get(DeliverNotifications.SETTING)
                    && parts.profile.mayTell(service, full)
                    && parts.access.mayRead(node, full);
            if (wanted) {
                subscribing.sendLast(work, node, full);
            }
            return true;
        });
    }

    /** Which of some accounts have which of some nodes. */
    public List<Node> existing(Set<Jid> accounts, Set<String> names) {
        return parts.database().read(db -> parts.store.existing(db, accounts, names)).stream()
                .map(key -> parts.nodes.find(key.service(), key.name()))
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Somebody sees a user's presence no more: subscriptions to the user's nodes that hung on that end (section 12.12).
     */
    public void parted(Jid service, Jid somebody) {
        parts.database().read(db -> parts.store.subscriptionsOf(db, service, somebody.bare())).stream()
                .map(PubsubStore.Subscribed::node)
                .distinct()
                .forEach(name -> parted(service, name, somebody));
    }

    /** Whatever comes of it, the other nodes follow: who may not read is told nothing, subscribed or not. */
    private void parted(Jid service, String name, Jid somebody) {
        try {
            parts.inTurn(service, name, work -> {
                Node node = parts.nodes.find(service, name);
                if (node != null && hangsOnPresence(node) && !parts.access.mayRead(node, somebody)) {
                    subscribing.cancelAll(work, node, somebody.bare());
                }
                return true;
            });
        } catch (StorageException | StanzaException e) {
            log.warn("A subscription could not be ended with the presence that it hung on: {}", e.getMessage());
        }
    }

    private static boolean hangsOnPresence(Node node) {
        return switch (node.access()) {
            case PRESENCE, ROSTER -> true;
            case OPEN, AUTHORIZE, WHITELIST -> false;
        };
    }

    /** A notification could not be delivered and never can: who should have got it hears no more (section 12.4). */
    public void bounced(Jid service, String name, Jid subscriber) {
        parts.inTurn(service, name, work -> {
            Node node = parts.nodes.find(service, name);
            Subscription subscription = node == null ? null : node.subscriptions().get(subscriber);
            if (node != null && subscription != null) {
                subscribing.remove(work, node, subscription);
            }
            return true;
        });
    }

    // --- who waits for an owner's word (section 8.7) ---

    /** The nodes of an owner at which somebody waits to be let in, by name. */
    public List<String> pending(Jid service, Jid owner) {
        return authorizations.pending(service, owner);
    }

    /**
     * Sends an owner one question for each who waits at a node.
     *
     * @throws StanzaException when there is no such node, or it is another's
     */
    public void askAgain(Jid service, String node, Jid owner) {
        authorizations.askAgain(service, node, owner);
    }

    // --- what discovery tells ---

    /** The nodes of a service that somebody may know of, so many of them. */
    public List<Disco.Item> nodes(Jid service, Jid asker, int most) {
        return disco.nodes(service, asker, most);
    }

    /** What a node is, with its meta-data; null where there is none that the asker may know of. */
    public Disco.@Nullable Node info(Jid service, String node, Jid asker) {
        return disco.info(service, node, asker);
    }

    /** The items of a node; null where there is none that the asker may know of. */
    public @Nullable List<Disco.Item> itemList(Jid service, String node, Jid asker) {
        return disco.items(service, node, asker);
    }

    // --- the end of accounts ---

    /** Deletes, in the transaction that removes an account, its nodes and what it is to others'. */
    public void removeAccount(DSLContext db, Jid account) {
        parts.store.removeAccount(db, account);
    }

    /** Deletes all nodes of a domain and of the accounts at it. */
    public void removeDomain(DSLContext db, String domain) {
        parts.store.removeDomain(db, domain);
    }

    /** Forgets what is in memory after such a removal, and ends what lasted only as long as the account. */
    public void removed(Jid account) {
        parts.nodes.forget();
        parts.online.removed(account::equals);
    }

    /** The same of a domain. */
    public void removed(String domain) {
        parts.nodes.forget();
        parts.online.removed(jid -> jid.domain().equals(domain));
    }
}
