package im.gatehouse.module;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the server and its accounts say of themselves when asked (XEP-0030). Modules add to it; the module of service
 * discovery answers from it. Safe from any thread.
 */
public final class Disco {
    /** What an entity is: for instance category {@code server}, type {@code im}. */
    public record Identity(String category, String type, @Nullable String name) {}

    /** An entity below another. */
    public record Item(Jid jid, @Nullable String node, @Nullable String name) {}

    /**
     * A node of the server or of an account that a module answers for.
     *
     * @param identities what the node is
     * @param features what it can
     */
    public record Node(List<Identity> identities, Set<String> features, List<DataForm> forms) {}

    /**
     * Answers a question about a kind of entity. Runs on a virtual thread and may block; may refuse with a {@link
     * im.gatehouse.stanza.StanzaException}.
     *
     * @param <T> what is asked for
     */
    @FunctionalInterface
    public interface Answer<T> {
        /**
         * @param asked the address that is asked: a served domain, or the bare address of an account
         * @param asker who asks
         */
        T to(Jid asked, Jid asker);
    }

    /**
     * Answers a question about nodes whose names are not known beforehand. Runs on a virtual thread and may block.
     *
     * @param <T> what is asked for
     */
    @FunctionalInterface
    public interface NodeAnswer<T> {
        /**
         * @return null where there is no such node
         */
        @Nullable T to(String node, Jid asked, Jid asker);
    }

    /** The features of a kind of entity. */
    public static final class Entity {
        private final Set<String> features = new ConcurrentSkipListSet<>();
        private final List<Identity> identities = new CopyOnWriteArrayList<>();
        private final List<Supplier<DataForm>> forms = new CopyOnWriteArrayList<>();
        private final List<Answer<List<Item>>> items = new CopyOnWriteArrayList<>();
        private final Map<String, Answer<List<Item>>> nodeItems = new ConcurrentHashMap<>();
        private final Map<String, Answer<Node>> nodes = new ConcurrentHashMap<>();
        private final List<NodeAnswer<List<Item>>> otherNodeItems = new CopyOnWriteArrayList<>();
        private final List<NodeAnswer<Node>> otherNodes = new CopyOnWriteArrayList<>();

        public Runnable addFeature(String feature) {
            features.add(feature);
            return () -> features.remove(feature);
        }

        public Runnable addIdentity(Identity identity) {
            identities.add(identity);
            return () -> identities.remove(identity);
        }

        /** Adds a form of extended information (XEP-0128). */
        public Runnable addForm(Supplier<DataForm> form) {
            forms.add(form);
            return () -> forms.remove(form);
        }

        /** Adds items; the function is given who asks. */
        public Runnable addItems(Function<Jid, List<Item>> provider) {
            return addItems((_, asker) -> provider.apply(asker));
        }

        /** Adds items. */
        public Runnable addItems(Answer<List<Item>> provider) {
            items.add(provider);
            return () -> items.remove(provider);
        }

        /** Adds the items of a node; the function is given who asks. */
        public Runnable addNodeItems(String node, Function<Jid, List<Item>> provider) {
            return addNodeItems(node, (_, asker) -> provider.apply(asker));
        }

        /** Adds the items of a node. */
        public Runnable addNodeItems(String node, Answer<List<Item>> provider) {
            nodeItems.put(node, provider);
            return () -> nodeItems.remove(node, provider);
        }

        /** Adds a node; the function is given who asks. */
        public Runnable addNode(String node, Function<Jid, Node> provider) {
            return addNode(node, (_, asker) -> provider.apply(asker));
        }

        /** Adds a node. */
        public Runnable addNode(String node, Answer<Node> provider) {
            nodes.put(node, provider);
            return () -> nodes.remove(node, provider);
        }

        /** Adds the items of nodes that have no answer of their own. */
        public Runnable addOtherNodeItems(NodeAnswer<List<Item>> provider) {
            otherNodeItems.add(provider);
            return () -> otherNodeItems.remove(provider);
        }

        /** Adds nodes that have no answer of their own. */
        public Runnable addOtherNodes(NodeAnswer<Node> provider) {
            otherNodes.add(provider);
            return () -> otherNodes.remove(provider);
        }

        public Set<String> features() {
            return features;
        }

        public List<Identity> identities() {
            return identities;
        }

        public List<DataForm> forms() {
            return forms.stream().map(Supplier::get).toList();
        }

        public List<Item> items(Jid asked, Jid asker) {
            return items.stream()
                    .flatMap(provider -> provider.to(asked, asker).stream())
                    .toList();
        }

        /** The items of a node, or null where there is no such node. */
        public @Nullable List<Item> nodeItems(String node, Jid asked, Jid asker) {
            Answer<List<Item>> provider = nodeItems.get(node);
            return provider == null ? first(otherNodeItems, node, asked, asker) : provider.to(asked, asker);
        }

        /** A node, or null where there is none of that name. */
        public @Nullable Node node(String node, Jid asked, Jid asker) {
            Answer<Node> provider = nodes.get(node);
            return provider == null ? first(otherNodes, node, asked, asker) : provider.to(asked, asker);
        }

        private static <T> @Nullable T first(List<NodeAnswer<T>> answers, String node, Jid asked, Jid asker) {
            for (NodeAnswer<T> answer : answers) {
                T found = answer.to(node, asked, asker);
                if (found != null) {
                    return found;
                }
            }
            return null;
        }
    }

    private final Entity server = new Entity();
    private final Entity account = new Entity();

    /** What a served domain says. */
    public Entity server() {
        return server;
    }

    /** What an account says. */
    public Entity account() {
        return account;
    }
}
