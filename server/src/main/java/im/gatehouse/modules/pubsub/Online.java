package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.NotifyRetract;
import im.gatehouse.modules.pubsub.setting.PurgeOffline;
import im.gatehouse.session.Session;
import im.gatehouse.stanza.Presence;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.storage.StorageException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.Namespaces;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which subscribers are online, as far as they have accounts here, and ends what lasts only as long as they are
 * (XEP-0060 sections 12.4 and 12.5).
 */
final class Online {
    private static final Logger log = LoggerFactory.getLogger(Online.class);

    private final Parts parts;

    /** Who has, or had lately, a subscription that ends when the subscriber goes: bare addresses. */
    private final Set<Jid> temporary = ConcurrentHashMap.newKeySet();

    final Purging purging = new Purging();

    Online(Parts parts) {
        this.parts = parts;
    }

    /** Whether it is known when somebody is online. */
    boolean knows(Jid somebody) {
        return somebody.hasLocal() && parts.context.router().isHost(somebody.domain());
    }

    /** Whom to send what a subscription is about: nobody while its subscriber does not want to be told. */
    Stream<Jid> receivers(Subscription subscription, boolean onlyPresent) {
        Jid subscriber = subscription.jid();
        SubscriptionOptions options = subscription.options();
        boolean depends = onlyPresent || options.temporary() || !options.shows().isEmpty();
        if (!depends || !knows(subscriber)) {
            return Stream.of(subscriber);
        }
        Stream<Session> present = parts.context.sessions().of(subscriber).stream()
                .filter(session -> session.isAvailable() && concerns(subscriber, session));
        return options.shows().isEmpty()
                ? present.limit(1).map(_ -> subscriber)
                : present.filter(session -> options.shows().contains(show(session))).map(Session::jid);
    }

    private static boolean concerns(Jid subscriber, Session session) {
        return subscriber.isBare() || session.jid().equals(subscriber);
    }

    private static String show(Session session) {
        Presence presence = session.presence();
        Element show = presence == null ? null : presence.child("show", Namespaces.CLIENT);
        return show == null ? SubscriptionOptions.ONLINE : show.text();
    }

    // --- what ends ---

    /** Reads whose subscriptions are to end, and where items are to go. Blocks. */
    void load() {
        temporary.addAll(parts.database().read(parts.store::temporarySubscribers));
        parts.database().read(parts.store::purging).stream()
                .filter(node -> parts.profile.serves(node.service()))
                .forEach(purging::add);
        parts.database().read(parts.store::purgingPublishers).forEach(this::published);
    }

    private void published(Node.Key node, Collection<Jid> publishers) {
        publishers.stream().filter(this::knows).forEach(publisher -> purging.add(node, publisher));
    }

    /** A node has been stored. Blocks. Call it in the node's turn. */
    void follow(Node node) {
        if (!node.config().get(PurgeOffline.SETTING)) {
            purging.remove(node.key());
        } else if (purging.add(node.key())) {
            try {
                published(node.key(), parts.database().read(db -> parts.store.publishers(db, node.id())));
            } catch (StorageException e) {
                purging.remove(node.key()); // until it is stored the next time
                log.warn("It is not known whose items go with them: {}", e.getMessage());
            }
        }
    }

    /** An item has been stored. Call it in the node's turn. */
    void follow(Node node, Item item) {
        published(node.key(), List.of(item.publisher()));
    }

    /** A node has been deleted. Call it in its turn. */
    void gone(Node node) {
        purging.remove(node.key());
    }

    /** A subscription has been stored. */
    void follow(Subscription subscription) {
        if (subscription.options().temporary()) {
            temporary.add(subscription.jid().bare());
        }
    }

    /** A session is not available any more. Runs in its lane, in which the work waits its turn. */
    void left(Session session) {
        Jid account = session.account();
        if (temporary.contains(account)) {
            session.lane().blocking(() -> end(account));
        }
        if (purging.has(account)) {
            session.lane().blocking(() -> purge(account));
        }
    }

    /**
     * Accounts have been removed, and their nodes with them: nothing of these is kept in mind, and what the accounts
     * published elsewhere goes now, or when the last session has ended. Blocks.
     *
     * @param which tells of an address whether it is one of them, or a service that is gone
     */
    void removed(Predicate<Jid> which) {
        purging.removeAt(which);
        temporary.removeIf(which);
        purging.publishers(which).forEach(this::purge);
    }

    private boolean isThere(Jid somebody) {
        return parts.context.sessions().of(somebody).stream()
                .anyMatch(session -> session.isAvailable() && concerns(somebody, session));
    }

    private void purge(Jid account) {
        if (isThere(account)) {
            return;
        }
        for (Node.Key node : purging.take(account)) {
            try {
                purge(node, account);
            } catch (StorageException | StanzaException e) {
                purging.add(node, account);
                log.warn("Items of a user who has gone could not be removed: {}", e.getMessage());
            }
        }
    }

    private void purge(Node.Key key, Jid publisher) {
        parts.inTurn(key.service(), key.name(), work -> {
            Node node = parts.nodes.find(key.service(), key.name());
            if (node == null || !node.config().get(PurgeOffline.SETTING)) {
                purging.remove(key);
                return true;
            }
            if (isThere(publisher)) { // again
                purging.add(key, publisher);
                return true;
            }
            List<String> ids =
                    parts.database().read(db -> parts.store.itemIdsOf(db, node.id(), publisher));
            if (!ids.isEmpty()) {
                work.store(node, db -> ids.forEach(id -> parts.store.retract(db, node.id(), id)));
            }
            if (node.config().get(NotifyRetract.SETTING)) {
                ids.forEach(id -> parts.notifier.tell(work.turn(), node, Publishing.retracted(node, id)));
            }
            return true;
        });
    }

    private void end(Jid account) {
        temporary.remove(account); // first: a subscription that is made meanwhile puts it back
        try {
            parts.database().read(db -> parts.store.temporarySubscriptions(db, account)).stream()
                    .filter(each -> parts.profile.serves(each.node().service()))
                    .forEach(this::tryToEnd);
        } catch (StorageException e) {
            temporary.add(account);
            log.warn("Subscriptions of a user who has gone could not be ended: {}", e.getMessage());
        }
    }

    private void tryToEnd(PubsubStore.Passing passing) {
        try {
            end(passing);
        } catch (StorageException | StanzaException e) {
            temporary.add(passing.subscriber().bare());
            log.warn("A subscription of a user who has gone could not be ended: {}", e.getMessage());
        }
    }

    private void end(PubsubStore.Passing passing) {
        Jid subscriber = passing.subscriber();
        parts.inTurn(passing.node().service(), passing.node().name(), work -> {
            if (isThere(subscriber)) {
                temporary.add(subscriber.bare());
                return true;
            }
            Node node = parts.nodes.find(passing.node().service(), passing.node().name());
            Subscription subscription = node == null ? null : node.subscriptions().get(subscriber);
            if (node != null && subscription != null && subscription.options().temporary()) {
                Node after = node.without(subscriber);
                work.store(after, db -> parts.store.unsubscribe(db, node.id(), subscriber));
            }
            return true;
        });
    }
}
