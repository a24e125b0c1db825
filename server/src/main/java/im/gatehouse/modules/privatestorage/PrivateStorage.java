package im.gatehouse.modules.privatestorage;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import im.gatehouse.xml.StoredXml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jooq.DSLContext;

/**
 * Keeps elements for the clients of an account, one for each name in each namespace; nobody else sees them. All of it
 * may block.
 */
public final class PrivateStorage {
    /**
     * Another way to keep an element than as it is.
     *
     * @param get the element as the owner's clients shall see it
     * @param set takes the element that a client has stored
     */
    public record Keeper(Function<Jid, Element> get, BiConsumer<Jid, Element> set) {}

    private record Name(String namespace, String element) {
        static Name of(Element element) {
            return new Name(element.namespace(), element.name());
        }
    }

    static final String NAMESPACE = "jabber:iq:private";

    /** What the columns of the table hold. */
    private static final int LONGEST_NAME_BYTES = 255;

    private final PrivateStore store = new PrivateStore();
    private final Map<Name, Keeper> keepers = new ConcurrentHashMap<>();
    private final ModuleContext context;

    private volatile PrivateStorageConfig config;

    PrivateStorage(PrivateStorageConfig config, ModuleContext context) {
        this.config = config;
        this.context = context;
    }

    void config(PrivateStorageConfig fresh) {
        config = fresh;
    }

    /** Answers with the element as it was stored, or as it was asked for where nothing is stored. */
    Iq get(Iq request) {
        Jid owner = owner(request);
        List<Element> asked = request.request().children();
        if (asked.isEmpty()) {
            throw new StanzaException(Condition.BAD_REQUEST, "The element to get is missing");
        }
        if (asked.size() > 1) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "One element can be got at a time");
        }
        Element name = asked.getFirst();
        Keeper keeper = keepers.get(Name.of(name));
        Element found = keeper == null
                ? find(owner, name.namespace(), name.name()).orElse(name)
                : keeper.get().apply(owner);
        return request.result(
                Element.builder("query", NAMESPACE).child(found).build());
    }

    /** Stores elements, all or none. When this has returned they are on disk. */
    Iq set(Iq request) {
        Jid owner = owner(request);
        List<Element> elements = request.request().children();
        if (elements.isEmpty()) {
            throw new StanzaException(Condition.NOT_ACCEPTABLE, "The element to store is missing");
        }
        elements.forEach(this::refuseUnlessStorable);
        List<Element> plain =
                elements.stream().filter(e -> !keepers.containsKey(Name.of(e))).toList();
        if (!plain.isEmpty()) {
            put(owner, plain);
        }
        elements.forEach(element -> {
            Keeper keeper = keepers.get(Name.of(element));
            if (keeper != null) {
                keeper.set().accept(owner, element);
            }
        });
        return request.result();
    }

    // --- for other modules ---

    /**
     * Has an element kept in another way.
     *
     * @return takes it away again
     */
    public Runnable keep(String namespace, String element, Keeper keeper) {
        Name name = new Name(namespace, element);
        keepers.put(name, keeper);
        return () -> keepers.remove(name, keeper);
    }

    /** What is stored under a name, whoever keeps it. */
    public Optional<Element> find(Jid owner, String namespace, String element) {
        return context.database()
                .read(db -> store.find(db, owner, namespace, element))
                .map(StoredXml::read);
    }

    /** Stores elements as they are, whoever keeps them, all or none; an empty one takes away what was stored. */
    public void put(Jid owner, List<Element> elements) {
        context.database().write(db -> {
            store(db, owner, elements);
            return true;
        });
    }

    private void store(DSLContext db, Jid owner, List<Element> elements) {
        for (Element element : elements) {
            if (isEmpty(element)) { // as which what is not stored is got, too
                store.remove(db, owner, element.namespace(), element.name());
            } else {
                store.put(db, owner, element.namespace(), element.name(), StoredXml.write(element));
            }
        }
        int most = config.maxElements();
        if (store.count(db, owner) > most) {
            throw new StanzaException(
                    Condition.POLICY_VIOLATION, "An account may keep %,d elements here".formatted(most));
        }
    }

    private static boolean isEmpty(Element element) {
        return element.content().isEmpty() && element.attributes().isEmpty();
    }

    private void refuseUnlessStorable(Element element) {
        if (element.namespace().isEmpty()
                || element.namespace().equals(NAMESPACE)
                || bytes(element.namespace()) > LONGEST_NAME_BYTES
                || bytes(element.name()) > LONGEST_NAME_BYTES) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "What is stored needs a namespace of its own, of 255 bytes at most");
        }
        int most = config.maxBytes();
        if (bytes(StoredXml.write(element)) > most) {
            throw new StanzaException(
                    Condition.POLICY_VIOLATION, "An element may have %,d bytes here".formatted(most));
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Jid owner(Iq request) {
        Jid owner = request.receiver().bare();
        if (!request.sender().bare().equals(owner)) {
            throw new StanzaException(Condition.FORBIDDEN);
        }
        return owner;
    }

    /** Takes part in the removal of accounts. */
    void forgetWithAccounts() {
        context.undoLater(context.accounts().onRemoval(context.module(), store::remove));
        context.undoLater(context.accounts().onDomainRemoval(context.module(), store::removeDomain));
    }
}
