package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.DeliverPayloads;
import im.gatehouse.modules.pubsub.setting.ItemExpire;
import im.gatehouse.modules.pubsub.setting.MaxItems;
import im.gatehouse.modules.pubsub.setting.MaxPayloadSize;
import im.gatehouse.modules.pubsub.setting.NotifyRetract;
import im.gatehouse.modules.pubsub.setting.NumberSetting;
import im.gatehouse.modules.pubsub.setting.PersistItems;
import im.gatehouse.modules.pubsub.setting.PublishNodeFull;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.OnlyChild;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Publishes, retracts and purges items (XEP-0060 sections 7.1, 7.2 and 8.5). What was answered is stored. */
final class Publishing {
    private final Parts parts;
    private final Creation creation;

    Publishing(Parts parts, Creation creation) {
        this.parts = parts;
        this.creation = creation;
    }

    // --- publishing ---

    Iq publish(Asked asked) {
        String name = asked.node();
        List<Element> items = asked.action().children("item", Pubsub.NAMESPACE);
        if (items.size() > 1) {
            throw Refusals.of(Condition.BAD_REQUEST, "max-items-exceeded", "One item is published at a time");
        }
        Element item = items.isEmpty() ? null : items.getFirst();
        DataForm options = Asked.form(
                OnlyChild.of(asked.pubsub(), "publish-options", Pubsub.NAMESPACE), Pubsub.PUBLISH_OPTIONS);
        Item published = publish(asked.service(), name, asked.asker(), item, options);
        Element answer = Element.builder("publish", Pubsub.NAMESPACE)
                .attribute("node", name)
                .child(published == null
                        ? null
                        : Element.builder("item", Pubsub.NAMESPACE)
                                .attribute("id", published.id())
                                .build())
                .build();
        return asked.answer(answer);
    }

    /**
     * Publishes on somebody's behalf; a node that does not exist is made, where the service does so.
     *
     * @param given the {@code <item/>}, or null
     * @param options what must be true of the node, or is made true of a new one
     * @return the item as it is kept, or null where there was none
     */
    @Nullable Item publish(
            Jid service, String name, Jid publisher, @Nullable Element given, @Nullable DataForm options) {
        return parts.inTurn(service, name, work -> {
            Node found = parts.nodes.find(service, name);
            Node node = found == null ? forPublication(service, name, publisher, options) : found;
            parts.access.checkPublishes(node, publisher);
            if (found != null && options != null && !node.config().meets(options)) {
                throw Refusals.of(Condition.CONFLICT, "precondition-not-met");
            }
            Item item = item(node, publisher, given);
            boolean mayReplace = parts.access.affiliation(node, publisher).publishes();
            List<String> displaced = new ArrayList<>();
            if (item != null && isPersistent(node)) {
                work.store(node, db -> {
                    displaced.clear();
                    displaced.addAll(store(db, node, found == null, item, mayReplace));
                    work.storeAlong(db, new Engine.Change(node, item, null, publisher));
                });
                parts.online.follow(node, item);
            } else if (found == null) {
                work.store(node, db -> creation.insert(db, node));
            }
            tell(work, node, item, publisher);
            displaced.forEach(id -> parts.notifier.tell(work.turn(), node, retracted(node, id)));
            parts.figures.published(service);
            return item;
        });
    }

    private void tell(Parts.Work work, Node node, @Nullable Item item, Jid publisher) {
        if (item == null) {
            parts.notifier.tellOfNothing(work.turn(), node);
        } else {
            parts.notifier.tell(work.turn(), node, item, publisher);
            work.tellModules(new Engine.Change(node, item, null, publisher));
        }
    }

    private Node forPublication(Jid service, String name, Jid publisher, @Nullable DataForm options) {
        if (!parts.profile.createsOnPublish()) {
            throw parts.profile.noSuchNode(service, publisher);
        }
        parts.profile.checkMayCreate(service, publisher);
        Node node = creation.made(service, name, publisher, options);
        if (options != null && !node.config().meets(options)) {
            throw Refusals.of(Condition.CONFLICT, "precondition-not-met");
        }
        return node;
    }

