package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Changes of several of a node's subscriptions that are stored together, and told in their order after that. */
final class SubscriptionChanges {
    /**
     * One change.
     *
     * @param stands whether the subscription has been approved; otherwise it has ended
     */
    record Change(Subscription subscription, boolean stands) {}

    private final Map<Jid, Subscription> subscriptions;
    private final List<Change> made = new ArrayList<>();

    SubscriptionChanges(Node node) {
        this.subscriptions = new HashMap<>(node.subscriptions());
    }

    /** The subscription of an address after the changes until now. */
    @Nullable Subscription of(Jid subscriber) {
        return subscriptions.get(subscriber);
    }

    int size() {
        return subscriptions.size();
    }

    void approve(Subscription waiting) {
        Subscription approved = waiting.approved();
        subscriptions.put(approved.jid(), approved);
        made.add(new Change(approved, true));
    }

    void end(Subscription subscription) {
        subscriptions.remove(subscription.jid());
        made.add(new Change(subscription, false));
    }

    List<Change> made() {
        return made;
    }

    Node appliedTo(Node node) {
        return made.isEmpty() ? node : node.withSubscriptions(subscriptions);
    }

    void store(PubsubStore store, DSLContext db, long node) {
        Set<Jid> changed = new LinkedHashSet<>();
        made.forEach(change -> changed.add(change.subscription().jid()));
        for (Jid subscriber : changed) {
            Subscription subscription = subscriptions.get(subscriber);
            if (subscription == null) {
                store.unsubscribe(db, node, subscriber);
            } else {
                store.subscription(db, node, subscription);
            }
        }
    }
}
