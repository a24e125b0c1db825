package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import im.gatehouse.stanza.StanzaException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What administrators ask about nodes, and how they empty and delete them. */
final class PubsubOperations {
    private static final int MOST_NODES = 100_000;

    private final Engine engine;
    private final Set<String> domains;

    PubsubOperations(Engine engine, Set<String> domains) {
        this.engine = engine;
        this.domains = domains;
    }

    AdminOperations operations() {
        return AdminOperations.ofResource(PubsubOperations.class, "pubsub.graphqls")
                .global("PubsubAdminQuery", "listNodes", this::listNodes)
                .global("PubsubAdminMutation", "purgeNode", this::purgeNode)
                .global("PubsubAdminMutation", "deleteNode", this::deleteNode);
    }

    private Jid service(AdminCall call) {
        String domain = call.string("pubsubDomain");
        if (!domains.contains(domain)) {
            throw new AdminException("service_not_found", "There is no such service").with("domain", domain);
        }
        return Jid.ofDomain(domain);
    }

    private Object listNodes(AdminCall call) {
        Jid service = service(call);
        return engine.nodes(service, service, MOST_NODES).stream()
                .map(item -> node(service, item.node()))
                .toList();
    }

    private Map<String, Object> node(Jid service, @Nullable String name) {
        Node node = name == null ? null : engine.find(service, name);
        if (node == null) {
            return Map.of("node", String.valueOf(name), "owners", List.of(), "subscriptions", 0, "items", 0);
        }
        return Map.of(
                "node", node.name(),
                "owners", node.owners(),
                "subscriptions", node.subscriptions().size(),
                "items", engine.count(node));
    }

    private Object purgeNode(AdminCall call) {
        return done(call, "Node purged successfully", (service, node) -> engine.purge(service, node, service));
    }

    private Object deleteNode(AdminCall call) {
        return done(call, "Node deleted successfully", (service, node) -> engine.delete(service, node, service));
    }

    private interface Deed {
        void at(Jid service, String node);
    }

    private Object done(AdminCall call, String words, Deed deed) {
        Jid service = service(call);
        String node = call.string("node");
        try {
            deed.at(service, node);
            return words;
        } catch (StanzaException e) {
            throw new AdminException("node_not_found", "There is no such node").with("node", node);
        }
    }
}