    /** Stores an item; answers which others have been retracted because of it. */
    private List<String> store(DSLContext db, Node node, boolean isNew, Item item, boolean mayReplace) {
        if (isNew) {
            creation.insert(db, node);
        } else if (!parts.profile.hold(db, node.service())) {
            throw new StanzaException(Condition.SERVICE_UNAVAILABLE);
        } else if (!mayReplace && isAnothers(db, node, item)) {
            throw Refusals.forbidden();
        }
        PublishNodeFull.Then whenFull = node.config().get(PublishNodeFull.SETTING);
        if (whenFull == PublishNodeFull.Then.REJECT && !isNew) {
            refuseWhenFull(db, node, item);
        }
        if (node.config().get(ItemExpire.SETTING) != NumberSetting.MAX) {
            parts.store.expire(db, node.id(), parts.since(node));
        }
        parts.store.put(db, node.id(), item);
        int most = mostItems(node);
        // where one item is kept, a new one says by itself that the old one is gone
        boolean tell = whenFull == PublishNodeFull.Then.RETRACT_OLDEST
                && most > 1
                && node.config().get(NotifyRetract.SETTING);
        List<String> displaced = tell ? parts.store.beyond(db, node.id(), most) : List.of();
        parts.store.trim(db, node.id(), most);
        return displaced;
    }

    private void refuseWhenFull(DSLContext db, Node node, Item item) {
        boolean isThere = parts.store.publisher(db, node.id(), item.id()) != null;
        if (!isThere && parts.store.countItems(db, node.id(), parts.since(node)) >= mostItems(node)) {
            throw Refusals.of(Condition.CONFLICT, "node-full", "The node is full");
        }
    }

    static Element retracted(Node node, String id) {
        return Element.builder("items", Pubsub.EVENT)
                .attribute("node", node.name())
                .child(Element.builder("retract", Pubsub.EVENT)
                        .attribute("id", id)
                        .build())
                .build();
    }

    private boolean isAnothers(DSLContext db, Node node, Item item) {
        Jid publisher = parts.store.publisher(db, node.id(), item.id());
        return publisher != null && !publisher.equals(item.publisher());
    }

    private int mostItems(Node node) {
        return Math.min(node.config().get(MaxItems.SETTING), parts.profile.limits().maxItems());
    }

    /** Whether a node keeps what is published. */
    static boolean isPersistent(Node node) {
        return node.config().get(PersistItems.SETTING) && node.config().get(MaxItems.SETTING) > 0;
    }

    /** What is published, if it is what the node takes (sections 7.1.3.4 to 7.1.3.6). */
    private @Nullable Item item(Node node, Jid publisher, @Nullable Element given) {
        boolean withPayload = node.config().get(DeliverPayloads.SETTING);
        boolean withItem = withPayload || isPersistent(node);
        if (given == null && withItem) {
            throw Refusals.of(Condition.BAD_REQUEST, "item-required");
        }
        if (given == null) {
            return null;
        }
        if (!withItem) {
            throw Refusals.of(Condition.BAD_REQUEST, "item-forbidden");
        }
        List<Element> payloads = given.children();
        if (payloads.size() > 1) {
            throw Refusals.of(Condition.BAD_REQUEST, "invalid-payload");
        }
        if (payloads.isEmpty() && withPayload) {
            throw Refusals.of(Condition.BAD_REQUEST, "payload-required");
        }
        Element payload = payloads.isEmpty() ? null : payloads.getFirst();
        return new Item(id(given), publisher.bare(), parts.now(), payload, size(node, payload));
    }

