package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.form.DataForm.Field;
import im.gatehouse.form.DataForm.FieldType;
import im.gatehouse.jid.Jid;
import im.gatehouse.module.Disco;
import im.gatehouse.modules.pubsub.setting.AccessModel;
import im.gatehouse.modules.pubsub.setting.Title;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What discovery tells of nodes (XEP-0060 sections 5.2 to 5.5). Nodes on a whitelist are told of to those alone who may
 * read them, so that their names stay private.
 */
final class NodeDisco {
    private final Parts parts;

    NodeDisco(Parts parts) {
        this.parts = parts;
    }

    List<Disco.Item> nodes(Jid service, Jid asker, int most) {
        List<PubsubStore.Listed> listed = parts.database().read(db -> parts.store.nodes(db, service, most));
        List<Disco.Item> items = new ArrayList<>();
        for (PubsubStore.Listed each : listed) {
            boolean open = each.config().get(AccessModel.SETTING) == AccessModel.Access.OPEN;
            Node node = open ? null : parts.nodes.find(service, each.node());
            if (open || node != null && isShown(node, asker)) {
                String title = each.config().get(Title.SETTING);
                items.add(new Disco.Item(service, each.node(), title.isEmpty() ? null : title));
            }
        }
        return items;
    }

    /** Where people ask owners to let them in, they must be able to find the node. */
    private boolean isShown(Node node, Jid asker) {
        return node.access() == AccessModel.Access.AUTHORIZE
                        && parts.access.affiliation(node, asker) != Affiliation.OUTCAST
                || parts.access.mayRead(node, asker);
    }

    private @Nullable Node shown(Jid service, String name, Jid asker) {
        Node node = parts.nodes.find(service, name);
        return node != null && isShown(node, asker) ? node : null;
    }

    Disco.@Nullable Node info(Jid service, String name, Jid asker) {
        Node node = shown(service, name, asker);
        if (node == null) {
            return null;
        }
        List<Field> fields = new ArrayList<>(node.config().metaData());
        fields.add(Field.of(
                "pubsub#creation_date", FieldType.TEXT_SINGLE, "Made", node.createdAt().toString()));
        fields.add(Field.of(
                "pubsub#creator", FieldType.JID_SINGLE, "Maker", node.creator().toString()));
        Set<Jid> owners = new LinkedHashSet<>(node.owners());
        if (service.hasLocal()) {
            owners.add(service);
        }
        fields.add(addresses("pubsub#owner", "Owners", owners));
        fields.add(addresses("pubsub#publisher", "Publishers", node.publishers()));
        fields.add(Field.of(
                "pubsub#num_subscribers",
                FieldType.TEXT_SINGLE,
                "Subscribers",
                Integer.toString(node.subscriptions().size())));
        DataForm metaData = DataForm.of(DataForm.Type.RESULT, Pubsub.META_DATA, null, fields);
        return new Disco.Node(
                List.of(new Disco.Identity("pubsub", "leaf", null)), Set.of(Pubsub.NAMESPACE), List.of(metaData));
    }

    private static Field addresses(String var, String label, Collection<Jid> addresses) {
        return Field.of(
                var,
                FieldType.JID_MULTI,
                label,
                addresses.stream().map(Jid::toString).toArray(String[]::new));
    }

    /** Section 5.5: each item is an item of the service with a name and without a node. */
    @Nullable List<Disco.Item> items(Jid service, String name, Jid asker) {
        Node node = shown(service, name, asker);
        if (node == null) {
            return null;
        }
        if (!parts.access.mayRead(node, asker) || !Publishing.isPersistent(node)) {
            return List.of();
        }
        return parts.database().read(db -> parts.store.itemIds(db, node.id(), parts.since(node))).stream()
                .map(id -> new Disco.Item(service, null, id))
                .toList();
    }
}