    private static String id(Element given) {
        String id = given.attribute("id");
        if (id == null || id.isEmpty()) {
            return Parts.randomId();
        }
        if (Asked.bytes(id) > Limits.ID_BYTES) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "The id of an item has at most " + Limits.ID_BYTES + " bytes");
        }
        return id;
    }

    private int size(Node node, @Nullable Element payload) {
        if (payload == null) {
            return 0;
        }
        String text = StoredXml.write(payload);
        int most = Math.min(
                node.config().get(MaxPayloadSize.SETTING), parts.profile.limits().maxPayloadBytes());
        if (Asked.bytes(text) > most) {
            throw Refusals.of(
                    Condition.NOT_ACCEPTABLE,
                    "payload-too-big",
                    "A payload has at most %,d bytes here".formatted(most));
        }
        return text.length();
    }

    // --- taking back ---

    Iq retract(Asked asked) {
        String name = asked.node();
        List<Element> items = asked.action().children("item", Pubsub.NAMESPACE);
        String id = items.isEmpty() ? null : items.getFirst().attribute("id");
        if (id == null || id.isEmpty()) {
            throw Refusals.of(Condition.BAD_REQUEST, "item-required");
        }
        if (items.size() > 1) {
            throw Refusals.of(Condition.BAD_REQUEST, "max-items-exceeded", "One item is retracted at a time");
        }
        boolean notify = switch (asked.action().attributeOr("notify", "")) {
            case "1", "true" -> true;
            default -> false;
        };
        retract(asked.service(), name, asked.asker(), id, notify);
        return asked.request().result();
    }

    /** Retracts an item on somebody's behalf: owners any, others what they published themselves. */
    void retract(Jid service, String name, Jid asker, String id, boolean notify) {
        parts.inTurn(service, name, work -> {
            Node node = parts.existing(service, name, asker);
            Affiliation affiliation = parts.access.affiliation(node, asker);
            if (affiliation == Affiliation.OUTCAST) {
                throw Refusals.forbidden();
            }
            if (!isPersistent(node)) {
                throw Refusals.unsupported("persistent-items");
            }
            work.store(node, db -> {
                retract(db, node, asker, affiliation, id);
                work.storeAlong(db, new Engine.Change(node, null, id, asker));
            });
            if (notify || node.config().get(NotifyRetract.SETTING)) {
                parts.notifier.tell(work.turn(), node, retracted(node, id));
            }
            work.tellModules(new Engine.Change(node, null, id, asker));
            return true;
        });
    }

    private void retract(DSLContext db, Node node, Jid asker, Affiliation affiliation, String id) {
        Jid publisher = parts.store.publisher(db, node.id(), id);
        boolean own = affiliation == Affiliation.OWNER || asker.bare().equals(publisher);
        if (!own && (publisher != null || !affiliation.publishes())) {
            throw Refusals.forbidden();
        }
        if (!parts.store.retract(db, node.id(), id)) {
            throw Refusals.itemNotFound();
        }
    }

    Iq purge(Asked asked) {
        purge(asked.service(), asked.node(), asked.asker());
        return asked.request().result();
    }

    /** Removes all items of a node on behalf of an owner. */
    void purge(Jid service, String name, Jid asker) {
        parts.inTurn(service, name, work -> {
            Node node = parts.existing(service, name, asker);
            parts.access.checkOwns(node, asker);
            if (!isPersistent(node)) {
                throw Refusals.unsupported("persistent-items");
            }
            work.store(node, db -> {
                parts.store.purge(db, node.id());
                work.storeAlong(db, new Engine.Change(node, null, null, asker));
            });
            if (node.config().get(NotifyRetract.SETTING)) {
                parts.notifier.tell(work.turn(), node, about("purge", name));
            }
            work.tellModules(new Engine.Change(node, null, null, asker));
            return true;
        });
    }

    private static Element about(String what, String node) {
        return Element.builder(what, Pubsub.EVENT).attribute("node", node).build();
    }
}
